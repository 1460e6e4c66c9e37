"""地图: the district by community, one community's rows, boundaries for the drawing."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode, urlsplit

from csp.decorators import csp_update
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from twinloop.cases.queries import shown_type_names
from twinloop.insight.maps import forms, queries, words
from twinloop.insight.maps.windows import Weeks
from twinloop.people.gates import needs_role, scope

PAGE = 50


def _asked(request: HttpRequest) -> tuple[queries.Ask, forms.Asked, dict[str, Any], str]:
    form = forms.Asked(request.GET, shown_type_names())
    asked = form.asked()
    weeks = Weeks(timezone.localdate(), asked["weeks"], asked["week"])
    ask = queries.Ask(weeks, *(asked[name] for name in ("of", "kind", "type", "level", "open")))
    query = urlencode({name: value for name, value in asked.items() if value not in ("", None, False, 0)})
    return ask, form, asked, query


@needs_role(*queries.VIEWERS)
@require_GET
def district_map(request: HttpRequest) -> HttpResponse:
    """Points and boundaries by the filters of the address; htmx asks for the drawing and its table alone."""
    ask, form, asked, query = _asked(request)
    ground = queries.ground()
    context = {
        "map": queries.draw(ask, scope(request)), "ask": ask, "form": form, "asked": asked, "query": query,
        "mondays": ask.weeks.mondays, "ground": ground, "few": queries.FEW,
        "what": words.OF[ask.of], "may_plan": scope(request).has(*queries.PLANNERS),
    }  # fmt: skip
    part = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    answer = render(request, "maps/body.html" if part else "maps/map.html", context)
    answer["Vary"] = "HX-Request"
    return _with_tiles(request, answer, ground.address) if ground else answer


def _with_tiles(request: HttpRequest, answer: HttpResponse, address: str) -> HttpResponse:
    """Lets this page, and no other, load pictures from the one host of the tiles."""
    parts = urlsplit(address)
    allow = csp_update({"img-src": [f"https://{parts.netloc}"]})
    allow(lambda _request: answer)(request)  # writes the wish onto the answer, which the middleware reads
    return answer


@needs_role(*queries.VIEWERS)
@require_GET
def map_place(request: HttpRequest, code: str) -> HttpResponse:
    """The rows behind a community's number, and the addresses there that call too often."""
    place = get_object_or_404(queries.communities().select_related("parent"), code=code)
    ask, _form, asked, query = _asked(request)
    held = scope(request)
    page = Paginator(queries.rows(ask, place, held), PAGE).get_page(request.GET.get("page"))
    context = {
        "place": place, "ask": ask, "asked": asked, "query": query, "page": page, "casedata": True,
        "lines": queries.lines(ask, list(page.object_list), held),
        "mark": queries.whole_of(ask, place, held), "what": words.OF[ask.of], "few": queries.FEW,
        "heavy": queries.heavy_at(place, held, at=timezone.localtime()),
        "may_plan": held.has(*queries.PLANNERS),
    }  # fmt: skip
    return render(request, "maps/place.html", context)


@needs_role(*queries.VIEWERS)
@require_GET
def map_shapes(request: HttpRequest) -> HttpResponse:
    """The boundaries; like every other answer they are not kept by the browser."""
    text = json.dumps(queries.boundaries(), separators=(",", ":"))
    return HttpResponse(text, content_type="application/json")

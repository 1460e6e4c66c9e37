"""吹哨: the board of the police, an agency's own list, the part on a dispute's page."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from twinloop.cases import visibility
from twinloop.mediation.joint import competence, queries, showing
from twinloop.people.gates import needs_role, scope

PAGE = 50


@needs_role(*queries.POLICE, "agency")
@require_GET
def whistles(request: HttpRequest) -> HttpResponse:
    held, at = scope(request), timezone.localtime()
    if queries.is_agency(held):
        return _own(request)
    context = {
        **_board(request),
        "standings": queries.standings(held, at=at),
        "seated": queries.seats(at.date(), at.date()).get(at.date(), []),
        "days": queries.WINDOW.days,
    }
    return render(request, "joint/whistles.html", context)


def _board(request: HttpRequest) -> dict[str, Any]:
    held, at = scope(request), timezone.localtime()
    hot = queries.hot(held)
    cards = showing.cards(queries.on_board(held, at=at), held, at=at)
    return {
        "columns": showing.columns(cards), "hot": hot, "digest": showing.digest(cards, hot), "cards": cards,
        "is_arbiter": held.has(*queries.ARBITERS), "casedata": bool(cards or hot),
    }  # fmt: skip


@needs_role(*queries.POLICE)
@require_GET
def whistle_board(request: HttpRequest) -> HttpResponse:
    """The columns alone, for a page that looks again every few seconds; 204 where nothing changed."""
    context = _board(request)
    if request.GET.get("known") == context["digest"]:
        return HttpResponse(status=204)
    return render(request, "joint/columns.html", context)


def _own(request: HttpRequest) -> HttpResponse:
    """An agency's page: what waits for it, what is late on top."""
    held, at = scope(request), timezone.localtime()
    tab = "over" if request.GET.get("tab") == "over" else "open"
    found = queries.dressed(queries.answers(held).filter(showing.own_items(tab))).order_by("-sent_at", "-pk")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    counts = queries.counts(held)
    waiting = sum(counts.get(state, 0) for state in ("sent", "signed", "arrived"))
    context = {
        "tab": tab, "page": page, "cards": showing.cards(list(page.object_list), held, at=at),
        "tabs": [("open", waiting), ("over", sum(counts.values()) - waiting)],
        "mine": queries.standings(held, at=at), "days": queries.WINDOW.days,
        "casedata": bool(page.object_list),
    }  # fmt: skip
    return render(request, "joint/own.html", context)


@needs_role(*queries.POLICE)
@require_GET
def whistle_part(request: HttpRequest, number: str) -> HttpResponse:
    """On a dispute's page: what was whistled, whom the table suggests, the way to the form."""
    held, at = scope(request), timezone.localtime()
    dispute = get_object_or_404(visibility.disputes(held).select_related("place__parent__parent"), number=number)
    offers = [one for one in competence.offers(dispute, at=at) if one.called]
    context = {
        "dispute": dispute, "whistles": showing.whistles_of(dispute, held, at=at), "offers": offers[:4],
        "may_blow": held.has(*queries.BLOWERS),
    }  # fmt: skip
    return render(request, "joint/part.html", context)

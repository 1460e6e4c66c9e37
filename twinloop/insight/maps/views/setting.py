"""Settings → map: boundaries looked at first, then brought; taken back; the optional ground of tiles."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from twinloop.cases.acting import see
from twinloop.cases.attempts import attempt
from twinloop.insight.maps import actions, bringing, forms, geojson, queries, words
from twinloop.insight.maps.models import Ground, Layer
from twinloop.people import parked
from twinloop.people.gates import me, needs_role, scope

KEY = "map_file"  # of the session: [ticket, name of the file]
SHOWN = 200


@needs_role(*queries.SETTERS)
@require_http_methods(["GET", "POST"])
def map_settings(request: HttpRequest) -> HttpResponse:
    """What is in use; a post parks a file and goes on to look at it."""
    form, refused = forms.Boundaries(request.POST or None, request.FILES or None), ""
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]

        def act() -> None:
            content = upload.read(geojson.LIMIT + 1)
            geojson.read(content)
            request.session[KEY] = [parked.park(content, upload.name), upload.name[-120:]]

        no = attempt(act)
        if no is None:
            return see(reverse("map_look"))
        refused = no.sentence
    return _settings(request, boundaries=form, refused=refused, status=422 if request.method == "POST" else 200)


def _settings(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    ground = queries.ground()
    served = list(queries.communities())
    drawn = queries.bounded(served)
    start = {"address": ground.address, "credit": ground.credit} if ground else {}
    context = {
        "boundaries": forms.Boundaries(), "ground_form": forms.Ground(initial=start), "ground": ground,
        "layers": queries.layers()[:50], "served": len(served), "drawn": len(drawn),
        "sees_map": scope(request).has(*queries.VIEWERS), "grounds": Ground.objects.select_related("by")[:10], **more,
    }  # fmt: skip
    return render(request, "maps/settings.html", context, status=status)


def _draft(request: HttpRequest) -> tuple[bringing.Draft | None, str, str]:
    """(what the parked file would bring, its name, why it brings nothing)."""
    held = request.session.get(KEY)
    if not isinstance(held, list) or len(held) != 2:
        raise Http404
    found: list[bringing.Draft] = []
    chosen = {part: request.GET[part] for part in words.COLUMNS if part in request.GET}
    no = attempt(lambda: found.append(bringing.draft(geojson.read(parked.content(str(held[0]))), chosen)))
    return (None, str(held[1]), no.sentence) if no else (found[0], str(held[1]), "")


@needs_role(*queries.SETTERS)
@require_http_methods(["GET", "POST"])
def map_look(request: HttpRequest) -> HttpResponse:
    """GET writes nothing and says what would come; POST brings it. Properties chosen by hand stand in the address."""
    draft, name, refused = _draft(request)
    if draft is None:
        return _settings(request, refused=refused, status=422)
    if request.method == "POST":
        found, only = draft, request.POST.get("good_only") == "on"
        who: dict[str, Any] = {"by": me(request), "scope": scope(request), "at": timezone.localtime()}
        no = attempt(lambda: actions.bring(found, name, good_only=only, **who))
        if no is None:
            parked.drop(request.session.pop(KEY)[0])
            messages.success(request, _("已导入 {n} 个村居的边界").format(n=len(draft.good)))
            return see(reverse("map_settings"))
        refused = no.sentence
    context = {
        "draft": draft, "name": name, "refused": refused, "columns": forms.Columns(draft.names, vars(draft.columns)),
        "good": draft.good[:SHOWN], "bad": draft.bad[:SHOWN], "far_km": int(bringing.FAR), "shown": SHOWN,
        "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "maps/look.html", context, status=422 if refused else 200)


@needs_role(*queries.SETTERS)
@require_GET
def map_look_shapes(request: HttpRequest) -> HttpResponse:
    """The polygons of the file that is being looked at."""
    draft, _name, _refused = _draft(request)
    good = draft.good if draft else []
    found = [{"code": one.place.code, "polygons": one.feature.polygons} for one in good if one.feature.polygons]
    return HttpResponse(json.dumps(found, separators=(",", ":")), content_type="application/json")


@needs_role(*queries.SETTERS)
@require_POST
def map_undo(request: HttpRequest) -> HttpResponse:
    asked = request.POST.get("layer", "")
    layer = get_object_or_404(Layer, pk=int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 0)
    no = attempt(lambda: actions.undo(layer, by=me(request), scope=scope(request), at=timezone.localtime()))
    if no is not None:
        return _settings(request, refused_undo=no.sentence, status=no.status)
    messages.success(request, _("已撤下“{name}”，以前的边界接着用").format(name=layer.name))
    return see(reverse("map_settings"))


@needs_role(*queries.SETTERS)
@require_POST
def map_ground(request: HttpRequest) -> HttpResponse:
    """Refused, the page comes back with what was typed."""
    form = forms.Ground(request.POST)
    if not form.is_valid():
        return _settings(request, ground_form=form, status=422)
    given, made = form.cleaned_data, list[Ground | None]()

    def act() -> None:
        who: dict[str, Any] = {"by": me(request), "scope": scope(request), "at": timezone.localtime()}
        made.append(actions.set_ground(given["address"], given["credit"], **who))

    no = attempt(act)
    if no is not None:
        return _settings(request, ground_form=form, refused_ground=no.sentence, status=no.status)
    messages.success(request, _("已保存") if made[0] else _("没有变化"))
    return see(reverse("map_settings"))

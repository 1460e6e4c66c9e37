"""上墙: the wall for who is signed in and for a bound device; and the list of devices."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from twinloop.cases.attempts import attempt
from twinloop.insight.walls import actions, panels, queries, standing, words
from twinloop.insight.walls.forms import NewScreen
from twinloop.insight.walls.models import Screen
from twinloop.ledger.sight import Scope, see_as
from twinloop.people.gates import needs_role, scope
from twinloop.people.models import Unit

log = logging.getLogger(__name__)
COOKIE_DAYS = 400  # the longest that browsers keep; every opening of the wall starts it anew
EVERY, LEAST, MOST = 20, 5, 120  # seconds a panel stands


@contextmanager
def _sight(request: HttpRequest, at: datetime) -> Iterator[tuple[Scope | None, Screen | None]]:
    """What the viewer may count: as a person of a leading role, else as a bound device, else nothing."""
    held = scope(request)
    if held.has(*queries.VIEWERS):
        yield held, None
        return
    screen = queries.screen_of(request.COOKIES.get(queries.COOKIE, ""))
    if screen is None:
        if request.user.is_authenticated:
            raise PermissionDenied
        yield None, None
        return
    queries.mark_seen(screen, at=at)
    with see_as(queries.sight_of(screen)) as seen:
        yield seen, screen


@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """The whole screen with its first panel; each other is asked for when its turn comes. `?every=30` seconds a panel,
    `?show=today,owed` only these."""
    at, codes = timezone.localtime(), _codes(request)
    with _sight(request, at) as (seen, screen):
        if seen is None:
            return redirect_to_login(request.get_full_path())
        context = {
            **_context(at, codes, _first(seen, at, codes)), "where": _where(seen, screen),
            "every": _every(request), "version": version(),
        }  # fmt: skip
        answer = render(request, "walls/wall.html", context)
    if screen is not None:
        _keep(answer, request.COOKIES[queries.COOKIE])
    return answer


@require_GET
def wall_panels(request: HttpRequest) -> HttpResponse:
    """The panels of `show` alone, as the page asks for one again and again; 304 while nothing changed."""
    at, codes = timezone.localtime(), _codes(request)
    with _sight(request, at) as (seen, _screen):
        if seen is None:
            raise PermissionDenied
        context = _context(at, codes, standing.gather(seen, at=at, codes=codes))
        text = render_to_string("walls/panels.html", context, request)
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'
    same = request.headers.get("If-None-Match") == tag
    answer = HttpResponseNotModified() if same else HttpResponse(text)
    answer["ETag"], answer["X-Wall-Version"], answer["X-Wall-Now"] = tag, version(), at.isoformat()
    return answer


@require_GET
def wall_shapes(request: HttpRequest) -> HttpResponse:
    """Boundaries of the communities that the viewer's map draws; asked for once a page."""
    with _sight(request, timezone.localtime()) as (seen, _screen):
        if seen is None:
            raise PermissionDenied
        return JsonResponse(standing.boundaries(seen), safe=False)


def _context(at: datetime, codes: list[str], gathered: Mapping[str, object]) -> dict[str, Any]:
    titles = [(code, words.PANELS[code]) for code in codes]
    return {"panels": gathered, "titles": titles, "few": panels.FEW, "at": at}


def _first(seen: Scope, at: datetime, codes: list[str]) -> Mapping[str, object]:
    """The panel that is shown first. Where it cannot be counted the wall opens all the same and turns to the others:
    nobody stands beside it to load it anew."""
    try:
        return standing.gather(seen, at=at, codes=codes[:1])
    except Exception:
        log.exception("wall panel %s", codes[0])
        return {}


def _where(seen: Scope, screen: Screen | None) -> str:
    if screen is not None:
        return str(screen.unit or "")
    return "" if seen.sees_all else "、".join(unit.name for unit in Unit.objects.filter(pk__in=seen.stations))


def _codes(request: HttpRequest) -> list[str]:
    asked = set(request.GET.get("show", "").split(","))
    return [code for code in words.PANELS if code in asked] or list(words.PANELS)


def _every(request: HttpRequest) -> int:
    text = request.GET.get("every", "")
    return min(max(int(text), LEAST), MOST) if text.isascii() and text.isdecimal() and len(text) < 5 else EVERY


@cache
def version() -> str:
    """Changes when the page's files do: an open wall then loads itself anew."""
    files = ("walls/wall.js", "walls/wall.css", "maps/map.js", "desk/js/chart.js", "desk/css/site.css")
    return hashlib.sha256(" ".join(map(static, files)).encode()).hexdigest()[:12]


@require_http_methods(["GET", "POST"])
def wall_open(request: HttpRequest, invite: str) -> HttpResponse:
    """The link of a screen: one press binds this device. A preview that only looks at it spends nothing."""
    at = timezone.localtime()
    found: list[Screen] = []
    secrets: list[str] = []

    def act() -> None:
        if request.method == "GET":
            found.append(actions.check_link(invite, at=at))
        else:
            secrets.append(actions.bind(invite, at=at)[1])

    no = attempt(act)
    if no is not None:
        return render(request, "walls/open.html", {"refused": no.sentence}, status=410)
    if found:
        return render(request, "walls/open.html", {"screen": found[0]})
    answer = redirect("wall")
    _keep(answer, secrets[0])
    return answer


def _keep(answer: HttpResponse, secret: str) -> None:
    answer.set_cookie(
        queries.COOKIE,
        secret,
        max_age=COOKIE_DAYS * 86_400,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


@needs_role(*queries.MAKERS)
@require_http_methods(["GET", "POST"])
def walls(request: HttpRequest) -> HttpResponse:
    """The screens that one may stop, and the form of one more. A new link stands in the answer, and nowhere else."""
    held, link, refused, status = scope(request), "", "", 200
    form = NewScreen(request.POST or None)
    form.offer(queries.units(held), district=held.has("bureau"))
    if request.method == "POST":
        if form.is_valid():
            link, refused = _make(request, form)
            status = 422 if refused else 200
        else:
            status = 422
    if link:
        form = NewScreen()
        form.offer(queries.units(held), district=held.has("bureau"))
    context = {
        "rows": queries.screens(held)[:200], "form": form, "refused": refused, "now": timezone.localtime(),
        "days": actions.LINK_DAYS,
        "link": request.build_absolute_uri(f"/wall/open/{link}/") if link else "",
    }  # fmt: skip
    return render(request, "walls/walls.html", context, status=status)


def _make(request: HttpRequest, form: NewScreen) -> tuple[str, str]:
    unit = queries.units(scope(request)).filter(pk=form.cleaned_data["unit"]).first()
    name = " ".join(form.cleaned_data["name"].split())
    by = request.user.pk
    assert by is not None  # signed in
    done: list[str] = []
    no = attempt(lambda: done.append(actions.make(name, unit, scope(request), by=by, at=timezone.localtime())[1]))
    return ("", no.sentence) if no is not None else (done[0], "")


@needs_role(*queries.MAKERS)
@require_POST
def wall_revoke(request: HttpRequest, screen: int) -> HttpResponse:
    found = get_object_or_404(queries.screens(scope(request)), pk=screen)
    by = request.user.pk
    assert by is not None  # signed in
    no = attempt(lambda: actions.revoke(found, by=by, at=timezone.localtime()))
    if no is not None:
        messages.error(request, no.sentence)
    else:
        messages.success(request, _("已停用：{name} 从下一次询问起就看不到了").format(name=found.name))
    return redirect("walls")

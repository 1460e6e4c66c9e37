"""调解: the board, the week by room or mediator, and what is one's own."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from twinloop.edge.masks import mask_text
from twinloop.mediation.sessions import queries, showing
from twinloop.people.gates import needs_role, scope

PAGE = 50


@needs_role(*queries.READERS)
@require_GET
def mediation(request: HttpRequest) -> HttpResponse:
    """What goes on, by what has to be done; a mediator begins with what is their own."""
    held, at = scope(request), timezone.localtime()
    whose = request.GET.get("whose", "all" if held.has("dispatcher", "chief", "bureau") else "")
    mine = whose != "all"
    tabs = showing.board(queries.going_on(held, at=at, mine=mine), at)
    if not whose and not any(tabs.values()):  # who leads none begins with what they see
        mine, tabs = False, showing.board(queries.going_on(held, at=at), at)
    wanted = request.GET.get("tab", "")
    first = next((tab for tab in ("missing", "today", "late", "waiting", "signing") if tabs[tab]), "planned")
    tab = wanted if wanted in queries.TABS else first
    over = queries.ended(held, mine=mine)
    page = Paginator(over, PAGE).get_page(request.GET.get("page")) if tab == "over" else None
    counts = {code: len(lines) for code, lines in tabs.items()} | {"over": over.count()}
    context = {
        "tab": tab, "tabs": [(code, counts[code]) for code in queries.TABS], "lines": tabs[tab], "page": page,
        "mine": mine, "writes": held.has(*queries.WRITERS), "casedata": True,
    }  # fmt: skip
    return render(request, "sessions/mediation.html", context)


@needs_role(*queries.READERS)
@require_GET
def mediation_week(request: HttpRequest) -> HttpResponse:
    """Seven days from a Monday: which room, which mediator."""
    held, today = scope(request), timezone.localdate()
    by = "mediator" if request.GET.get("by") == "mediator" else "room"
    try:
        first = showing.monday(date.fromisoformat(request.GET.get("on", "")))
    except ValueError:
        first = showing.monday(today)
    context = {
        **showing.week(held, first, by), "by": by, "first": first, "today": today, "last": first + timedelta(days=6),
        "back": first - timedelta(days=7), "forth": first + timedelta(days=7), "writes": held.has(*queries.WRITERS),
        "casedata": True,
    }  # fmt: skip
    return render(request, "sessions/mediation_week.html", context)


@needs_role(*queries.WRITERS)
@require_GET
def mediation_mine(request: HttpRequest) -> HttpResponse:
    """Large rows for a phone: today, without an outcome, to be arranged, coming."""
    held, at = scope(request), timezone.localtime()
    tabs = showing.board(queries.going_on(held, at=at, mine=True), at)
    parts = [(code, tabs[code]) for code in ("missing", "today", "waiting", "signing", "planned") if tabs[code]]
    done = [(one, mask_text(one.dispute.title)) for one in queries.ended(held, mine=True)[:10]]
    return render(
        request, "sessions/mediation_mine.html", {"parts": parts, "done": done, "writes": True, "casedata": True}
    )

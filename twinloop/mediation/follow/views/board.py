"""随诊: the board, success before and after a day, the rows behind it, the teams."""

from __future__ import annotations

from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from twinloop.edge.masks import mask_text
from twinloop.mediation.follow import forms, queries, showing, words
from twinloop.people.gates import needs_role, scope
from twinloop.people.models import Team

PAGE, KEPT = 50, "follow_day"


def _day(request: HttpRequest) -> tuple[date, forms.Day]:
    """The day that the user set last, else that of the first campaign, else today."""
    form = forms.Day(request.GET if "day" in request.GET else None, auto_id="day-%s")
    if form.is_bound and form.is_valid() and form.cleaned_data["day"]:
        request.session[KEPT] = form.cleaned_data["day"].isoformat()
    kept = request.session.get(KEPT)
    found = date.fromisoformat(kept) if kept else queries.first_day(scope(request)) or timezone.localdate()
    shown = form if form.is_bound and form.errors else forms.Day(initial={"day": found}, auto_id="day-%s")
    return found, shown


@needs_role(*queries.READERS)
@require_GET
def follow(request: HttpRequest) -> HttpResponse:
    held = scope(request)
    cut, form = _day(request)
    columns = showing.board(held, at=timezone.localtime())
    context = {
        "columns": columns, "cut": cut, "form": form, "shares": showing.shares(held, cut),
        "decides": held.has(*queries.DECIDERS), "writes": held.has(*queries.WRITERS),
        "casedata": any(cards for _code, _word, cards in columns),
    }  # fmt: skip
    return render(request, "follow/follow.html", context, status=422 if form.errors else 200)


@needs_role(*queries.READERS)
@require_GET
def follow_rows(request: HttpRequest, side: str) -> HttpResponse:
    """Every dispute that one share counts, settled or not."""
    if side not in words.SIDES:
        raise Http404
    held = scope(request)
    cut, _form = _day(request)
    page = Paginator(showing.rows(held, cut, side), PAGE).get_page(request.GET.get("page"))
    shown = [
        (one, mask_text(one.dispute.title), showing.reasons(one), one.dispute.state in queries.SETTLED) for one in page
    ]
    share = next(one for one in showing.shares(held, cut) if one.side == side)
    context = {"share": share, "cut": cut, "page": page, "rows": shown, "casedata": bool(shown)}
    return render(request, "follow/rows.html", context)


@needs_role(*queries.READERS)
@require_GET
def follow_teams(request: HttpRequest) -> HttpResponse:
    held = scope(request)
    context = {
        "rows": showing.team_rows(held, timezone.localdate()), "may_make": held.has("chief", "bureau"),
        "mine": sorted(held.accounts),
    }  # fmt: skip
    return render(request, "follow/teams.html", context)


@needs_role(*queries.READERS)
@require_GET
def follow_team(request: HttpRequest, team: int) -> HttpResponse:
    """Who is in it, what it has in hand, what it settled."""
    held, on = scope(request), timezone.localdate()
    get_object_or_404(Team, pk=team, kind=Team.Kind.TWO_PLUS_TWO)
    row = next((one for one in showing.team_rows(held, on) if one.team.pk == team), None)
    if row is None:
        raise Http404
    found = showing.with_steps(queries.campaigns(held).filter(team=team)).order_by("-started_at", "-pk")
    cards = [showing.card(one, on) for one in found[: showing.MOST]]
    context = {
        "row": row, "cards": [one for one in cards if one.next_on], "past": [one for one in cards if not one.next_on],
        "may_make": held.has("chief", "bureau"), "casedata": bool(cards),
    }  # fmt: skip
    return render(request, "follow/team.html", context)

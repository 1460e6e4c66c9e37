"""Teams: who is in them, and whether they are in service."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from twinloop.people import actions, rights
from twinloop.people.forms import MemberForm, NewTeamForm, TeamForm
from twinloop.people.gates import needs_role, scope
from twinloop.people.models import Account, Membership, Role, Team
from twinloop.people.queries import teams as queries
from twinloop.people.refusals import Refused
from twinloop.people.views.acting import TEAMS_FOR, attempt, attempt_form, now, posted

MAKERS = (Role.SYSTEM_ADMIN, Role.BUREAU, Role.CHIEF)


@needs_role(*TEAMS_FOR)
@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    on = now().date()
    rows = [(team, queries.shortfalls(team, on=on)) for team in queries.teams(on=on)]
    kinds = [(label, [row for row in rows if row[0].kind == kind]) for kind, label in Team.Kind.choices]
    context = {"kinds": kinds, "may_make": scope(request).has(*MAKERS)}
    return render(request, "people/teams.html", context)


def _found(pk: int) -> Team:
    return get_object_or_404(Team.objects.select_related("station", "place"), pk=pk)


@needs_role(*TEAMS_FOR)
@require_safe
def team(request: HttpRequest, pk: int) -> HttpResponse:
    there, on = _found(pk), now().date()
    shut = rights.why_not(rights.check_team_of, there, by=scope(request))
    context = {
        "team": there,
        "members": queries.members(there, on=on),
        "lacks": queries.shortfalls(there, on=on),
        "shut": shut,
        "member_form": None if shut or there.closed_on else MemberForm(),
    }
    return render(request, "people/team.html", context)


@needs_role(*MAKERS)
@require_http_methods(["GET", "POST"])
def team_new(request: HttpRequest) -> HttpResponse:
    form = NewTeamForm(request.POST or None)
    made: list[Team] = []

    def act() -> None:
        made.append(actions.create_team(by=scope(request), at=now(), **form.cleaned_data))

    if request.method == "POST" and form.is_valid() and attempt_form(form, act):
        return redirect("team", made[0].pk)
    return render(request, "people/team_form.html", {"form": form})


@needs_role(*MAKERS)
@require_http_methods(["GET", "POST"])
def team_edit(request: HttpRequest, pk: int) -> HttpResponse:
    there = _found(pk)
    form = TeamForm(request.POST or None, initial={"name": there.name, "place": there.place, "room": there.room})

    def act() -> None:
        actions.change_team(there, by=scope(request), at=now(), **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and attempt_form(form, act):
        return redirect("team", pk)
    return render(request, "people/team_form.html", {"form": form, "team": there})


@needs_role(*MAKERS)
@require_POST
def team_close(request: HttpRequest, pk: int) -> HttpResponse:
    attempt(request, partial(actions.close_team, _found(pk), by=scope(request), at=now()), _("已解散"))
    return redirect("team", pk)


@needs_role(*MAKERS)
@require_POST
def member_add(request: HttpRequest, pk: int) -> HttpResponse:
    there, form = _found(pk), MemberForm(request.POST)

    def act() -> None:
        username = form.cleaned_data["username"].strip()
        account = Account.objects.filter(username=username).select_related("unit__parent").first()
        if account is None:
            raise Refused("username_unknown", username=username)
        actions.join_team(there, account, is_lead=form.cleaned_data["is_lead"], by=scope(request), at=now())

    return posted(request, form, act, _("已入队"), "team", pk)


@needs_role(*MAKERS)
@require_POST
def member_change(request: HttpRequest, pk: int, member: int, what: str) -> HttpResponse:
    """`what`: lead, follow, leave."""
    there = get_object_or_404(Membership.objects.select_related("team__station", "account"), pk=member, team=pk)
    by, at = scope(request), now()
    if what == "leave":
        attempt(request, partial(actions.leave_team, there, by=by, at=at), _("已出队"))
    else:
        attempt(request, partial(actions.set_lead, there, what == "lead", by=by, at=at))
    return redirect("team", pk)

"""Activities: the list, one of them, recording and correcting it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from twinloop.cases.acting import now, said, see_other, tried
from twinloop.discovery.leads import actions as leads
from twinloop.discovery.volunteers import actions, queries, rights, showing, visibility
from twinloop.discovery.volunteers.forms import ActivityForm, LeadForm, ListFilter, PhotosForm, ReasonForm
from twinloop.discovery.volunteers.models import Activity
from twinloop.ledger import once
from twinloop.ledger.sight import Scope
from twinloop.people.gates import me, needs_role, scope
from twinloop.people.keepable import keepable
from twinloop.people.models import Account, Team


def wanted(request: HttpRequest) -> tuple[ListFilter, queries.Asked]:
    form = ListFilter(request.GET, scope=scope(request))
    if not form.is_valid():
        raise BadRequest
    return form, form.asked()


@needs_role(*visibility.READERS)
@require_safe
def activities(request: HttpRequest) -> HttpResponse:
    viewer, (form, asked) = scope(request), wanted(request)
    page = Paginator(queries.listed(viewer, asked), queries.PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "rows": [showing.row(activity) for activity in page],
        "query": query.urlencode(),
        "narrowed": any(request.GET.get(name) for name in form.fields),
        "may_record": viewer.has(*visibility.RECORDERS),
        "keeps": viewer.has(*visibility.KEEPERS),
        "who": Account.objects.filter(pk=asked.who).first() if asked.who else None,
    }
    return render(request, "volunteers/activities.html", context)


def found(request: HttpRequest, pk: int) -> Activity:
    """Outside the viewer's scope there is none."""
    seen = visibility.activities(scope(request))
    related = ("place__parent", "campaign", "team", "recorded_by", "station", "withdrawn_by")
    return get_object_or_404(seen.select_related(*related), pk=pk)


@needs_role(*visibility.READERS)
@require_safe
def activity(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, found(request, pk), LeadForm(auto_id="lead-%s"))


def _page(request: HttpRequest, one: Activity, lead_form: LeadForm, *, status: int = 200) -> HttpResponse:
    viewer = scope(request)
    context = {
        "lead_form": lead_form,
        "reports": viewer.has(*visibility.RECORDERS) and not one.withdrawn_at,
        "activity": one,
        "shown": showing.shown(one, viewer),
        "shut": showing.shut(rights.check_change, one, viewer),
        "photos_form": PhotosForm(),
        "casedata": True,
    }
    return render(request, "volunteers/activity.html", context, status=status)


@needs_role(*visibility.RECORDERS)
@require_POST
def activity_lead(request: HttpRequest, pk: int) -> HttpResponse:
    """A dispute found there becomes a lead, on the same page, done once. Refused without a redirect: what waited on the
    phone must not be taken for sent."""
    one, form, at = found(request, pk), LeadForm(request.POST, auto_id="lead-%s"), now()

    def act() -> None:
        given, account = form.cleaned_data, me(request)
        sent = repr([one.pk, given["text"], given["address"], given["urgent"]])
        with once.taken(given["once"], who=f"account:{account}", what="activity_lead", sent=sent, at=at) as turn:
            if turn.before is None:
                lead = leads.report(
                    source="volunteer" if scope(request).has("volunteer") else "police", text=given["text"],
                    place=one.place, address=given["address"], urgent=given["urgent"], context=one.context,
                    reporter=account, by=account, at=at,
                )  # fmt: skip
                turn.answer = {"lead": lead.number}

    if tried(form, act):
        messages.success(request, _("线索已送出，24 小时内有人看"))
        return see_other("activity", pk)
    return _page(request, one, form, status=422)


def _members(viewer: Scope, at: datetime, team: str) -> list[Account]:
    """Whom the form offers: those of one's own teams; for an officer those of the team that was chosen."""
    teams = visibility.volunteer_teams(viewer)
    own = [t for t in teams if viewer.has("volunteer")] or list(teams.filter(pk=int(team)) if team.isdecimal() else [])
    people = {person.pk: person for t in own for person in actions.members_on(t, at)}
    mine = Account.objects.filter(pk__in=viewer.accounts, kind__in=actions.WHO)
    return list({**{person.pk: person for person in mine}, **people}.values())


def _initial(viewer: Scope, at: datetime, team: str) -> dict[str, Any]:
    whole = at.replace(minute=at.minute // 5 * 5, second=0, microsecond=0)
    start = whole - timedelta(hours=1)
    own = list(visibility.volunteer_teams(viewer)) if viewer.has("volunteer") else []
    chosen = Team.objects.filter(pk=int(team)).first() if team.isdecimal() else own[0] if len(own) == 1 else None
    return {
        "on": start.date(), "start": start.time(), "end": whole.time(), "team": chosen, "people": list(viewer.accounts),
        "place": (chosen.place if chosen else None) or queries.home_of(viewer, queries.places_for(viewer)),
    }  # fmt: skip


@needs_role(*visibility.RECORDERS)
@keepable
@require_http_methods(["GET", "POST"])
def activity_new(request: HttpRequest) -> HttpResponse:
    """The phone form. Sent twice it is kept once."""
    viewer, at, team = scope(request), now(), request.GET.get("team", "")
    given: dict[str, Any] = {"scope": viewer, "on": at.date(), "members": _members(viewer, at, team)}
    if request.method == "GET":
        form = ActivityForm(initial=_initial(viewer, at, team), **given)
        return render(request, "volunteers/activity_form.html", {"form": form, "teams": _choice(viewer), "team": team})
    form = ActivityForm(request.POST, request.FILES, **given)
    made: list[int] = []

    def act() -> None:
        facts, key = form.facts(), form.cleaned_data["once"]
        with once.taken(key, who=f"account:{me(request)}", what="activity", sent=form.sent(), at=at) as turn:
            if turn.before is None:
                one = actions.record_activity(facts, by=me(request), at=at, photos=form.cleaned_data["photos"])
                turn.answer = {"activity": one.pk}
        made.append(turn.said["activity"])

    if tried(form, act):
        messages.success(request, _("已登记"))
        return see_other("activity", made[0])
    context = {"form": form, "teams": _choice(viewer), "team": team}
    return render(request, "volunteers/activity_form.html", context, status=422)


def _choice(viewer: Scope) -> list[Team]:
    """Officers choose a team first, so that its members can be ticked."""
    return [] if viewer.has("volunteer") else list(visibility.volunteer_teams(viewer).order_by("name"))


@needs_role(*visibility.READERS)
@require_http_methods(["GET", "POST"])
def activity_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A correction: the old facts stay in the history."""
    one, viewer, at = found(request, pk), scope(request), now()
    shut = showing.shut(rights.check_change, one, viewer)
    if shut:
        messages.error(request, shut)
        return redirect("activity", pk)
    before = actions.facts_of(one)
    more = (one.team and actions.members_on(one.team, one.starts_at)) or []
    members = list({person.pk: person for person in [*before.people, *more]}.values())
    given: dict[str, Any] = {"scope": viewer, "on": at.date(), "members": members, "kept": one}
    form = ActivityForm(request.POST or None, initial=showing.as_typed(before, one.version), **given)
    form.fields.pop("photos")
    if request.method == "POST" and tried(form, lambda: actions.correct_activity(
        one, form.facts(), version=form.cleaned_data["version"] or 0, by=me(request), at=at)):  # fmt: skip
        messages.success(request, _("已更正，原来的留在历史里"))
        return see_other("activity", pk)
    context = {"form": form, "activity": one}
    return render(request, "volunteers/activity_form.html", context, status=422 if form.is_bound else 200)


@needs_role(*visibility.READERS)
@require_POST
def activity_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    one, form = found(request, pk), ReasonForm(request.POST)

    def act() -> None:
        rights.check_change(one, scope(request))
        why = form.cleaned_data["why"] if form.is_valid() else ""
        actions.withdraw_activity(one, by=me(request), at=now(), why=why)

    said(request, act, _("已撤回，不再计入"))
    return see_other("activity", pk)

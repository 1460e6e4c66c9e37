"""The doors themselves: one form, four ways in. Reading changes nothing; a report is sent once."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from twinloop.cases.attempts import attempt
from twinloop.intake.doors import actions, queries, rights
from twinloop.intake.doors.forms import ReportForm
from twinloop.intake.doors.rights import DOORS, Door
from twinloop.intake.doors.words import DOOR_TABS
from twinloop.intake.doors.words import DOORS as NAMES
from twinloop.ledger import once
from twinloop.people.gates import needs_role, scope

GET_OR_POST = ["GET", "HEAD", "POST"]


@needs_role(*DOORS["call"].roles)
@never_cache
@require_http_methods(GET_OR_POST)
def intake(request: HttpRequest) -> HttpResponse:
    return _door(request, DOORS["call"])


@needs_role(*DOORS["walk_in"].roles)
@never_cache
@require_http_methods(GET_OR_POST)
def intake_walk_in(request: HttpRequest) -> HttpResponse:
    return _door(request, DOORS["walk_in"])


@needs_role(*DOORS["transfer"].roles)
@never_cache
@require_http_methods(GET_OR_POST)
def intake_transfer(request: HttpRequest) -> HttpResponse:
    return _door(request, DOORS["transfer"])


@needs_role(*DOORS["petition"].roles)
@never_cache
@require_http_methods(GET_OR_POST)
def intake_petition(request: HttpRequest) -> HttpResponse:
    return _door(request, DOORS["petition"])


def _door(request: HttpRequest, door: Door) -> HttpResponse:
    at = timezone.localtime()
    posted = request.POST if request.method == "POST" else None
    form = ReportForm(posted, door=door, at=at, once=str(uuid4()))
    if posted is not None and form.is_valid():
        answer: dict[str, Any] = {}
        refused = attempt(lambda: answer.update(_received(request, form, at)))
        if refused is None:
            return redirect("intake_done", answer["number"])
        form.complain("", refused.sentence)
    held = scope(request)
    tabs = [(DOORS[code], DOOR_TABS[code]) for code in rights.PAGES if held.has(*DOORS[code].roles)]
    context = {
        "form": form,
        "door": door,
        "name": NAMES[door.code],
        "tabs": tabs,
        "may_link": rights.may_link(held),
        "agencies": queries.agency_rows() if door.needs_outside else [],
        "casedata": True,
    }
    return render(request, "doors/intake.html", context, status=422 if form.is_bound else 200)


def _received(request: HttpRequest, form: ReportForm, at: datetime) -> dict[str, Any]:
    """Write it down once, however often it was sent; gives its number."""
    held, given = scope(request), form.cleaned_data
    who, what = f"account:{request.user.pk}", f"door:{form.door.code}"
    with once.taken(given["once"], who=who, what=what, sent=form.sent(), at=at) as turn:
        if turn.before is None:
            dispute = queries.joined(given["dispute"], held)
            if dispute is not None or given["opens"]:
                rights.check_link(held)
            incident = actions.receive(
                form.said(), door=form.door.code, by=request.user.pk, at=at,
                dispute=dispute, opens=given["opens"], title=given["title"],
            )  # fmt: skip
            if form.door.code == "petition" and given["accepted"]:
                actions.accept_petition_of(incident, by=request.user.pk, at=at)
            turn.answer = {"number": incident.number}
    said: dict[str, Any] = turn.said
    return said

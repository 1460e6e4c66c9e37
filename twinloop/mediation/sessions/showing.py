"""A session and a mediation as their pages show them: masked, with what the viewer may do next."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.forms import Form

from twinloop.cases.models import Party
from twinloop.cases.telling import language
from twinloop.decide.clocks import CHINA, RuleCode
from twinloop.decide.words import say
from twinloop.edge.masks import mask_text
from twinloop.ledger.sight import Scope
from twinloop.mediation.agreements.checking import parties
from twinloop.mediation.sessions import forms, gating, queries, words
from twinloop.mediation.sessions.models import Attendee, Mediation, Session

EARLY = timedelta(hours=1)
STEPS = ("who", "what")  # then the outcome's own form
OUTCOMES = ("agreed", "again", "failed", "refused", "postponed", "dropped")


@dataclass
class Guest:
    """Somebody on the list."""

    one: Attendee
    part: str
    side: str
    is_minor: bool
    tell: forms.Tell | None = None


def guests(session: Session, *, tells: bool) -> list[Guest]:
    found = []
    for one in session.attendees.select_related("party", "of_party", "told_by"):
        side = str(one.party.get_side_display()) if one.party else one.of_party.name_masked if one.of_party else ""
        form = None
        if tells:
            start = {"once": uuid.uuid4(), "how": one.told_how or "phone", "answer": one.answer}
            form = forms.Tell(auto_id=f"tell{one.pk}-%s", initial=start)
        found.append(
            Guest(one, str(one.get_part_display()), side, bool(one.party and one.party.is_minor), form)
        )  # fmt: skip
    return found


def step_of(session: Session, asked: str, at: datetime) -> str:
    """Which screen comes now: `before`, `who`, `what`, the form of an outcome, or `over`."""
    if session.outcome:
        return "over"
    if asked in (*STEPS, *OUTCOMES):
        return asked
    if at < session.period.lower - EARLY:
        return "before"
    return "what" if session.attendees.filter(came=True).exists() else "who"


def page(session: Session, scope: Scope, at: datetime, step: str) -> dict[str, Any]:
    """Everything that the page of one session shows at one step."""
    mediation = session.mediation
    writes = scope.has(*queries.WRITERS) and mediation.state == "open" and not session.outcome
    people = parties(mediation.dispute_id)
    sits = queries.sits(session, scope)
    return {
        "session": session, "mediation": mediation, "dispute": mediation.dispute, "step": step, "writes": writes,
        "has_own": scope.has(*queries.WRITERS),
        "title": mask_text(mediation.dispute.title), "focus": mask_text(mediation.dispute.focus),
        "said": mask_text(session.said), "guests": guests(session, tells=writes), "seats": queries.seats(session),
        "outcomes": _outcomes(mediation), "sits": sits, "people": people, "paper": queries.paper_of(mediation),
        "needs_recording": mediation.track == "police", "before": _earlier(session), "casedata": True,
        "invite": _offered(forms.Invite(auto_id="invite-%s", initial={"once": uuid.uuid4()}), people),
        "recording": forms.Recording(
            auto_id="rec-%s", initial={"once": uuid.uuid4(), "number": session.recording_no}
        ),
        "talk": forms.Talk(auto_id="talk-%s", initial={"once": uuid.uuid4()}) if sits else None,
        "minors": [one.name_masked for one in gating.minors(mediation.dispute_id)],
        **({"form": outcome_form(session, step, people, None, at), "terms": []} if step in OUTCOMES else {}),
        **({"terms": forms.terms(None, people)} if step == "agreed" else {}),
    }  # fmt: skip


def _offered(form: forms.Invite, people: Sequence[Party]) -> forms.Invite:
    form.offer(people)
    return form


def _outcomes(mediation: Mediation) -> list[tuple[str, str, str]]:
    """(code, word, icon) of the big buttons; the last two stand apart."""
    icons = {
        "agreed": "heart-handshake", "again": "calendar-plus", "failed": "heart-broken", "refused": "hand-stop",
        "postponed": "calendar-time", "dropped": "calendar-off",
    }  # fmt: skip
    return [(code, str(words.OUTCOMES[code]), icons[code]) for code in OUTCOMES]


def _earlier(session: Session) -> list[Session]:
    return list(session.mediation.sessions.exclude(pk=session.pk).select_related("room").order_by("-period"))


def outcome_form(session: Session, outcome: str, people: Sequence[Party], data: Any, at: datetime) -> Form:
    """The form of one outcome."""
    start: dict[str, Any] = {"once": uuid.uuid4()}
    match outcome:
        case "agreed":
            return forms.Agreed(data, initial=start | {"oral": session.mediation.procedure == "simple"})
        case "refused":
            form = forms.Declined(data, initial=start)
            form.offer(people)
            return form
        case "postponed":
            return forms.Postponed(data, initial=start)
    return forms.Said(data, initial=start)


def plan_start(mediation: Mediation, at: datetime) -> dict[str, Any]:
    """At nine in the room of the place, or where whoever leads usually sits: tomorrow or when that opens next."""
    rooms = queries.rooms(at.date())
    near = rooms.filter(place=mediation.dispute.place_id).first()
    room = near or rooms.filter(mediators=mediation.lead_id).first()
    day = at.astimezone(CHINA).date() + timedelta(days=1)
    while room and room.weekdays and day.isoweekday() not in room.weekdays:
        day += timedelta(days=1)
    return {
        "once": uuid.uuid4(), "day": day, "start": time(9, 0), "minutes": 60, "lead": str(mediation.lead_id),
        "room": str(room.pk) if room else "",
    }  # fmt: skip


def limit(mediation: Mediation) -> dict[str, Any] | None:
    """The clock that runs, as the component draws it."""
    clock = queries.clock_of(mediation)
    if clock is None or clock.due_at is None:
        return None
    return {"what": say(RuleCode(clock.rule), language()), "due": clock.due_at, "warn": clock.warn_at}


# --- lists -----------------------------------------------------------------------------------------------------------


@dataclass
class Line:
    """A mediation on the board."""

    row: queries.Row
    title: str
    when: datetime | None
    where: str
    limit: str

    @property
    def mediation(self) -> Mediation:
        return self.row.mediation


def line(row: queries.Row) -> Line:
    session = row.session
    where = (session.room.name if session.room else session.where) if session else ""
    limit = say(RuleCode(row.clock.rule), language()) if row.clock else ""
    return Line(row, mask_text(row.mediation.dispute.title), session.period.lower if session else None, where, limit)


def board(rows: Sequence[queries.Row], at: datetime) -> dict[str, list[Line]]:
    """Lines behind each tab; what is overdue stands under its own tab and under `late`."""
    tabs: dict[str, list[Line]] = {tab: [] for tab in queries.TABS}
    for row in rows:
        shown = line(row)
        tabs[row.tab].append(shown)
        if queries.is_late(row, at):
            tabs["late"].append(shown)
    return tabs


@dataclass
class Cell:
    """One session in the week: by which room or mediator it stands is the row's."""

    session: Session
    title: str
    lead: str
    where: str


def monday(on: date) -> date:
    return on - timedelta(days=on.weekday())


def week(scope: Scope, first: date, by: str) -> dict[str, Any]:
    """Rows (rooms or mediators) by days, and the same day by day for a phone."""
    start = datetime.combine(first, time(), CHINA)
    days = [first + timedelta(days=n) for n in range(7)]
    rows: dict[str, dict[date, list[Cell]]] = {}
    daily: dict[date, list[Cell]] = {day: [] for day in days}
    for one in queries.of_week(scope, start, start + timedelta(days=7)):
        cell = _cell(one)
        day = one.period.lower.astimezone(CHINA).date()
        daily[day].append(cell)
        names = [cell.where] if by == "room" else [seat.mediator.name for seat in one.mediators.all()]
        for name in names:
            rows.setdefault(name, {d: [] for d in days})[day].append(cell)
    grid = [(name, [cells[day] for day in days]) for name, cells in sorted(rows.items())]
    return {"days": days, "grid": grid, "daily": [(day, daily[day]) for day in days]}


def _cell(one: Session) -> Cell:
    lead = next((seat.mediator.name for seat in one.mediators.all() if seat.is_lead), "")
    return Cell(one, mask_text(one.mediation.dispute.title), lead, one.room.name if one.room else one.where)

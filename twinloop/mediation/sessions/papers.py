"""What a mediation fills: application, registration, rights and duties, an inquiry by hand, each session's record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from twinloop.cases.models import Dispute
from twinloop.mediation.sessions.models import Attendee, Mediation, Session
from twinloop.papers import naming
from twinloop.papers.filling import day, moment
from twinloop.papers.kinds import Subject, Subjects

CAME = {True: "到", False: "未到", None: ""}


def _once(*, ordinary_only: bool = False) -> Subjects:
    """One paper a mediation, printed to be filled and signed by hand."""

    def found(dispute: Dispute) -> Iterator[Subject]:
        held = dispute.mediations.filter(track="people").select_related("lead").order_by("pk")
        for one in held.filter(procedure="ordinary") if ordinary_only else held:
            yield Subject(one.pk, day(one.accepted_on), lambda one=one: {"mediation": _mediation(one)})  # type: ignore[misc]

    return found


def _mediation(one: Mediation) -> dict[str, Any]:
    return {
        "accepted_on": day(one.accepted_on), "procedure": str(one.get_procedure_display()),
        "strength": str(one.get_strength_display()), "lead": str(one.lead), "wished": "是" if one.is_wished else "否",
    }  # fmt: skip


def minutes(dispute: Dispute) -> Iterator[Subject]:
    """Sessions that took place or will; a postponed one leaves no record."""
    held = Session.objects.filter(mediation__dispute=dispute).exclude(outcome__in=["postponed", "dropped"])
    for one in held.select_related("mediation__lead", "room").order_by("period", "pk"):
        yield Subject(one.pk, moment(_start(one.period)), lambda one=one: {"session": _session(one)})  # type: ignore[misc]


def _start(period: DateTimeTZRange) -> Any:
    return period.lower


def _session(one: Session) -> dict[str, Any]:
    return {
        "start": moment(_start(one.period)), "where": str(one.room or one.where), "round": one.round,
        "lead": str(one.mediation.lead), "recording_no": one.recording_no, "said": one.said,
        "outcome": str(one.get_outcome_display()) if one.outcome else "",
        "attendees": [_attendee(who) for who in one.attendees.select_related("party")],
    }  # fmt: skip


def _attendee(who: Attendee) -> dict[str, Any]:
    name = naming.party(who.party, {})["name"] if who.party is not None else who.name_masked
    return {"part": str(who.get_part_display()), "name": name, "came": CAME[who.came]}


PAPERS = {
    "application": _once(ordinary_only=True),
    "registration": _once(),
    "rights_notice": _once(),
    "inquiry": _once(ordinary_only=True),
    "minutes": minutes,
}

"""Calling bodies to one table: on the calendar of sessions, those not called yet by a whistle in the same moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from twinloop.cases.actions import numbering
from twinloop.cases.models import Dispute, Standing
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.mediation.consults.models import Body, Consult
from twinloop.mediation.joint import actions as joint
from twinloop.mediation.joint import letter
from twinloop.mediation.joint.models import GONE, Answer
from twinloop.mediation.sessions import actions as sessions
from twinloop.mediation.sessions import queries as sitting
from twinloop.mediation.sessions.actions import Booking
from twinloop.mediation.sessions.models import Mediation, Session
from twinloop.people.models import Unit

POLICE, MEDIATORS = "police", "mediators"  # bodies that are no agency, as a form names them
MOST = 500


@dataclass(frozen=True, kw_only=True)
class Call:
    """`lead`: key of an agency as text, `police` or `mediators`. No `booking`: the session that is arranged already."""

    units: Sequence[Unit]
    lead: str
    aim: str
    booking: Booking | None = None


@whole()
def convene(dispute: Dispute, call: Call, *, by: int | None, at: datetime) -> Consult:
    """All bodies or none. The mediation is a joint one from now on. Raises `Refused`."""
    dispute = Dispute.objects.select_for_update(no_key=True, of=("self",)).select_related("station").get(pk=dispute.pk)
    _check(dispute, call)
    mediation = sitting.live(dispute)
    if mediation is None or mediation.state != "open":
        raise Refused("consult_no_mediation")
    planned = Consult.objects.filter(dispute=dispute, minutes_at=None).first()
    if planned is not None:
        raise Refused("consult_planned", number=planned.number)
    session = _session(mediation, call, by=by, at=at)
    if mediation.strength != "joint":
        sessions.strengthen(mediation, by=by, at=at)
    made = Consult.objects.create(
        number=numbering.draw("HZ", at), dispute=dispute, session=session, aim=letter.masked(dispute, call.aim.strip()),
        title=letter.masked(dispute, dispute.title)[:80], convened_by_id=by, convened_at=at, **_when(session),
    )  # fmt: skip
    _seat(made, dispute, mediation, call, by=by, at=at)
    bodies = "、".join(made.bodies.values_list("name", flat=True))
    record(dispute.stream, "consult_convened", by=by, at=at, number=made.number, bodies=bodies, **_told(made))
    return made


def _check(dispute: Dispute, call: Call) -> None:
    if Standing.objects.get(dispute=dispute).domestic_violence:
        raise Refused("consult_violence")
    if not call.units:
        raise Refused("consult_bodies")
    if call.lead not in {POLICE, MEDIATORS, *(str(unit.pk) for unit in call.units)}:
        raise Refused("consult_lead")
    if not call.aim.strip():
        raise Refused("consult_aim")
    if len(call.aim) > MOST:
        raise Refused("consult_long", most=MOST)


def pending(mediation: Mediation) -> Session | None:
    """The session that is arranged and has no outcome yet; there is at most one."""
    return mediation.sessions.filter(live=True, outcome="").select_related("room").first()


def _session(mediation: Mediation, call: Call, *, by: int | None, at: datetime) -> Session:
    """The room, the mediators and the days of the law are the sessions' to judge."""
    arranged = pending(mediation)
    if arranged is not None and call.booking is None:
        return arranged
    if call.booking is None:
        raise Refused("consult_time")
    return sessions.plan(mediation, call.booking, by=by, at=at)


def _when(session: Session) -> dict[str, object]:
    where = session.room.name if session.room else session.where
    return {"starts_at": session.period.lower, "ends_at": session.period.upper, "where": where}


def _told(consult: Consult) -> dict[str, Any]:
    return {"start": f"{timezone.localtime(consult.starts_at, CHINA):%Y-%m-%d %H:%M}", "room": consult.where}


def _seat(
    consult: Consult, dispute: Dispute, mediation: Mediation, call: Call, *, by: int | None, at: datetime
) -> None:
    """Agencies by their item; the station and the mediators sit there in any case."""
    common = {"consult": consult, "dispute": dispute}
    for answer in _called(consult, dispute, call, by=by, at=at):
        part = "lead" if call.lead == str(answer.unit_id) else "assist"
        Body.objects.create(
            **common, kind="agency", name=answer.unit.name[:60], unit_id=answer.unit_id, answer=answer, part=part
        )
    if dispute.station is not None:
        part = "lead" if call.lead == POLICE else "assist"
        Body.objects.create(**common, kind="police", name=dispute.station.name[:60], unit=dispute.station, part=part)
    part = "lead" if call.lead == MEDIATORS else "assist"
    Body.objects.create(**common, kind="mediators", name=mediation.lead.name[:60], part=part)
    if not consult.bodies.filter(part="lead").exists():  # the police of a dispute without a station
        raise Refused("consult_lead")


def _called(
    consult: Consult, dispute: Dispute, call: Call, *, by: int | None, at: datetime
) -> list[Answer]:  # fmt: skip
    """Each agency's newest item of this dispute; a whistle for those that have none."""
    known = _items(dispute, call.units)
    missing = [unit for unit in call.units if unit.pk not in known]
    if missing:
        lead = next((unit.pk for unit in missing if str(unit.pk) == call.lead), missing[0].pk)
        when = f"{timezone.localtime(consult.starts_at, CHINA):%-m月%-d日 %H:%M}"
        text = f"请派人参加会诊（{consult.number}）：{when}，{consult.where}。\n商量：{consult.aim}"
        joint.blow(dispute, joint.Ask(units=missing, lead=lead, text=text), by=by, at=at)
        known = _items(dispute, call.units)
    return [known[unit.pk] for unit in call.units]


def _items(dispute: Dispute, units: Sequence[Unit]) -> dict[int, Answer]:
    found = Answer.objects.filter(dispute=dispute, unit__in=units).exclude(state__in=GONE).select_related("unit")
    return {one.unit_id: one for one in found.order_by("pk")}


@whole()
def follow(consult: Consult, *, by: int | None, at: datetime) -> Consult:
    """What changed beneath it: the session was postponed to another day, an item was passed on or recalled."""
    locked = Consult.objects.select_for_update(no_key=True, of=("self",)).select_related("session").get(pk=consult.pk)
    if locked.minutes_at is not None:
        return locked
    if locked.session.outcome in ("postponed", "dropped"):
        later = pending(locked.session.mediation)
        if later is not None:
            Consult.objects.filter(pk=locked.pk).update(session=later, **_when(later))
            locked.refresh_from_db()
            record(locked.dispute.stream, "consult_moved", by=by, at=at, number=locked.number, **_told(locked))
    for body in locked.bodies.filter(gone_at=None, answer__state__in=GONE).select_related("answer"):
        _pass_on(body, at)
    return locked


def _pass_on(body: Body, at: datetime) -> None:
    """Whoever took the item sits there with its part; what was recalled sits there no more."""
    answer = body.answer
    assert answer is not None
    why = answer.ended_why or str(answer.get_state_display())
    Body.objects.filter(pk=body.pk).update(gone_at=at, gone_why=why, part="assist")
    taken: Answer | None = getattr(answer, "passed_to", None)
    if taken is not None and not Body.objects.filter(consult=body.consult_id, unit=taken.unit_id, gone_at=None):
        Body.objects.create(
            consult_id=body.consult_id, dispute_id=body.dispute_id, kind="agency", name=taken.unit.name[:60],
            unit_id=taken.unit_id, answer=taken, part=body.part,
        )  # fmt: skip

"""One window (一窗受理): one form goes to several agencies at once, one leads; the police may recall an item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from twinloop.cases.actions import numbering
from twinloop.cases.models import Dispute
from twinloop.decide import Refused
from twinloop.decide.whistle import check_parts
from twinloop.decide.words import say
from twinloop.decide.workflow import State
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.mediation.joint import letter, words
from twinloop.mediation.joint.actions import stepping
from twinloop.mediation.joint.models import GONE, OPEN, Answer, Whistle
from twinloop.people.models import Unit

OVER = (State.CLOSED, State.MERGED, State.TRANSFERRED)


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What the form says. `suggested`: what the software said, kept beside what a person chose."""

    units: Sequence[Unit]
    lead: int | None
    text: str
    where: str = ""
    is_urgent: bool = False
    is_complex: bool = False
    suggested: Sequence[dict[str, Any]] = field(default_factory=tuple)


@whole()
def blow(dispute: Dispute, ask: Ask, *, by: int | None, at: datetime) -> Whistle:
    """All agencies or none. Raises `Refused`."""
    dispute = Dispute.objects.get(pk=dispute.pk)
    _check(dispute, ask)
    lead = next(unit for unit in ask.units if unit.pk == ask.lead)
    made = Whistle.objects.create(
        number=numbering.draw("CS", at), dispute=dispute, title=letter.masked(dispute, dispute.title)[:80],
        text=letter.masked(dispute, _lines(ask.text)), level=dispute.level, where=ask.where.strip()[:80],
        is_urgent=ask.is_urgent, is_complex=ask.is_complex, lead_unit=lead, blown_by_id=by, blown_at=at,
        suggested=list(ask.suggested),
    )  # fmt: skip
    names = "、".join(unit.name for unit in ask.units)
    record(dispute.stream, "whistle_blown", by=by, at=at, number=made.number, units=names, lead=lead.name,
           urgent=ask.is_urgent)  # fmt: skip
    for unit in ask.units:
        stepping.send(put(made, unit, "lead" if unit == lead else "assist", at=at), by=by, at=at)
    return made


def put(whistle: Whistle, unit: Unit, part: str, *, at: datetime, passed_from: Answer | None = None) -> Answer:
    """An item for `unit`; refused where it has one of this dispute already."""
    if unit.kind != Unit.Kind.AGENCY or unit.closed_on is not None:
        raise Refused("whistle_not_agency", unit=unit.name)
    live = (
        Answer.objects.filter(dispute=whistle.dispute_id, unit=unit, state__in=OPEN).select_related("whistle").first()
    )
    if live is not None:
        raise Refused("whistle_twice", unit=unit.name, number=live.whistle.number)
    try:
        with transaction.atomic():
            return Answer.objects.create(
                whistle=whistle, dispute_id=whistle.dispute_id, unit=unit, part=part, sent_at=at,
                passed_from=passed_from,
            )  # fmt: skip
    except IntegrityError:  # somebody else called the same agency at the same moment
        raise Refused("whistle_twice", unit=unit.name, number="") from None


@whole()
def recall(answer: Answer, why: str, *, by: int | None, at: datetime) -> Answer:
    """The police take an agency's item back before it is finished, with a reason."""
    why = why.strip()[:500]
    if not why:
        raise Refused("whistle_why")
    stepping.step(answer, OPEN, "recalled", ended_by_id=by, ended_at=at, ended_why=why)
    stepping.drop(answer, by=by, at=at, why=why)
    stepping.told(answer, "whistle_recalled", by=by, at=at, why=why)
    return answer


@whole()
def relead(answer: Answer, why: str, *, by: int | None, at: datetime) -> Answer:
    """Another agency of the same whistle leads; the one that led assists, if its item was not recalled."""
    why = why.strip()[:500]
    if not why:
        raise Refused("whistle_why")
    locked = (
        Answer.objects.select_for_update(no_key=True, of=("self",)).select_related("whistle", "unit").get(pk=answer.pk)
    )
    if locked.state in GONE:
        raise Refused("whistle_moved", state=words.STATES[locked.state])
    if locked.part == "lead":
        raise Refused("whistle_leads", unit=locked.unit.name)
    Answer.objects.filter(whistle=locked.whistle_id, part="lead").exclude(state__in=GONE).update(part="assist")
    Answer.objects.filter(pk=locked.pk).update(part="lead")
    Whistle.objects.filter(pk=locked.whistle_id).update(lead_unit=locked.unit_id)
    stepping.told(locked, "whistle_lead", by=by, at=at, why=why)
    answer.refresh_from_db()
    return answer


def _check(dispute: Dispute, ask: Ask) -> None:
    if dispute.state in OVER:
        raise Refused("whistle_over", state=say(State(dispute.state)))
    check_parts(ask.lead, [unit.pk for unit in ask.units])
    if not ask.text.strip():
        raise Refused("whistle_text_empty")
    if letter.BLANK in ask.text:
        raise Refused("whistle_blank")
    if len(ask.text) > letter.MOST:
        raise Refused("whistle_text_long", most=letter.MOST)
    if ask.is_urgent and not ask.where.strip():
        raise Refused("whistle_where")


def _lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.replace("\r\n", "\n").split("\n") if line.strip())

"""What every step shares: the conditional update, the clocks, the event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from twinloop.cases.actions import clocking
from twinloop.cases.models import Clock, Dispute
from twinloop.decide import Refused
from twinloop.decide.clocks import RuleCode
from twinloop.ledger.actions import record
from twinloop.mediation.joint import words
from twinloop.mediation.joint.models import Answer
from twinloop.people.models import Unit


def step(answer: Answer, sources: Sequence[str], to: str, **columns: Any) -> None:
    """Whoever comes second is told where it stands."""
    if not Answer.objects.filter(pk=answer.pk, state__in=sources).update(state=to, **columns):
        stands = Answer.objects.get(pk=answer.pk)
        raise Refused("whistle_moved", state=words.STATES[stands.state])
    answer.refresh_from_db()


def start(answer: Answer, rule: RuleCode, *, by: int | None, at: datetime) -> None:
    """An agency does not see the dispute: its key is enough for the clock."""
    clocking.open_clock(
        rule, dispute=Dispute(pk=answer.dispute_id), subject=answer.subject, by=by, at=at, may_wait=True
    )


def stop(answer: Answer, *rules: RuleCode, by: int | None, at: datetime) -> None:
    for clock in Clock.objects.filter(clocking.RUNNING, subject=answer.subject, rule__in=rules):
        clocking.stop_clock(clock, by=by, at=at)


def drop(answer: Answer, *, by: int | None, at: datetime, why: str) -> None:
    for clock in Clock.objects.filter(clocking.RUNNING, subject=answer.subject):
        clocking.drop_clock(clock, by=by, at=at, why=why)


def told(answer: Answer, verb: str, *, by: int | None, at: datetime, why: str = "", **more: Any) -> None:
    unit = Unit.objects.values_list("name", flat=True).get(pk=answer.unit_id)
    number = answer.whistle.number
    record(f"dispute:{answer.dispute_id}", verb, by=by, at=at, why=why, unit=unit, number=number, **more)


def send(answer: Answer, *, by: int | None, at: datetime) -> None:
    """The hour for signing runs; what is urgent runs its half hour from the whistle on, signed or not."""
    start(answer, RuleCode.WHISTLE_SIGNED, by=by, at=at)
    if answer.whistle.is_urgent:
        start(answer, RuleCode.WHISTLE_ARRIVAL, by=by, at=at)

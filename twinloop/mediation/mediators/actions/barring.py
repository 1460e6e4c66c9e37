"""Whom a mediator must not mediate. Blind keys and the mask are kept; the identity behind them lies sealed."""

from __future__ import annotations

from datetime import datetime

from twinloop.cases import sealing
from twinloop.cases.sealing import Identity
from twinloop.decide import Refused
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.mediation.mediators import keys, queries, words
from twinloop.mediation.mediators.actions.enrolling import check_here
from twinloop.mediation.mediators.models import Bar, Mediator


@whole()
def bar(mediator: Mediator, kind: str, who: Identity, *, by: int | None, at: datetime, note: str = "") -> Bar:
    """From now on `mediator` is not chosen where this person is a party. Raises `Refused`."""
    check_here(mediator, queries.day_of(at))
    if kind not in words.BARS:
        raise Refused("mediator_bar_kind")
    if not who.name.strip():
        raise Refused("mediator_bar_who")
    made = Bar.objects.create(
        mediator=mediator, kind=kind, keys=keys.of_person(who), name_masked=sealing.masked(who).name,
        note=note.strip()[:200], by_id=by, at=at, keys_of=keys.current(), name_sealed=b"",
    )  # fmt: skip
    Bar.objects.filter(pk=made.pk).update(**keys.sealed(who, f"bar:{made.pk}", *keys.FIELDS))
    record(mediator.stream, "mediator_barred", by=by, at=at, name=mediator.name, who=made.name_masked, kind=kind)
    return made


@whole()
def unbar(found: Bar, why: str, *, by: int | None, at: datetime) -> None:
    """It was a mistake, or is over; the row stays with the reason."""
    why = why.strip()[:200]
    if not why:
        raise Refused("mediator_bar_why")
    if not Bar.objects.filter(pk=found.pk, ended_at=None).update(ended_at=at, ended_why=why):
        raise Refused("mediator_bar_over")
    record(found.mediator.stream, "mediator_unbarred", by=by, at=at, why=why, name=found.mediator.name)

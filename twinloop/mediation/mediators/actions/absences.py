"""The own calendar of a mediator: days on which nobody plans with them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from twinloop.decide import Refused
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.mediation.mediators import queries
from twinloop.mediation.mediators.actions.enrolling import check_here
from twinloop.mediation.mediators.models import Absence, Mediator

MOST = 180  # days; who is away longer leaves the register


@whole()
def be_away(
    mediator: Mediator, since: date | None, until: date | None, *, by: int | None, at: datetime, why: str = ""
) -> Absence:
    """Away from `since` to `until`, both days included. Raises `Refused`."""
    today = queries.day_of(at)
    check_here(mediator, today)
    if since is None or until is None or not timedelta(0) <= until - since <= timedelta(days=MOST):
        raise Refused("mediator_away_days", most=MOST)
    if until < today:
        raise Refused("mediator_away_past")
    period = DateRange(since, until + timedelta(days=1))
    try:
        with transaction.atomic():
            made = Absence.objects.create(mediator=mediator, period=period, why=why.strip()[:100], by_id=by, at=at)
    except IntegrityError:
        raise Refused("mediator_away_twice") from None
    record(mediator.stream, "mediator_away", by=by, at=at, name=mediator.name, since=since, until=until)
    return made


@whole()
def come_back(absence: Absence, *, by: int | None, at: datetime) -> None:
    """These days are free again."""
    if not Absence.objects.filter(pk=absence.pk, dropped_at=None).update(dropped_at=at):
        raise Refused("mediator_away_over")
    record(absence.mediator.stream, "mediator_back", by=by, at=at, name=absence.mediator.name)

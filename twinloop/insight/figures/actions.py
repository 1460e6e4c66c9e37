"""Keeping the projections: after events, anew from all of them, and freezing a month."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial

from django.db import connection, transaction

from twinloop.cases.models import Dispute
from twinloop.decide import Refused
from twinloop.decide.figures import Figure
from twinloop.insight.figures import projecting, queries, summing, windows
from twinloop.insight.figures.models import Course, Frozen, Reach
from twinloop.insight.figures.pieces import OVER, SETTLES
from twinloop.insight.figures.rules import COUNTS, RULES
from twinloop.ledger.actions import record
from twinloop.ledger.locks import Lock
from twinloop.ledger.models import Event, Seal
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Unit

CHUNK = 10_000  # disputes a transaction
FOLD = 20_000  # corrections of the sums that may stand beside them


@contextmanager
def alone(*, waits: bool = True) -> Iterator[bool]:
    """Nobody else keeps the projections meanwhile; gives False where somebody does already and it `waits` for no one.

    In a transaction until its end: what failed there can say nothing any more.
    """
    inside = connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT pg_{'' if waits else 'try_'}advisory_{'xact_' if inside else ''}lock(%s)", [Lock.FIGURES.value]
        )
        held = cursor.fetchone()[0] is not False
    try:
        yield held
    finally:
        if held and not inside:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [Lock.FIGURES.value])


def catch_up(*, at: datetime, waits: bool = False) -> int:
    """Read what the ledger has sealed since the last time; gives the number of disputes that it told of.

    Only sealed events: a seal waits for writers under way, so that none with a lower id can still appear. While
    somebody else reads, or makes all of it anew, there is nothing to do.
    """
    with alone(waits=waits) as held:
        return _catch_up(at) if held else 0


def _catch_up(at: datetime) -> int:
    summing.move_days(at)
    summing.keep_days(at - SETTLES)
    summing.keep_months(at - OVER)
    newest = Seal.objects.order_by("-id").values_list("last", flat=True).first()
    reach, folded = Reach.objects.filter(pk=1).values_list("event", "folded").first() or (0, 0)
    if newest is None or newest <= reach:
        return 0
    events = Event.objects.filter(id__gt=reach, id__lte=newest, stream__startswith="dispute:", is_look=False)
    changed = sorted({int(stream.partition(":")[2]) for stream in events.values_list("stream", flat=True).distinct()})
    for ids in _chunks(changed):
        _renew(ids)
    folded = summing.fold(FOLD, since=folded)
    Reach.objects.update_or_create(pk=1, defaults={"event": newest, "at": at, "folded": folded})
    return len(changed)


def rebuild(*, at: datetime, hands: int = 1) -> int:
    """All of it from the beginning, and the sums of it; gives the number of disputes. `hands`: connections that work.

    What is right stays untouched, so nobody who looks or writes waits. Every transaction leaves rows and sums that
    agree: who cuts it off loses nothing, and the next one goes on.
    """
    with alone():
        newest = Seal.objects.order_by("-id").values_list("last", flat=True).first() or 0
        ids = list(Dispute.objects.order_by("pk").values_list("pk", flat=True))
        if is_first := not Course.objects.exists():
            summing.clear()
        steps: list[Callable[[], None]] = [partial(_renew, some) for some in _chunks(ids)]
        clocks = [
            partial(summing.keep_months, at - OVER, again=True),
            partial(summing.keep_days, at - SETTLES, again=True),
        ]
        _share([*clocks, *steps], hands)
        if not is_first:  # else each step has added its own to nothing
            summing.anew()
        folded = summing.fold(0)
        Reach.objects.update_or_create(pk=1, defaults={"event": newest, "at": at, "folded": folded})
    return len(ids)


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


@transaction.atomic
def _renew(ids: Sequence[int]) -> None:
    """Rows of these disputes that are missing or not what their events say, and the sums with them."""
    missing, changed = projecting.differing(ids)
    if missing:
        projecting.write(missing)
        summing.add(missing)
    if changed:
        with summing.corrected(changed):
            projecting.project(changed)  # read again: nobody moves them any more


def _share(steps: Sequence[Callable[[], None]], hands: int) -> None:
    """Do all the steps, each in a transaction of its own, on so many connections."""
    if hands == 1:
        for step in steps:
            step()
        return
    with ThreadPoolExecutor(hands) as pool:
        for done in [pool.submit(_apart, step) for step in steps]:
            done.result()


def _apart(step: Callable[[], None]) -> None:
    """On this thread's own connection."""
    try:
        with see_as(SYSTEM):
            step()
    finally:
        connection.close()


@transaction.atomic
def freeze(first: date, *, at: datetime) -> int:
    """Keep a month's figures as they stand, for the district and each station; gives how many were new.

    A month that is frozen stays as it is: doing it again adds nothing. Raises `Refused` for one that is not over.
    """
    window = windows.month(first)
    if window.end > at:
        raise Refused("figures_month_runs", month=f"{first:%Y-%m}")
    catch_up(at=at, waits=True)
    made = 0
    stations = Unit.objects.filter(kind=Unit.Kind.STATION).order_by("code").values_list("pk", flat=True)
    for station in (None, *stations):
        kept = set(Frozen.objects.filter(month=first, station=station).values_list("indicator", flat=True))
        with see_as(queries.of_station(station)):
            found = [queries.figure(code, window, at=at) for code in (*RULES, *COUNTS) if code not in kept]
        rows = [_frozen(one, first, station, at) for one in found]
        made += len(Frozen.objects.bulk_create(rows))
    if made:
        record(f"figures:{first:%Y%m}", "figures_frozen", by=None, at=at, month=f"{first:%Y-%m}", figures=made)
    return made


def _frozen(one: Figure, first: date, station: int | None, at: datetime) -> Frozen:
    return Frozen(
        month=first, station_id=station, indicator=one.indicator.value, numerator=list(one.numerator),
        denominator=None if one.denominator is None else list(one.denominator), amount=one.amount, at=at,
    )  # fmt: skip

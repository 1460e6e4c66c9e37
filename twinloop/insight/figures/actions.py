"""Keeping the projections: after events, anew from all of them, and freezing a month."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from twinloop.cases.models import Dispute
from twinloop.decide import Refused
from twinloop.decide.figures import Figure
from twinloop.insight.figures import projecting, queries, summing, windows
from twinloop.insight.figures.models import Frozen, Reach
from twinloop.insight.figures.rules import COUNTS, RULES
from twinloop.insight.figures.tallies import OVER
from twinloop.ledger.actions import record
from twinloop.ledger.models import Event, Seal
from twinloop.ledger.sight import see_as
from twinloop.people.models import Unit

CHUNK = 2_000  # disputes a transaction
FOLD = 20_000  # corrections of the sums that may stand beside them


def catch_up(*, at: datetime) -> int:
    """Read what the ledger has sealed since the last time; gives the number of disputes written anew.

    Only sealed events: a seal waits for writers under way, so that none with a lower id can still appear.
    """
    summing.keep_months(at - OVER)
    newest = Seal.objects.order_by("-id").values_list("last", flat=True).first()
    reach = Reach.objects.filter(pk=1).values_list("event", flat=True).first() or 0
    if newest is None or newest <= reach:
        return 0
    events = Event.objects.filter(id__gt=reach, id__lte=newest, stream__startswith="dispute:", is_look=False)
    changed = sorted({int(stream.partition(":")[2]) for stream in events.values_list("stream", flat=True).distinct()})
    for start in range(0, len(changed), CHUNK):
        with transaction.atomic(), summing.corrected(changed[start : start + CHUNK]) as ids:
            projecting.project(ids)
    Reach.objects.update_or_create(pk=1, defaults={"event": newest, "at": at})
    summing.fold(FOLD)
    return len(changed)


def rebuild(*, at: datetime) -> int:
    """All of it from the beginning, and the sums of it; gives the number of disputes."""
    newest = Seal.objects.order_by("-id").values_list("last", flat=True).first() or 0
    ids = list(Dispute.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            projecting.project(ids[start : start + CHUNK])
    summing.anew()
    summing.keep_months(at - OVER)
    Reach.objects.update_or_create(pk=1, defaults={"event": newest, "at": at})
    return len(ids)


@transaction.atomic
def freeze(first: date, *, at: datetime) -> int:
    """Keep a month's figures as they stand, for the district and each station; gives how many were new.

    A month that is frozen stays as it is: doing it again adds nothing. Raises `Refused` for one that is not over.
    """
    window = windows.month(first)
    if window.end > at:
        raise Refused("figures_month_runs", month=f"{first:%Y-%m}")
    catch_up(at=at)
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

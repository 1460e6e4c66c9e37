"""Keeping the projections: after events, anew from all of them, and freezing a month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from twinloop.cases.models import Dispute, IncidentLink
from twinloop.decide import Refused
from twinloop.decide.figures import Figure, Mode
from twinloop.insight.figures import queries, windows
from twinloop.insight.figures.folding import MEDIATED, Life, Step, fold, mode_of
from twinloop.insight.figures.models import Course, Frozen, Reach, Settled
from twinloop.insight.figures.rules import COUNTS, RULES
from twinloop.ledger import many
from twinloop.ledger.actions import record
from twinloop.ledger.models import Event, Seal
from twinloop.ledger.sight import see_as
from twinloop.people.models import Unit

CHUNK = 1_000  # disputes a transaction
_COURSE = (
    "dispute_id", "registered_at", "second_at", "merged_at", "transferred_at", "is_backlog", "is_domestic_violence",
)  # fmt: skip
_SETTLED = ("dispute_id", "number", "at", "until", "mode", "round", "flared_at")


def catch_up(*, at: datetime) -> int:
    """Read what the ledger has sealed since the last time; gives the number of disputes written anew.

    Only sealed events: a seal waits for writers under way, so that none with a lower id can still appear.
    """
    newest = Seal.objects.order_by("-id").values_list("last", flat=True).first()
    reach = Reach.objects.filter(pk=1).values_list("event", flat=True).first() or 0
    if newest is None or newest <= reach:
        return 0
    events = Event.objects.filter(id__gt=reach, id__lte=newest, stream__startswith="dispute:", is_look=False)
    changed = sorted({int(stream.partition(":")[2]) for stream in events.values_list("stream", flat=True)})
    _write_all(changed)
    Reach.objects.update_or_create(pk=1, defaults={"event": newest, "at": at})
    return len(changed)


def rebuild(*, at: datetime) -> int:
    """All of it from the beginning; gives the number of disputes."""
    newest = Seal.objects.order_by("-id").values_list("last", flat=True).first() or 0
    ids = list(Dispute.objects.order_by("pk").values_list("pk", flat=True))
    _write_all(ids)
    Reach.objects.update_or_create(pk=1, defaults={"event": newest, "at": at})
    return len(ids)


def _write_all(ids: Sequence[int]) -> None:
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            write(ids[start : start + CHUNK])


def write(ids: Sequence[int]) -> None:
    """The rows of these disputes, from their events and the reports linked to them."""
    lives = dict(_lives(ids))
    incidents = _incidents(ids)
    facts = Dispute.objects.filter(pk__in=ids).values_list(
        "pk", "registered_at", "origin", "standing__domestic_violence"
    )
    courses: list[tuple[Any, ...]] = []
    settled: list[tuple[Any, ...]] = []
    for pk, registered, origin, violence in facts:
        life = lives.get(pk, Life())
        times = (life.second_at, life.merged_at, life.transferred_at)
        courses.append((pk, registered, *times, origin == "backlog", bool(violence)))
        for number, spell in enumerate(life.spells, 1):
            flared = spell.flared_at(incidents.get(pk, ()))
            settled.append((pk, number, spell.at, spell.until, spell.mode.value, spell.round, flared))
    Course.objects.filter(pk__in=ids).delete()
    Settled.objects.filter(dispute__in=ids).delete()
    many.add(Course, _COURSE, courses)
    many.add(Settled, _SETTLED, settled)


def _lives(ids: Sequence[int]) -> Iterator[tuple[int, Life]]:
    streams = [f"dispute:{pk}" for pk in ids]
    moves = Event.objects.filter(stream__in=streams, is_look=False, data__after__has_key="state").order_by(
        "stream", "seq"
    )
    steps: dict[int, list[Step]] = defaultdict(list)
    for stream, at, verb, data in moves.values_list("stream", "at", "verb", "data").iterator(chunk_size=10_000):
        steps[int(stream.partition(":")[2])].append(_step(at, verb, data))
    mediated = _mediated(ids)
    for pk, found in steps.items():
        yield pk, fold(found, mediated.get(pk, ()))


def _step(at: datetime, verb: str, data: dict[str, Any]) -> Step:
    before, after = data.get("before") or {}, data["after"]
    round_ = int(before.get("round") or 1)
    return Step(at, verb, before.get("state", ""), after["state"], round_, int(after.get("round") or round_))


def _mediated(ids: Iterable[int]) -> dict[int, list[tuple[datetime, Mode]]]:
    """When which kind of mediation was opened, or became a joint one: from the events of the mediation rooms."""
    streams = [f"dispute:{pk}" for pk in ids]
    told = Event.objects.filter(stream__in=streams, verb__in=MEDIATED, is_look=False).order_by("stream", "seq")
    found: dict[int, list[tuple[datetime, Mode]]] = defaultdict(list)
    for stream, at, data in told.values_list("stream", "at", "data"):
        found[int(stream.partition(":")[2])].append((at, mode_of(data)))
    return found


def _incidents(ids: Sequence[int]) -> dict[int, list[datetime]]:
    linked = IncidentLink.objects.filter(dispute__in=ids, unlinked_at__isnull=True)
    found: dict[int, list[datetime]] = defaultdict(list)
    for pk, moment in linked.values_list("dispute", "incident__received_at"):
        found[pk].append(moment)
    return found


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

"""A rota is begun, planned by the core under a stopping rule, changed by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from time import perf_counter
from typing import Any

from django.db import transaction
from django.utils import timezone
from psycopg.types.range import Range

from twinloop.decide import Refused
from twinloop.decide.roster import Problem, Stop, solve
from twinloop.ledger.actions import record
from twinloop.people.models import Unit
from twinloop.rosters.actions import writing
from twinloop.rosters.actions.writing import Spot
from twinloop.rosters.models import Cell, Rota, Version
from twinloop.rosters.queries.facts import Frame, fixing, frame

WEEKS_AT_MOST = 13
QUICK = 400  # people × villages × weeks up to which a request waits for the plan itself
QUICK_SECONDS, SECONDS, GAP, SEED = 5, 20, 0.005, 1
STUCK = timedelta(minutes=10)  # a worker that died leaves the rota free again


def month_of(on: date) -> tuple[date, int]:
    """The ISO weeks that begin in a month: the first Monday, and how many (4 or 5)."""
    first = on.replace(day=1)
    monday = first + timedelta(days=-first.weekday() % 7)
    after = (first + timedelta(days=32)).replace(day=1)
    return monday, (after - monday + timedelta(days=6)).days // 7


@transaction.atomic
def begin(station: Unit | None, first: date, weeks: int, *, by: int | None, at: datetime) -> Rota:
    """An empty draft over whole weeks. Raises `Refused`."""
    if first.weekday() or not 1 <= weeks <= WEEKS_AT_MOST:
        raise Refused("rota_span", most=WEEKS_AT_MOST)
    after = first + timedelta(weeks=weeks)
    if after <= timezone.localtime(at).date():
        raise Refused("rota_past")
    made = Rota.objects.create(station=station, span=Range(first, after), made_by_id=by, made_at=at)
    found = frame(made)
    if not found.people:
        raise Refused("rota_nobody")
    if not found.places:
        raise Refused("rota_no_village")
    facts = {"station": station.name if station else "", "first": first, "weeks": weeks}
    record(made.stream, "rota_begun", by=by, at=at, after=facts)
    return made


def is_quick(rota: Rota) -> bool:
    found = frame(rota)
    return len(found.people) * len(found.places) * rota.weeks <= QUICK


@transaction.atomic
def ask(rota: Rota, seconds: int, *, by: int | None, at: datetime) -> Rota:
    """The worker shall plan it; until then nobody else changes it."""
    rota = writing.locked(rota)
    writing.must_be(rota, "draft", "discussed")
    _check_idle(rota, at)
    rota.asked_at, rota.asked_by_id, rota.asked_seconds, rota.failed = at, by, max(1, min(seconds, 300)), ""
    rota.save(update_fields=["asked_at", "asked_by", "asked_seconds", "failed"])
    return rota


def is_running(rota: Rota, at: datetime) -> bool:
    return rota.asked_at is not None and at - rota.asked_at < STUCK


def _check_idle(rota: Rota, at: datetime) -> None:
    if is_running(rota, at):
        raise Refused("rota_running")


def plan(
    rota: Rota, *, by: int | None, at: datetime, seconds: float = SECONDS, gap: float = GAP, seed: int = SEED
) -> Version:
    """Plan it and keep the plan as a new version. Cells that a person fixed stay. Raises `Refused`.

    The search runs before the transaction: nobody waits for its locks meanwhile.
    """
    fixed = [cell for cell in rota.current.cells.all() if cell.is_fixed] if rota.current else []
    kept = _kept(rota, at) | writing.spots(fixed)
    found = frame(rota)
    began = perf_counter()
    problem: Problem = fixing(found, writing.as_shifts(kept))
    plan_ = solve(problem, Stop(seconds=seconds, gap=gap), seed)
    spent = perf_counter() - began
    with transaction.atomic():
        rota = writing.locked(rota)
        writing.must_be(rota, "draft", "discussed")
        made = writing.new_version(
            rota, "plan", writing.as_spots(plan_.shifts), by=by, at=at, fixed=frozenset(kept),
            report=writing.report_of(plan_, found, seconds=spent, seed=seed),
        )  # fmt: skip
        rota.asked_at, rota.failed = None, ""
        rota.save(update_fields=["asked_at", "failed"])
        facts: dict[str, Any] = {"proof": str(plan_.proof), "gap": round(plan_.gap, 4), "shifts": len(plan_.shifts)}
        record(rota.stream, "rota_planned", by=by, at=at, version=made.no, broken=len(plan_.broken), **facts)
    return made


def _kept(rota: Rota, at: datetime) -> set[Spot]:
    """Days of the span that are over stay as they stand in the current version."""
    today = timezone.localtime(at).date()
    if rota.current is None or today <= rota.first:
        return set()
    return {one for one in writing.spots(rota.current.cells.all()) if one.on < today}


@transaction.atomic
def give_up(rota: Rota, refused: Refused, sentence: str, *, at: datetime) -> None:
    """A plan that could not be made: why, in words. Whatever stood before stands."""
    Rota.objects.filter(pk=rota.pk).update(asked_at=None, failed=sentence[:300])
    record(rota.stream, "rota_not_planned", by=None, at=at, why=str(refused.code))


@transaction.atomic
def edit(
    rota: Rota, put: Iterable[Spot] = (), drop: Iterable[Spot] = (), *, by: int | None, at: datetime
) -> Version:  # fmt: skip
    """Cells of a draft by hand: what is put is fixed from then on. A rule that it newly breaks refuses it."""
    rota = writing.locked(rota)
    writing.must_be(rota, "draft", "discussed")
    _check_idle(rota, at)
    before = writing.spots(rota.current.cells.all()) if rota.current else set()
    put, drop = set(put), set(drop)
    check_edit(rota, frame(rota), before, put, drop, at=at)
    version = rota.current
    if version is None or version.state != "open" or version.sort != "hand":
        was = {Spot(c.on, c.account_id, c.place_id) for c in version.cells.filter(is_fixed=True)} if version else set()
        version = writing.new_version(
            rota, "hand", before, by=by, at=at, fixed=frozenset(was), report=version.report if version else {}
        )
    for one in drop:
        Cell.objects.filter(version=version, on=one.on, account=one.account, place=one.place).delete()
    Cell.objects.bulk_create(
        Cell(version=version, on=one.on, account_id=one.account, place_id=one.place, is_fixed=True)
        for one in sorted(put)
    )
    told = {"put": [list(one) for one in sorted(put)], "drop": [list(one) for one in sorted(drop)]}
    record(rota.stream, "rota_edited", by=by, at=at, version=version.no, after=told)
    return version


def check_edit(
    rota: Rota, found: Frame, before: set[Spot], put: set[Spot], drop: set[Spot], *, at: datetime
) -> set[Spot]:
    """What stands after the edit. Raises `Refused` with the rule, the person and the day."""
    today = timezone.localtime(at).date()
    for one in sorted(put | drop):
        if not rota.first <= one.on <= rota.last:
            raise Refused("rota_day", day=f"{one.on}")
        if one.on < today:
            raise Refused("rota_day_past", day=f"{one.on}")
    if not drop <= before or put & (before - drop) or not (put or drop):
        raise Refused("rota_nothing")
    after = (before - drop) | put
    writing.refuse_first(found, writing.broken(found, after), writing.broken(found, before))
    return after

"""Duty and leave: who is there, who is away, who stands in meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from psycopg.types.range import Range

from twinloop.decide import Refused
from twinloop.ledger.actions import record
from twinloop.ledger.locks import Lock, alone
from twinloop.people.actions.accounts import stream
from twinloop.people.models import Account, Duty, Leave, Unit
from twinloop.people.rights import OFFICES, By, check_rota, who
from twinloop.people.scope import roles_of

# which duty is kept where; a bureau leader's 带班 counts for the command room or a station
PLACES_OF: dict[str, frozenset[str]] = {
    Duty.Kind.COMMAND: frozenset({Unit.Kind.COMMAND_ROOM}),
    Duty.Kind.CALLS: frozenset({Unit.Kind.STATION, Unit.Kind.CALLS_TEAM}),
    Duty.Kind.COMMUNITY: frozenset({Unit.Kind.STATION, Unit.Kind.COMMUNITY_TEAM}),
    Duty.Kind.LEAD: frozenset({Unit.Kind.BUREAU, Unit.Kind.COMMAND_ROOM, Unit.Kind.STATION}),
}


@dataclass(frozen=True)
class Shift:
    """One planned duty."""

    account: Account
    unit: Unit
    kind: str
    start: datetime
    end: datetime

    @property
    def period(self) -> Range[datetime]:
        return Range(self.start, self.end)


@transaction.atomic
def put_on_duty(shift: Shift, *, by: By, at: datetime) -> Duty:
    """One person, one duty at a time, never while away. Raises `Refused`."""
    account = shift.account
    check_rota(account, by=by, at=at)
    if by is not None and not by.has("bureau"):  # nor in another station's name
        station = shift.unit.station
        if station is None or station.pk not in by.stations:
            raise Refused("not_your_station", name=shift.unit.name)
    _lock(account)
    check_shift(shift)
    try:
        with transaction.atomic():
            duty = Duty.objects.create(account=account, unit=shift.unit, kind=shift.kind, period=shift.period)
    except IntegrityError:  # a later room's constraint: the person is in a village then
        raise Refused("duty_bound", name=account.name) from None
    record(stream(account), "duty_planned", by=who(by), at=at, after=_told(shift))
    return duty


def check_shift(shift: Shift) -> None:
    account = shift.account
    if shift.end <= shift.start:
        raise Refused("period_empty")
    if shift.kind not in PLACES_OF or shift.unit.kind not in PLACES_OF[shift.kind]:
        label = Duty.Kind(shift.kind).label if shift.kind in Duty.Kind.values else shift.kind
        raise Refused("duty_kind", unit=shift.unit.name, kind=label)
    if not account.is_active:
        raise Refused("not_active", name=account.name)
    if Duty.objects.filter(account=account, period__overlap=shift.period).exists():
        raise Refused("duty_overlap", name=account.name)
    if Leave.objects.filter(account=account, period__overlap=shift.period).exists():
        raise Refused("duty_on_leave", name=account.name)


@transaction.atomic
def plan_duties(shifts: Iterable[Shift], *, at: datetime) -> int:
    """A whole rota at once, for the system alone (a solved roster, the demo); one event a unit. Overlaps fail."""
    planned = list(shifts)
    Duty.objects.bulk_create([Duty(account=s.account, unit=s.unit, kind=s.kind, period=s.period) for s in planned])
    for unit in {s.unit for s in planned}:
        own = [s for s in planned if s.unit == unit]
        first, last = min(s.start for s in own), max(s.end for s in own)
        record(f"unit:{unit.pk}", "duties_planned", by=None, at=at, shifts=len(own), start=first, end=last)
    return len(planned)


@transaction.atomic
def take_off_duty(duty: Duty, *, by: By, at: datetime, why: str = "") -> None:
    check_rota(duty.account, by=by, at=at)
    shift = Shift(duty.account, duty.unit, duty.kind, duty.period.lower, duty.period.upper)
    if not Duty.objects.filter(pk=duty.pk).delete()[0]:
        return
    record(stream(duty.account), "duty_dropped", by=who(by), at=at, why=why, before=_told(shift))


# --- leave -------------------------------------------------------------------------------------------------


@transaction.atomic
def take_leave(
    account: Account, kind: str, start: datetime, end: datetime, *, by: By, at: datetime, deputy: Account | None = None
) -> Leave:
    """Away from `start` to `end`; `deputy` acts and sees for them meanwhile. Raises `Refused`.

    Duties already planned in that time stay and are shown as in conflict: who takes them is the chief's to say.
    """
    check_rota(account, by=by, at=at, own=True)
    # chains of deputies run over several people: two leaves at once could close a circle that neither sees
    _lock(account, deputy) if deputy is None else alone(Lock.SHIFTS)
    if end <= start:
        raise Refused("period_empty")
    if end <= at:
        raise Refused("leave_over")
    if kind not in Leave.Kind.values:
        kind = Leave.Kind.OTHER
    period = Range[datetime](start, end)
    if Leave.objects.filter(account=account, period__overlap=period).exists():
        raise Refused("leave_overlap", name=account.name)
    if deputy is not None:
        check_deputy(account, deputy, period, at=at)
    leave = Leave.objects.create(account=account, kind=kind, period=period, deputy=deputy, recorded_by_id=who(by))
    told = {"start": start, "end": end, "deputy": deputy.pk if deputy else None}  # not the kind: sickness is health
    record(stream(account), "leave_recorded", by=who(by), at=at, after=told)
    if deputy is not None:
        record(stream(deputy), "stands_in", by=who(by), at=at, after={"for": account.pk, "start": start, "end": end})
    return leave


@transaction.atomic
def end_leave(leave: Leave, *, by: By, at: datetime) -> None:
    """Back early: a leave that has begun ends now, one to come is dropped."""
    check_rota(leave.account, by=by, at=at, own=True)
    leave = Leave.objects.select_for_update(no_key=True, of=("self",)).select_related("account").get(pk=leave.pk)
    if leave.period.upper <= at:
        raise Refused("leave_over")
    record(stream(leave.account), "leave_ended", by=who(by), at=at, before={"end": leave.period.upper})
    if leave.period.lower >= at:
        leave.delete()
        return
    leave.period = Range[datetime](leave.period.lower, at)
    leave.save(update_fields=["period"])


def check_deputy(account: Account, deputy: Account, period: Range[datetime], *, at: datetime) -> None:
    """A deputy sees what the absent sees, so it is a colleague of the same kind and house, and holds no office."""
    if deputy.pk == account.pk:
        raise Refused("deputy_self")
    if not deputy.is_active:
        raise Refused("deputy_inactive", name=deputy.name)
    if deputy.kind != account.kind:
        raise Refused("deputy_kind")
    if _house(deputy) != _house(account):
        raise Refused("deputy_house")
    if (roles_of(account, on=at.date()) | roles_of(deputy, on=at.date())) & OFFICES:
        raise Refused("deputy_office")
    _check_circle(account, deputy, period)


def _check_circle(account: Account, deputy: Account, period: Range[datetime]) -> None:
    """A for B for A: nobody would act. Refused already when any moment of the period is so."""
    others = Leave.objects.filter(period__overlap=period, deputy__isnull=False).exclude(account=account)
    steps: dict[int, list[tuple[int, Range[datetime]]]] = {}
    for leave in others:
        steps.setdefault(leave.account_id, []).append((leave.deputy_id or 0, leave.period))
    # how far the chain is followed with the time in which all its leaves hold at once
    waiting, seen = [(deputy.pk, period.lower, period.upper)], set()
    while waiting:
        here, start, end = waiting.pop()
        assert start is not None
        assert end is not None
        if here == account.pk:
            raise Refused("deputy_cycle", name=account.name)
        if (here, start, end) in seen:
            continue
        seen.add((here, start, end))
        for onward, away in steps.get(here, []):
            first, last = max(start, away.lower or start), min(end, away.upper or end)
            if first < last:
                waiting.append((onward, first, last))


def _house(account: Account) -> int | None:
    unit = account.unit
    if unit is None:
        return None
    if unit.station:
        return unit.station.pk
    # bureau and command room are one house: leaders and dispatchers stand in for one another
    return unit.parent_id if unit.kind == Unit.Kind.COMMAND_ROOM else unit.pk


def _lock(*accounts: Account | None) -> None:
    keys = sorted(account.pk for account in accounts if account)
    list(Account.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=keys).order_by("pk"))


def _told(shift: Shift) -> dict[str, object]:
    return {"kind": shift.kind, "unit": shift.unit.code, "start": shift.start, "end": shift.end}

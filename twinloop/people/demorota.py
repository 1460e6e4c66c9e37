"""Duty of the demo's first eight days, and a few people away with deputies who are away themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from twinloop.people import actions
from twinloop.people.actions import Shift
from twinloop.people.models import Account, Duty, Leave, Unit

DAYS = 8
HANDOVER = time(8, 0)
HALF, DAY = timedelta(hours=12), timedelta(days=1)
K, D = Account.Kind, Duty.Kind


def fill(people: Sequence[Account], room: Unit, *, at: datetime) -> None:
    away = _leaves(people, at)
    shifts = [*_command(people, room, at), *_leaders(people, room, at)]
    stations = {a.unit for a in people if a.unit and a.unit.kind == Unit.Kind.STATION and a.kind == K.SWORN}
    for station in sorted(stations, key=lambda s: s.code):
        shifts += [*_calls(people, station, at), *_chiefs(people, station, at), *_community(people, station, at)]
    there = [s for s in shifts if not any(s.start < end and start < s.end for start, end in away.get(s.account.pk, ()))]
    actions.plan_duties(there, at=at)


def stretch(people: Sequence[Account], room: Unit, *, first: datetime, until: datetime) -> int:
    """Plan the same duty for days gone by, `first` to `until` (handovers), for a simulated past; gives the shifts.

    In blocks of six days, two turns of the call teams, so that nobody's day follows another of theirs.
    """
    block, found, start = 6 * DAY, [], first
    stations = {a.unit for a in people if a.unit and a.unit.kind == Unit.Kind.STATION and a.kind == K.SWORN}
    while start < until:
        drawn = [*_command(people, room, start), *_leaders(people, room, start)]
        for station in sorted(stations, key=lambda s: s.code):
            drawn += [
                *_calls(people, station, start), *_chiefs(people, station, start), *_community(people, station, start)
            ]  # fmt: skip
        end = min(start + block, until)
        found += [shift for shift in drawn if start <= shift.start < end and shift.end <= until]
        start += block
    actions.plan_duties(found, at=first)
    return len(found)


def handover(at: datetime) -> datetime:
    """The handover that the duty running at `at` began with."""
    return _first(at)


def _first(at: datetime) -> datetime:
    """The handover that the running duty began with."""
    today = at.replace(hour=HANDOVER.hour, minute=0, second=0, microsecond=0)
    return today if at >= today else today - DAY


def _rows(people: Sequence[Account], unit: Unit, *kinds: str) -> list[Account]:
    # the memorable accounts first, so that they are on duty when the demo is opened
    found = [a for a in people if a.unit == unit and (not kinds or a.kind in kinds)]
    return sorted(found, key=lambda a: a.username[0].isdigit() or a.username[0].isupper())


def _command(people: Sequence[Account], room: Unit, at: datetime) -> Iterator[Shift]:
    crew = _rows(people, room)
    start = _first(at)
    if at >= start + HALF:
        start += HALF
    for n in range(DAYS * 2):
        for member in crew[n % 3 :: 3]:
            yield Shift(member, room, D.COMMAND, start + n * HALF, start + (n + 1) * HALF)


def _leaders(people: Sequence[Account], room: Unit, at: datetime) -> Iterator[Shift]:
    assert room.parent is not None
    leaders = _rows(people, room.parent, K.SWORN)
    for n in range(DAYS):
        yield Shift(leaders[n % len(leaders)], room, D.LEAD, _first(at) + n * DAY, _first(at) + (n + 1) * DAY)


def _calls(people: Sequence[Account], station: Unit, at: datetime) -> Iterator[Shift]:
    """A day on, two days off."""
    for unit in {a.unit for a in people if a.unit and a.unit.parent_id == station.pk and a.unit.kind == "calls_team"}:
        for kind in (K.SWORN, K.AUXILIARY):
            members = _rows(people, unit, kind)
            for n in range(DAYS):
                for member in members[n % 3 :: 3]:
                    yield Shift(member, unit, D.CALLS, _first(at) + n * DAY, _first(at) + (n + 1) * DAY)


def _chiefs(people: Sequence[Account], station: Unit, at: datetime) -> Iterator[Shift]:
    heads = _rows(people, station, K.SWORN)
    for n in range(DAYS):
        yield Shift(heads[n % len(heads)], station, D.LEAD, _first(at) + n * DAY, _first(at) + (n + 1) * DAY)


def _community(people: Sequence[Account], station: Unit, at: datetime) -> Iterator[Shift]:
    """Working hours; at weekends every second person."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    for unit in {
        a.unit for a in people if a.unit and a.unit.parent_id == station.pk and a.unit.kind == "community_team"
    }:
        for n, member in enumerate(_rows(people, unit)):
            for day in range(DAYS):
                start = midnight + day * DAY
                if start.weekday() < 5 or (n + day) % 2 == 0:
                    yield Shift(member, unit, D.COMMUNITY, start + timedelta(hours=8), start + timedelta(hours=18))


def _leaves(people: Sequence[Account], at: datetime) -> dict[int, list[tuple[datetime, datetime]]]:
    """A chain of two in one community team, and single ones: what `stands_in_for` has to see through."""
    away: dict[int, list[tuple[datetime, datetime]]] = {}

    def leave(person: Account, kind: str, days: tuple[int, int], deputy: Account | None) -> None:
        start, end = (_first(at) + n * DAY for n in days)
        actions.take_leave(person, kind, start, end, deputy=deputy, by=None, at=at)
        away.setdefault(person.pk, []).append((start, end))

    officers = [a for a in people if a.post == "社区民警" and a.username[0].isdigit()]
    a, b, c = [o for o in officers if o.unit == officers[-1].unit][:3]
    leave(a, Leave.Kind.TRAINING, (-1, 4), b)
    leave(b, Leave.Kind.ANNUAL, (0, 3), c)
    crew = [x for x in people if x.post == "指挥室值班员" and x.kind == K.AUXILIARY]
    leave(crew[-1], Leave.Kind.ANNUAL, (-1, 2), crew[0])
    helpers = [x for x in people if x.post == "驻村辅警" and x.username[0] == "F"]
    leave(helpers[5], Leave.Kind.OTHER, (0, 1), helpers[6])
    leave(helpers[-1], Leave.Kind.AWAY, (2, 5), None)
    return away

"""The agencies' window: residents by their own weekdays, the others by week, nights on call by turns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from twinloop.cases.queries import calendar
from twinloop.cases.telling import language
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.decide.roster import History, Line, LinePlan, RosterRule, Stop, Unit, turns
from twinloop.decide.words import say
from twinloop.ledger.actions import record
from twinloop.mediation.joint import actions as joint
from twinloop.mediation.joint import queries
from twinloop.mediation.joint.models import Seat
from twinloop.people.models import Unit as Agency
from twinloop.rosters.models import SeatTerms

MOST = timedelta(days=92)  # as far as the calendar of seats reaches
BETWEEN = 2  # nights, at least, between two of one agency
SECONDS = 10


@dataclass(frozen=True)
class Seating:
    """What came of it: days and nights written, who has how many, what stays empty and why."""

    days: int
    nights: int
    proof: str
    loads: Sequence[tuple[str, int, int, int]]  # agency, days at the window, weeks in turn, nights
    empty: Sequence[tuple[date, str, Sequence[tuple[str, str]]]]  # day, line, [(agency, rule)]


@transaction.atomic
def set_seat_terms(
    unit: Agency, weekdays: Sequence[int], away: tuple[date, date] | None, *, on_call: bool, by: int | None,
    at: datetime,
) -> SeatTerms:  # fmt: skip
    """Of one agency; the next plan goes by it."""
    if unit.kind != Agency.Kind.AGENCY or unit.closed_on is not None:
        raise Refused("seat_not_agency", unit=unit.name)
    if away is not None and away[1] < away[0]:
        raise Refused("seat_away")
    facts: dict[str, Any] = {
        "weekdays": sorted(set(weekdays)), "on_call": on_call,
        "away_from": away[0] if away else None, "away_to": away[1] if away else None,
    }  # fmt: skip
    made, _new = SeatTerms.objects.update_or_create(unit=unit, defaults={**facts, "set_by_id": by, "set_at": at})
    record("setting:seats", "seat_terms_set", by=by, at=at, unit=unit.name, after=facts)
    return made


def plan_seats(first: date, last: date, *, by: int | None, at: datetime) -> Seating:
    """Plan and write the window's calendar. Raises `Refused`: out of reach, nobody, a year without holidays."""
    today = at.astimezone(CHINA).date()
    if not today <= first <= last <= today + MOST:
        raise Refused("seat_days", most=MOST.days)
    known = calendar()
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    working = [day for day in every if known.is_working(day)]
    holidays = frozenset(day for day in every if day not in working and day.weekday() < 5)
    resident, rotating = queries.seat_kinds()
    if not resident and not rotating:
        raise Refused("seat_nobody")
    terms = {one.unit_id: one for one in SeatTerms.objects.filter(unit__in=[*resident, *rotating])}
    past = _sat(first)
    days: dict[date, list[int]] = {day: [] for day in working}
    for agency in resident:  # on every working day that is theirs
        unit = _unit(agency, terms.get(agency.pk), every, History(), weekdays=True)
        for day in working:
            if day not in unit.away and (not unit.weekdays or day.weekday() in unit.weekdays):
                days[day].append(agency.pk)
    weeks = _weeks(working)
    rota = _line("rotating", rotating, terms, every, past, weeks, gap=min(1, max(0, len(rotating) - 1)))
    callers = [one for one in (*resident, *rotating) if terms.get(one.pk) is None or terms[one.pk].on_call]
    gap = min(BETWEEN, max(0, len(callers) - 1))
    night = _line("night", callers, terms, every, past, [(day,) for day in every], gap=gap, weekdays=False)
    plans = [turns(line, holidays, Stop(seconds=SECONDS, gap=0.005)) for line in (rota, night) if line.units]
    nights: dict[date, list[int]] = {}
    for plan in plans:
        for turn in plan.turns:
            slots = rota.slots if plan.line == "rotating" else night.slots
            for day in slots[turn.slot]:
                (days if plan.line == "rotating" else nights).setdefault(day, []).append(int(turn.unit))
    with transaction.atomic():
        joint.put_seats(days, nights, by=by, at=at)
    return _told({one.pk: one.name for one in (*resident, *rotating)}, days, nights, plans)


def _weeks(working: Iterable[date]) -> list[tuple[date, ...]]:
    found: dict[tuple[int, int], list[date]] = defaultdict(list)
    for day in working:
        found[day.isocalendar()[:2]].append(day)
    return [tuple(days) for days in found.values()]


def _sat(before: date) -> Mapping[bool, Mapping[int, list[date]]]:
    """Night or not → agency → days of the half year before."""
    found: dict[bool, dict[int, list[date]]] = {False: defaultdict(list), True: defaultdict(list)}
    rows = Seat.objects.filter(day__lt=before, day__gte=before - timedelta(days=183)).order_by("day")
    for unit, day, is_night in rows.values_list("unit", "day", "is_night"):
        found[is_night][unit].append(day)
    return found


def _unit(
    agency: Agency, own: SeatTerms | None, every: Sequence[date], history: History, *, weekdays: bool,
    last: date | None = None,
) -> Unit:  # fmt: skip
    away = frozenset(d for d in every if own and own.away_from and own.away_to and own.away_from <= d <= own.away_to)
    pattern = frozenset(day - 1 for day in own.weekdays) if own and weekdays else frozenset()
    return Unit(str(agency.pk), weekdays=pattern, away=away, history=history, last=last)


def _line(
    name: str, agencies: Sequence[Agency], terms: Mapping[int, SeatTerms], every: Sequence[date],
    past: Mapping[bool, Mapping[int, list[date]]], slots: Sequence[tuple[date, ...]], *, gap: int,
    weekdays: bool = False,
) -> Line:  # fmt: skip
    sat = past[name == "night"]
    units = []
    for agency in agencies:
        mine = sat.get(agency.pk, [])
        turns_had = len(mine) if name == "night" else len({day.isocalendar()[:2] for day in mine})
        history = History(turns_had, sum(day.weekday() >= 5 for day in mine), 0)
        last = mine[-1] if mine and name == "night" else None
        units.append(_unit(agency, terms.get(agency.pk), every, history, weekdays=weekdays, last=last))
    return Line(name, tuple(units), tuple(slots), needed=1, gap=gap)


def _told(
    names: Mapping[int, str], days: Mapping[date, list[int]], nights: Mapping[date, list[int]],
    plans: Sequence[LinePlan],
) -> Seating:  # fmt: skip
    loads = []
    for pk, name in names.items():
        mine = [day for day, units in days.items() if pk in units]
        weeks = len({day.isocalendar()[:2] for day in mine})
        loads.append((name, len(mine), weeks, sum(pk in units for units in nights.values())))
    empty = [
        (one.on, plan.line, [(names[int(unit)], say(RosterRule(rule), language())) for unit, rule in kept])
        for plan in plans
        for one, kept in zip(plan.broken, plan.kept_out.values(), strict=True)
        if one.on is not None
    ]
    gap = max((plan.gap for plan in plans), default=0.0)
    worst = next((plan for plan in plans if plan.gap), plans[0] if plans else None)
    proof = say(worst.proof, language(), gap=f"{gap:.1%}") if worst else ""
    return Seating(sum(map(bool, days.values())), len(nights), proof, loads, empty)

"""What the core is told of a rota: people with leave, duty and history, villages, holidays. A fixed number of queries.

It reads what the rules need, whoever asks: an auxiliary who offers a swap does not see why a colleague is barred, only
that it cannot be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from math import asin, cos, radians, sin, sqrt
from statistics import median_low

from twinloop.cases.queries import calendar
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA, Calendar
from twinloop.decide.roster import History, Person, Problem, Shift, Village
from twinloop.discovery.posts.actions import ENDS, STARTS
from twinloop.discovery.posts.models import Shift as Post
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.sessions.models import Seat
from twinloop.people.models import Account, Duty, Leave
from twinloop.places.models import Place
from twinloop.rosters.models import Bar, Cell, Rota, Terms, Wish
from twinloop.rosters.queries import visibility

BACK = timedelta(days=183)  # how far what somebody carried counts
KNOWN_WEEKS = 26


@dataclass(frozen=True)
class Frame:
    """A problem with the rows behind its names. `years`: without a holiday calendar, so that none is shared out."""

    problem: Problem
    people: Mapping[int, Account]
    places: Mapping[int, Place]
    years: tuple[int, ...]

    def shifts(self, cells: Iterable[Cell]) -> set[Shift]:
        return {Shift(cell.on, str(cell.place_id), str(cell.account_id)) for cell in cells}


def frame(rota: Rota, *, fixed: Iterable[Cell] = (), besides: Iterable[int] = ()) -> Frame:
    """`besides`: people who stand in the rota although they left; the core then says that they are unknown."""
    with see_as(SYSTEM):
        places = {place.pk: place for place in visibility.villages_of(rota.station)}
        found = visibility.people_of(rota.station, at=rota.first).prefetch_related("communities").order_by("pk")
        people = {account.pk: account for account in found}
        holidays, years = _holidays(rota)
        problem = Problem(
            start=rota.first,
            weeks=rota.weeks,
            people=tuple(_people(rota, people, places, holidays)),
            villages=tuple(Village(str(pk)) for pk in places),
            holidays=holidays,
            fixed=frozenset(Shift(c.on, str(c.place_id), str(c.account_id)) for c in fixed),
        )
        return Frame(problem, people, places, years)


def fixing(found: Frame, shifts: Iterable[Shift]) -> Problem:
    return replace(found.problem, fixed=frozenset(shifts))


def _holidays(rota: Rota) -> tuple[frozenset[date], tuple[int, ...]]:
    """Free days from Monday to Friday; weekends are counted as such. Years that nobody knows are named."""
    known, found, missing = calendar(), set(), set()
    for on in rota.days:
        try:
            if on.weekday() < 5 and not known.is_working(on):
                found.add(on)
        except Refused:
            missing.add(on.year)
    return frozenset(found), tuple(sorted(missing))


def _people(
    rota: Rota, people: Mapping[int, Account], places: Mapping[int, Place], holidays: frozenset[date]
) -> Iterable[Person]:
    span = (_moment(rota.first, time.min), _moment(rota.last + timedelta(days=1), time.min))
    leave = _days_of(Leave.objects.filter(account__in=people, period__overlap=span).values_list("account", "period"))
    busy = _days_of(
        Duty.objects.filter(account__in=people, period__overlap=span).exclude(kind=Duty.Kind.COMMUNITY)
        .values_list("account", "period")
    )  # fmt: skip
    seats = Seat.objects.filter(mediator__account__in=people, live=True, period__overlap=span)
    for account, days in _days_of(seats.values_list("mediator__account", "period")).items():
        busy[account] |= days
    elsewhere = Post.objects.filter(account__in=people, dropped_at__isnull=True, on__range=(rota.first, rota.last))
    for account, on in elsewhere.exclude(place__in=places).values_list("account", "on"):
        busy[account].add(on)
    terms = {one.account_id: one for one in Terms.objects.filter(account__in=people)}
    barred: dict[int, set[str]] = defaultdict(set)
    for account, place in Bar.objects.filter(account__in=people, ended_at__isnull=True).values_list("account", "place"):
        barred[account].add(str(place))
    free, villages = _wishes(people)
    past = _Past(rota, people)
    for pk, one in people.items():
        own = terms.get(pk)
        yield Person(
            id=str(pk), leave=frozenset(leave[pk]), busy=frozenset(busy[pk]),
            rest=frozenset(day - 1 for day in own.rest) if own else frozenset(),
            barred=frozenset(barred[pk]), wish_off=frozenset(free[pk]), wish_villages=frozenset(villages[pk]),
            distance=_distances(one, places), known=past.known(pk), history=past.history(one),
            worked=past.worked(pk), days_a_week=own.days_a_week if own else None,
        )  # fmt: skip


def _wishes(people: Mapping[int, Account]) -> tuple[dict[int, set[date]], dict[int, set[str]]]:
    free: dict[int, set[date]] = defaultdict(set)
    villages: dict[int, set[str]] = defaultdict(set)
    for wish in Wish.objects.filter(account__in=people, withdrawn_at__isnull=True):
        if wish.on is not None:
            free[wish.account_id].add(wish.on)
        else:
            villages[wish.account_id].add(str(wish.place_id))
    return free, villages


def _moment(on: date, at: time) -> datetime:
    return datetime.combine(on, at, CHINA)


def _days_of(rows: Iterable[tuple[int, object]]) -> dict[int, set[date]]:
    """Account → days on whose hours in the village a period falls; a night before half past eight keeps nobody away."""
    found: dict[int, set[date]] = defaultdict(set)
    for account, period in rows:
        lower, upper = (edge.astimezone(CHINA) for edge in (period.lower, period.upper))  # type: ignore[attr-defined]
        on = lower.date()
        while on <= upper.date():
            if lower < _moment(on, ENDS) and _moment(on, STARTS) < upper:
                found[account].add(on)
            on += timedelta(days=1)
    return found


class _Past:
    """What everybody carried in the half year before, and whose face the villages know. One query."""

    def __init__(self, rota: Rota, people: Mapping[int, Account]) -> None:
        self.start, known = rota.first, calendar()
        self.days: dict[int, set[date]] = defaultdict(set)
        self.weeks: dict[tuple[int, int], set[int]] = defaultdict(set)
        weekends: dict[int, int] = defaultdict(int)
        holidays: dict[int, int] = defaultdict(int)
        rows = Post.objects.filter(account__in=people, dropped_at__isnull=True, on__lt=rota.first)
        for account, place, on in rows.filter(on__gte=rota.first - BACK).values_list("account", "place", "on"):
            self.weeks[account, place].add((rota.first - on + timedelta(days=6)).days // 7)
            if on in self.days[account]:
                continue
            self.days[account].add(on)
            weekends[account] += on.weekday() >= 5
            holidays[account] += on.weekday() < 5 and _is_free(known, on)
        self.counts = {pk: History(len(self.days[pk]), weekends[pk], holidays[pk]) for pk in people}
        # who joined meanwhile starts with what the others carried, or they would get nearly everything
        old = [self.counts[pk] for pk, one in people.items() if not self._is_new(one)] or [History()]
        self.usual = History(
            *(median_low([getattr(h, name) for h in old]) for name in ("days", "weekends", "holidays"))
        )

    def _is_new(self, account: Account) -> bool:
        return account.joined_on is not None and account.joined_on > self.start - BACK

    def history(self, account: Account) -> History:
        own = self.counts[account.pk]
        if not self._is_new(account):
            return own
        return History(*(max(getattr(own, n), getattr(self.usual, n)) for n in ("days", "weekends", "holidays")))

    def worked(self, account: int) -> frozenset[date]:
        return frozenset(on for on in self.days[account] if self.start - timedelta(days=6) <= on < self.start)

    def known(self, account: int) -> dict[str, int]:
        """Village → weeks in a row up to the start in which they came; one week without does not end it."""
        found = {}
        for (who, place), weeks in self.weeks.items():
            if who != account:
                continue
            row = 0
            while row < KNOWN_WEEKS and (row + 1 in weeks or row + 2 in weeks):
                row += 1
            if row:
                found[str(place)] = row
        return found


def _is_free(known: Calendar, on: date) -> bool:
    try:
        return not known.is_working(on)
    except Refused:
        return False


def _distances(account: Account, places: Mapping[int, Place]) -> dict[str, float]:
    """Kilometres as the crow flies from the middle of the person's own communities; nothing where that is unknown."""
    home = [place for place in account.communities.all() if place.latitude is not None]
    if not home:
        return {}
    middle = (
        sum(float(p.latitude or 0) for p in home) / len(home),
        sum(float(p.longitude or 0) for p in home) / len(home),
    )
    return {
        str(pk): round(_kilometres(middle, (float(place.latitude), float(place.longitude))), 1)
        for pk, place in places.items()
        if place.latitude is not None and place.longitude is not None
    }


def _kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """On a sphere (haversine)."""
    (lat, lon), (to_lat, to_lon) = (tuple(map(radians, point)) for point in (one, other))
    half = sin((to_lat - lat) / 2) ** 2 + cos(lat) * cos(to_lat) * sin((to_lon - lon) / 2) ** 2
    return 2 * 6371 * asin(sqrt(half))

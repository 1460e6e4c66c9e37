"""Reading the posts: a week's grid with the two-days rule, a village, a person's own day. Few queries at any size."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from twinloop.decide.posts import Day, Standing, Week, judge, week_of
from twinloop.discovery.leads.models import Lead
from twinloop.discovery.leads.visibility import leads
from twinloop.discovery.posts import visibility
from twinloop.discovery.posts.models import HelpGiven, JointCheck, Shift
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account
from twinloop.places.models import Place

__all__ = ["Week", "figures", "grid", "is_watched", "own", "village", "waiting", "week_named", "week_of"]
PAST_WEEKS = 8  # shown on a village's page


def week_named(text: str, *, today: date) -> Week | None:
    """2026-W16 as an address says it; "" is this week, None where there is no such week."""
    if not text:
        return week_of(today)
    found = re.fullmatch(r"(20\d\d)-W(\d\d)", text)
    week = Week(int(found[1]), int(found[2])) if found else None
    try:
        return week if week and week_of(week.monday) == week else None
    except ValueError:  # no year has a week 54, few have a week 53
        return None


@dataclass(frozen=True)
class Cell:
    """One village on one day."""

    on: date
    shifts: Sequence[Shift]
    is_open: bool  # today or later: somebody can still be posted


@dataclass(frozen=True)
class Line:
    place: Place
    cells: Sequence[Cell]
    standing: Standing[int]
    people: Sequence[Account]  # whose community it is


@dataclass
class Grid:
    week: Week
    lines: list[Line] = field(default_factory=list)

    def of(self, *states: str) -> list[Line]:
        return [line for line in self.lines if line.standing.state in states]


def grid(scope: Scope, week: Week, *, today: date) -> Grid:
    """Every village of the viewer with its week. Three queries."""
    places = list(visibility.villages(scope))
    shifts = list(_live(scope).filter(on__range=(week.days[0], week.days[-1])).select_related("account"))
    people: dict[int, list[Account]] = {}
    posted = visibility.auxiliaries(scope, at=today).filter(communities__in=[place.pk for place in places])
    for account in posted.annotate(home=F("communities")).order_by("name"):
        people.setdefault(account.home, []).append(account)
    there: dict[tuple[int, date], list[Shift]] = {}
    for shift in shifts:
        there.setdefault((shift.place_id, shift.on), []).append(shift)
    standings = judge([place.pk for place in places], _days(shifts), week, today=today)
    found = Grid(week)
    for place, standing in zip(places, standings, strict=True):
        cells = [Cell(on, there.get((place.pk, on), []), on >= today) for on in week.days]
        found.lines.append(Line(place, cells, standing, people.get(place.pk, [])))
    return found


def _live(scope: Scope) -> QuerySet[Shift]:
    return visibility.shifts(scope).filter(dropped_at__isnull=True)


def _days(shifts: Iterable[Shift]) -> list[Day[int]]:
    return [Day(shift.place_id, shift.on, kept=shift.in_at is not None) for shift in shifts]


# --- one village -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    days: int
    spent: timedelta
    people: int
    helped: int
    checks: int
    disputes: int


def figures(shifts: QuerySet[Shift], found: QuerySet[Lead]) -> Figures:
    """What these shifts came to: different days kept, hours, auxiliaries, people helped, checks, disputes found."""
    length = ExpressionWrapper(F("out_at") - F("in_at"), output_field=DurationField())
    kept = shifts.filter(in_at__isnull=False).order_by()
    sums = kept.aggregate(
        days=Count("on", distinct=True), people=Count("account", distinct=True),
        spent=Coalesce(Sum(length), timedelta(0), output_field=DurationField()),
    )  # fmt: skip
    helps = HelpGiven.objects.filter(shift__in=kept, withdrawn_at__isnull=True)
    checks = JointCheck.objects.filter(shift__in=kept, withdrawn_at__isnull=True)
    contexts = [f"shift:{pk}" for pk in kept.values_list("pk", flat=True)]
    return Figures(
        **sums,
        helped=helps.aggregate(n=Coalesce(Sum("people"), 0))["n"],
        checks=checks.count(),
        disputes=found.filter(context__in=contexts, kind="dispute").count(),
    )


@dataclass(frozen=True)
class Village:
    place: Place
    people: Sequence[Account]
    next: Shift | None
    year: Figures
    weeks: Sequence[tuple[Week, Standing[int]]]  # this one first, then back
    shifts: Sequence[Shift]
    helps: Sequence[HelpGiven]
    checks: Sequence[JointCheck]
    leads: Sequence[Lead]


def village(scope: Scope, place: Place, *, at: datetime) -> Village:
    """All that a village's page shows, in a fixed number of queries."""
    today = at.date()
    here = _live(scope).filter(place=place)
    this = week_of(today)
    first = this.later(-PAST_WEEKS)
    window = list(here.filter(on__range=(first.monday, this.days[-1])).select_related("account"))
    days = _days(window)
    began = here.order_by("on").values_list("on", flat=True).first() or today  # weeks before the first plan owe nothing
    weeks = [this.later(-n) for n in range(PAST_WEEKS + 1) if this.later(-n) >= min(week_of(began), this)]
    year = here.filter(on__year=today.year, on__lte=today)
    noted: dict[str, Any] = {"shift__in": here, "withdrawn_at__isnull": True}
    found = leads(scope).filter(context__startswith="shift:", place=place)
    return Village(
        place=place,
        people=list(visibility.auxiliaries(scope, at=today).filter(communities=place).order_by("name")),
        next=here.filter(on__gte=today, in_at__isnull=True).select_related("account").order_by("period").first(),
        year=figures(year, found),
        weeks=[(week, judge([place.pk], days, week, today=today)[0]) for week in weeks],
        shifts=sorted((s for s in window if s.in_at or s.on < today), key=lambda s: (s.on, s.pk), reverse=True)[:20],
        helps=list(HelpGiven.objects.filter(**noted).select_related("shift__account")[:10]),
        checks=list(JointCheck.objects.filter(**noted).select_related("shift__account")[:10]),
        leads=list(found.order_by("-reported_at")[:10]),
    )


def is_watched(scope: Scope, place: Place) -> bool:
    """The village's page is for those who watch it, and for whoever has a shift there."""
    return (
        visibility.villages(scope).filter(pk=place.pk).exists() or visibility.shifts(scope).filter(place=place).exists()
    )


# --- one's own ---------------------------------------------------------------------------------------------------


def own(scope: Scope, *, today: date) -> list[Shift]:
    """A person's shifts of this week and the next, soonest first. One query."""
    week = week_of(today)
    mine = Shift.objects.filter(account=scope.account, dropped_at__isnull=True)
    span = (week.monday, week.later(1).days[-1])
    return list(mine.filter(on__range=span).select_related("place__parent").order_by("period"))


def waiting(scope: Scope, *, at: datetime) -> list[tuple[Shift, str]]:
    """Today's shifts that wait for the person's check-in or check-out. One query."""
    if not scope.has("auxiliary"):
        return []
    mine = Shift.objects.filter(Q(out_at__isnull=True), account=scope.account, on=at.date(), dropped_at__isnull=True)
    found = mine.select_related("place__parent").order_by("period")
    return [(shift, "out" if shift.in_at else "in") for shift in found]

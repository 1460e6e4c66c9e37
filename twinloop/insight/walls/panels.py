"""What the wall counts, a panel each: staff names, never a party's; a handful of cases is said to be few.

Each function asks a fixed number of queries and starts at what the scope may see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, Window
from django.db.models.functions import Coalesce, ExtractHour, NullIf, RowNumber
from django.utils.translation import gettext as _

from twinloop.cases import visibility
from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.models import Clock, Dispute, Order
from twinloop.cases.queries import shown_type_names
from twinloop.cases.telling import language
from twinloop.decide.clocks import RuleCode
from twinloop.decide.words import say
from twinloop.decide.workflow import State
from twinloop.insight.figures import queries as figures
from twinloop.insight.figures import windows
from twinloop.insight.walls import words
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account

DONE = ("settled", "closed", "merged", "transferred")
OPEN = [state.value for state in State if state not in DONE]  # named, so that an index finds the few among the many
STAFF = frozenset({Account.Kind.SWORN, Account.Kind.AUXILIARY, Account.Kind.STAFF, Account.Kind.MEDIATOR})
USUAL_DAYS = 28  # what a two-hour slot usually brings
SLOT = 2  # hours
ROWS, PLACES = 7, 7  # as many as can be read from six metres
FEW = 3  # communities with fewer open disputes stand together: one quarrel of a village is known by its neighbours


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def open_disputes(scope: Scope) -> QuerySet[Dispute]:
    return visibility.disputes(scope).filter(state__in=OPEN)


def clocks(scope: Scope) -> QuerySet[Clock]:
    """Clocks of what the scope may see, as figures count them: those of a call of a visible dispute too."""
    if scope.sees_all:
        return Clock.objects.all()
    of_dispute = Exists(visibility.disputes(scope).filter(pk=OuterRef("dispute_id")))
    return Clock.objects.filter(of_dispute | Exists(visibility.incidents(scope).filter(pk=OuterRef("incident_id"))))


def late(scope: Scope, *, at: datetime) -> int:
    """Clocks that are over and neither met nor dropped: the days that are over from the sums of figures, which a
    change tears open at once; where nothing is summed, of the rows. Two queries."""
    found = figures.totals(["late"], [windows.Window(at - timedelta(days=1), at)], at=at, knows=figures.known()).get(
        "late"
    )
    return found[0] if found else clocks(scope).filter(RUNNING, due_at__lte=at).count()


@dataclass(frozen=True)
class Today:
    """Calls since midnight: how many were sent somebody, where somebody is now; and what is open and late over all."""

    calls: int
    disputes: int
    sent: int
    on_scene: int
    open: int
    late: int
    slots: Sequence[tuple[str, int | None, float]]  # two hours: today (None: yet to come), usual
    ticks: Sequence[tuple[datetime, str, str]] = ()

    @property
    def waiting(self) -> int:
        return self.calls - self.sent


def today(scope: Scope, *, at: datetime, now_open: int | None = None, now_late: int | None = None) -> Today:
    """`now_open`, `now_late`: where another panel has counted them."""
    calls = visibility.near_incidents(scope)
    orders = Order.objects.filter(incident=OuterRef("pk"))
    there = orders.filter(arrived_at__isnull=False, ended_at__isnull=True)
    kind = Coalesce(NullIf("confirmed_kind", Value("")), "reported_kind")
    start = _midnight(at)
    counted = calls.filter(received_at__gte=start, received_at__lte=at).annotate(kind=kind).aggregate(
        calls=Count("pk"), disputes=Count("pk", filter=Q(kind="dispute")),
        sent=Count("pk", filter=Exists(orders)), on_scene=Count("pk", filter=Exists(there)),
    )  # fmt: skip
    return Today(
        **counted, open=open_disputes(scope).count() if now_open is None else now_open,
        late=late(scope, at=at) if now_late is None else now_late,
        slots=_slots(calls, start, at), ticks=_ticks(scope, start),
    )  # fmt: skip


def _slots(calls: QuerySet[Any], start: datetime, at: datetime) -> list[tuple[str, int | None, float]]:
    since = start - timedelta(days=USUAL_DAYS)
    hours = calls.filter(received_at__gte=since, received_at__lte=at).order_by().values(hour=ExtractHour("received_at"))
    now, past = [0] * 24, [0] * 24
    is_now = Q(received_at__gte=start)
    for row in hours.annotate(now=Count("pk", filter=is_now), past=Count("pk", filter=~is_now)):
        now[row["hour"]], past[row["hour"]] = row["now"], row["past"]
    return [
        (
            f"{hour:02d}",
            sum(now[hour : hour + SLOT]) if hour <= at.hour else None,
            sum(past[hour : hour + SLOT]) / USUAL_DAYS,
        )
        for hour in range(0, 24, SLOT)
    ]


def _ticks(scope: Scope, start: datetime) -> list[tuple[datetime, str, str]]:
    """The newest happenings of today: which station did what with a case of which level and type."""
    seen = Order.objects.filter(sent_at__gte=start).select_related("to_account__unit__parent", "to_unit", "dispute")
    if not scope.sees_all:
        seen = seen.filter(incident__in=visibility.near_incidents(scope))
    orders = [
        *seen.filter(signed_at__gte=start).order_by("-signed_at")[:3]
    ]  # signed after it was sent: an index has it
    touched = visibility.disputes(scope).filter(touched_at__gte=start, settled_at__gte=start)  # the first has an index
    settled = touched.select_related("station").order_by("-settled_at")
    names = shown_type_names()
    found = [
        (one.settled_at, words.TICKS["settled"], _of(one.station, one.level, names.get(one.type_code, "")))
        for one in settled[:3]
        if one.settled_at
    ]
    for one in orders:
        unit = one.to_unit or (one.to_account.unit if one.to_account else None)
        where = unit.station or unit if unit else None
        word = words.TICKS["arrived" if one.arrived_at else "signed"]
        found.append((one.arrived_at or one.signed_at, word, _of(where, None, "")))  # type: ignore[arg-type]
    return [(moment, str(word), text) for moment, word, text in sorted(found, key=lambda row: row[0], reverse=True)[:3]]


def _of(unit: object, level: int | None, kind: str) -> str:
    parts = [str(unit) if unit else "", say_level(level) if level else "", kind]
    return " ".join(part for part in parts if part)


def say_level(level: int) -> str:
    return {1: _("一级"), 2: _("二级"), 3: _("三级")}[level]


@dataclass(frozen=True)
class Open:
    levels: Mapping[int, int]
    ungraded: int
    places: Sequence[tuple[str, Sequence[int]]]  # community: level 1, 2, 3, ungraded

    @property
    def whole(self) -> int:
        return sum(self.levels.values()) + self.ungraded

    @property
    def rows(self) -> list[tuple[str, list[tuple[int, int, int]], Sequence[int]]]:
        """(community, its bar as (level, from, width) in thousandths of the longest, counts)."""
        longest = max(sum(counts) for _place, counts in self.places)
        found = []
        for place, counts in self.places:
            bar, start = [], 0
            for number, count in enumerate(counts, 1):
                width = round(1000 * count / longest)
                bar += [(number, start, width)] if width else []
                start += width
            found.append((place, bar, counts))
        return found


def opened(scope: Scope) -> Open:
    """Open disputes by level, and by community those with the most; the rest, and the few, together."""
    by_place: dict[str, list[int]] = {}
    found = open_disputes(scope).order_by().values_list("place__short", "level").annotate(n=Count("pk"))
    for place, level, count in found:
        by_place.setdefault(place or str(words.NOWHERE), [0, 0, 0, 0])[(level or 4) - 1] += count
    ranked = sorted(by_place.items(), key=lambda row: (-sum(row[1]), -row[1][0], -row[1][1], row[0]))
    named = [row for row in ranked if sum(row[1]) >= FEW][:PLACES]
    rest = ranked[len(named) :]
    if rest:
        together = [sum(counts[n] for _place, counts in rest) for n in range(4)]
        named.append((str(words.OTHER_PLACES).format(count=len(rest)), together))
    sums = [sum(counts[n] for counts in by_place.values()) for n in range(4)]
    return Open({1: sums[0], 2: sums[1], 3: sums[2]}, sums[3], named)


@dataclass(frozen=True)
class Owing:
    """One person, and what of theirs falls due today or is late."""

    name: str
    level: int | None
    what: str  # the soonest
    due: datetime
    warn: datetime | None
    count: int
    late: int


def owed(scope: Scope, *, at: datetime) -> tuple[list[Owing], int, int]:
    """People by their soonest clock (never by rank), how many people more there are, and what is late of all. Three
    queries.

    The database counts each person's clocks and hands over the soonest alone; of a clock without an owner it is the
    dispute's.
    """
    ends = _midnight(at) + timedelta(days=1)
    of_dispute = Subquery(Dispute.objects.filter(pk=OuterRef("dispute_id")).values("owner_id")[:1])
    rows = (
        clocks(scope).filter(RUNNING, due_at__lt=ends)
        .annotate(who=Coalesce("owner_id", of_dispute, output_field=BigIntegerField()))
        .annotate(
            nth=Window(RowNumber(), partition_by="who", order_by=["due_at", "pk"]),
            n=Window(Count("pk"), partition_by="who"),
            past=Window(Count("pk", filter=Q(due_at__lte=at)), partition_by="who"),
        )
        .filter(nth=1).order_by("due_at", "pk")
        .values_list("who", "dispute", "rule", "due_at", "warn_at", "n", "past")
    )  # fmt: skip
    people = list(rows)
    shown = people[:ROWS]  # asked though there is nobody: so many queries a page
    who_is = Account.objects.select_related("unit").in_bulk([0, *(row[0] for row in shown if row[0])])
    disputes = visibility.disputes(scope).filter(pk__in=[0, *(row[1] for row in shown if row[1])])
    levels = dict(disputes.values_list("pk", "level"))
    found = []
    for who, of, rule, due, warn, count, late in shown:
        assert due is not None  # filtered above
        name, level = _staff(who_is.get(who or 0)), levels.get(of) if of else None
        found.append(Owing(name, level, say(RuleCode(rule), language()), due, warn, count, late))
    return found, max(len(people) - ROWS, 0), sum(row[-1] for row in people)


def _staff(who: Account | None) -> str:
    """The wall names those who work here; of anybody else only the unit."""
    if who is None:
        return str(words.NOBODY)
    return who.name if who.kind in STAFF else (who.unit.name if who.unit else "") or str(words.NOBODY)

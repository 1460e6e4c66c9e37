"""What the wall counts of callbacks, agencies, settlements and villages. A fixed number of queries each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from twinloop.discovery.patrols import queries as patrols
from twinloop.discovery.posts import queries as posts
from twinloop.followup.visits import queries as visits
from twinloop.insight.figures import queries as figures
from twinloop.insight.figures import windows
from twinloop.insight.maps import queries as maps
from twinloop.insight.maps.windows import Weeks
from twinloop.insight.walls import panels, words
from twinloop.insight.walls.panels import FEW, ROWS
from twinloop.ledger.sight import Scope
from twinloop.mediation.joint import queries as joint
from twinloop.places.models import Place

CALLBACK_DAYS, COMING_DAYS = 30, 7
MAP_WEEKS, HOT = 12, 4  # weeks that are counted; groups that are named


@dataclass
class Called:
    """Callbacks of a station that were owed in the last thirty days: whom they reached, who was satisfied; what is
    late, what comes. Not reached counts against both (domain.md section 7)."""

    name: str
    owed: int = 0
    reached: int = 0
    satisfied: int = 0
    missed: int = 0  # somebody tried and reached nobody
    late: int = 0
    coming: int = 0


PARTS = ("owed", "reached", "satisfied", "missed", "late", "coming")


def callbacks(scope: Scope, *, at: datetime) -> tuple[Called, list[Called]]:
    """(all, station by station). One query."""
    today = at.date()
    span = (today - timedelta(days=CALLBACK_DAYS), today + timedelta(days=COMING_DAYS))
    mine = visits.visible(scope).select_related(None).filter(due_on__range=span).exclude(state="dropped")
    planned, done = Q(state="planned"), Q(state="done")
    late = planned & Q(due_on__lt=today)
    counted = mine.order_by("dispute__station__code").values_list("dispute__station__name").annotate(
        owed=Count("pk", filter=~planned | late), reached=Count("pk", filter=done),
        satisfied=Count("pk", filter=done & Q(satisfaction__gte=visits.SATISFIED)),
        missed=Count("pk", filter=Q(state="missed")), late=Count("pk", filter=late),
        coming=Count("pk", filter=planned & ~late),
    )  # fmt: skip
    rows = [Called(name or str(words.NOWHERE), *counts) for name, *counts in counted]
    whole = Called("", *(sum(getattr(row, part) for row in rows) for part in PARTS))
    return whole, rows[:ROWS]


@dataclass(frozen=True)
class Agencies:
    rows: Sequence[joint.Standing]
    asked: int
    due: int
    in_time: int
    open: int
    hot: int


def agencies(scope: Scope, *, at: datetime) -> Agencies:
    found = joint.standings(scope, at=at)
    sums = [sum(getattr(row, part) for row in found) for part in ("asked", "due", "in_time", "open")]
    asked, due, in_time, still = sums
    return Agencies(found[:ROWS], asked, due, in_time, still, joint.heats(scope).filter(taken_at__isnull=True).count())


@dataclass(frozen=True)
class Settling:
    resolution: figures.Counted
    durable: figures.Counted
    months: Sequence[tuple[str, figures.Counted | None, figures.Counted | None]]
    reach: datetime | None = None


def settled(scope: Scope, *, at: datetime) -> Settling:
    """Twelve months: the share settled, the share that held for 90 days, and both by month of registration."""
    window = windows.of("days_365", today=at.date())
    codes = ("resolution", "durable_90")
    by = dict(zip(codes, figures.parted_alike(codes, "month", window, at=at), strict=True))
    whole = {code: figures.together(code, parts.values()) for code, parts in by.items()}
    months = sorted({*by["resolution"], *by["durable_90"]})[-12:]
    return Settling(
        whole["resolution"], whole["durable_90"],
        [(month, _shown(by["resolution"].get(month)), _shown(by["durable_90"].get(month))) for month in months],
        figures.reach(),
    )  # fmt: skip


def _shown(one: figures.Counted | None) -> figures.Counted | None:
    return one if one is not None and one.of else None


@dataclass(frozen=True)
class Villages:
    week: posts.Week
    counts: Sequence[tuple[str, str, int]]  # state, its word, how many
    whole: int
    behind: Sequence[tuple[str, int, int, str]] = field(default_factory=list)  # village, days kept, days lacking, state

    @property
    def met(self) -> int:
        return next(count for state, _word, count in self.counts if state == "met")

    @property
    def sunday(self) -> date:
        return self.week.days[-1]


def villages(scope: Scope, *, at: datetime) -> Villages:
    grid = posts.grid(scope, posts.week_of(at.date()), today=at.date())
    counts = [(state, str(word), len(grid.of(state))) for state, word in words.VILLAGE_STATES.items()]
    behind = [
        (line.place.short, len(line.standing.kept), line.standing.lacks, line.standing.state.value)
        for line in grid.of("missed", "short")
    ]
    return Villages(grid.week, counts, len(grid.lines), _worst(behind)[: 2 * ROWS])


def _worst(rows: Iterable[tuple[str, int, int, str]]) -> list[tuple[str, int, int, str]]:
    return sorted(rows, key=lambda row: (row[3] != "missed", row[1], -row[2]))


@dataclass(frozen=True)
class Dot:
    """One community on the wall's map. `count` None: too few to be told, so that nobody is known by it."""

    place: Place
    count: int | None
    latitude: float
    longitude: float
    is_hot: bool


@dataclass(frozen=True)
class Drawing:
    dots: Sequence[Dot]
    hot: Sequence[maps.Hot]
    whole: int
    weeks: Weeks
    is_schematic: bool
    by_people: bool


def drawing(scope: Scope, *, at: datetime) -> Drawing:
    """Disputes of the last weeks where they were registered, and what stands out of chance: the map's own counting."""
    weeks = Weeks(at.date(), MAP_WEEKS)
    found = maps.draw(maps.Ask(weeks), scope, places=patrols.communities(scope))
    dots = [
        Dot(
            mark.place, None if 0 < mark.whole < FEW else mark.whole, mark.latitude, mark.longitude,
            mark.cluster is not None,
        )
        for mark in found.marks
        if mark.latitude is not None and mark.longitude is not None
    ]  # fmt: skip
    whole = sum(mark.whole for mark in found.marks)
    return Drawing(dots, found.hot[:HOT], whole, weeks, found.is_schematic, found.reading.by_people)


def boundaries(scope: Scope) -> list[dict[str, object]]:
    """Code and polygons of the communities that `drawing` shows."""
    return maps.boundaries(patrols.communities(scope))


def gather(scope: Scope, *, at: datetime, codes: Iterable[str]) -> dict[str, object]:
    """The panels that are asked for, by their code. What one has counted another does not count again."""
    found: dict[str, Any] = {}
    asked: dict[str, Callable[[], object]] = {
        "open": lambda: panels.opened(scope), "owed": lambda: panels.owed(scope, at=at),
        "today": lambda: panels.today(
            scope, at=at, now_open=found["open"].whole if "open" in found else None,
            now_late=found["owed"][2] if "owed" in found else None,
        ),
        "callbacks": lambda: callbacks(scope, at=at), "agencies": lambda: agencies(scope, at=at),
        "settled": lambda: settled(scope, at=at), "villages": lambda: villages(scope, at=at),
        "map": lambda: drawing(scope, at=at),
    }  # fmt: skip
    shown = list(codes)
    for code in (code for code in asked if code in shown):
        found[code] = asked[code]()
    return {code: found[code] for code in shown}

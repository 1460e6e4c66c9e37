"""Counting and opening figures. Row-level security stands behind every SELECT: a count is what can be opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language

from twinloop.cases import visibility
from twinloop.cases.models import Dispute
from twinloop.decide.figures import PARAMS, Exclusion, Figure, Indicator, Mode, Window, wilson
from twinloop.decide.words import say
from twinloop.edge.masks import mask_text
from twinloop.insight.figures import selecting, tallies, windows
from twinloop.insight.figures.known import Known, known
from twinloop.insight.figures.models import Frozen, Reach
from twinloop.insight.figures.parts import OF_COURSES, behind, of_part
from twinloop.insight.figures.pieces import Asked
from twinloop.insight.figures.rules import AGENCY_TIMES, ALL, COUNTS, every
from twinloop.insight.figures.selecting import LONG
from twinloop.ledger.sight import SYSTEM, Scope, see_as
from twinloop.people.models import Unit

__all__ = ["Known", "known"]  # pages ask once, for all that they show
METHODS = frozenset(mode.value for mode in Mode)


@dataclass(frozen=True)
class Counted:
    """A share as a page shows it: hits of all, who is left out, how sure."""

    code: str
    hits: int
    of: int
    excluded: Mapping[Exclusion, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return say(Indicator(self.code), get_language() or "")

    @property
    def is_count(self) -> bool:
        """A sum of rows: nothing to divide by."""
        return self.code in COUNTS

    @property
    def share(self) -> float | None:
        return self.hits / self.of if self.of and not self.is_count else None

    @property
    def percent(self) -> str:
        return "" if self.share is None else f"{100 * self.share:.2f}%"

    @property
    def value(self) -> float | None:
        """Per cent, for a chart."""
        return None if self.share is None else 100 * self.share

    @property
    def whole(self) -> int:
        """For a bar."""
        return round(100 * (self.share or 0.0))

    def change(self, earlier: Counted) -> str:
        """Percentage points on an earlier window, for a sum how many more; nothing where too few to compare."""
        if self.is_count:
            return f"{self.hits - earlier.hits:+d}".replace("-", "−") if self.hits != earlier.hits else ""
        if self.share is None or earlier.share is None or self.is_small or earlier.is_small:
            return ""
        return f"{100 * (self.share - earlier.share):+.2f}".replace("-", "−")

    @property
    def interval(self) -> str:
        """The range in which the share would lie 95 times in 100, whole per cent."""
        if not self.of or self.is_count:
            return ""
        low, high = wilson(self.hits, self.of)
        return f"{100 * low:.0f}–{100 * high:.0f}%"

    @property
    def left_out(self) -> list[tuple[str, int]]:
        """Why rows count in neither, and how many: the most first, equal ones in the order of the reasons."""
        found = [(say(why, get_language() or ""), self.excluded[why]) for why in Exclusion if why in self.excluded]
        return sorted(found, key=lambda pair: -pair[1])

    @property
    def is_small(self) -> bool:
        return not self.is_count and 0 < self.of < PARAMS.small


@dataclass(frozen=True)
class Row:
    """One row behind a figure; `dispute` where it has one that the viewer may see."""

    name: str
    dispute: Dispute | None
    why: str  # why it is left out

    @property
    def title(self) -> str:
        return mask_text(self.dispute.title) if self.dispute else ""


def measure(code: str, window: Window, *, at: datetime) -> Counted:
    """One figure, within the scope that was told to the database. Raises `KeyError` for no such indicator."""
    return measure_all([code], window, at=at)[code]


def measure_all(codes: Sequence[str], window: Window, *, at: datetime) -> dict[str, Counted]:
    """Several figures in one query, in the order of `codes`."""
    found = tallies.ask([Asked(code, window) for code in codes], at=at)
    return {code: _counted(code, parts.get("", {})) for code, parts in zip(codes, found, strict=True)}


def measure_beside(
    codes: Sequence[str], window: Window, other: Window, *, at: datetime, knows: Known
) -> tuple[dict[str, Counted], dict[str, Counted]]:
    """Several figures of two windows in one query."""
    found = tallies.ask([Asked(code, one) for one in (window, other) for code in codes], at=at, knows=knows)
    made = [_counted(code, parts.get("", {})) for code, parts in zip((*codes, *codes), found, strict=True)]
    return dict(zip(codes, made, strict=False)), dict(zip(codes, made[len(codes) :], strict=True))


def totals(codes: Sequence[str], spans: Sequence[Window], *, at: datetime, knows: Known) -> dict[str, list[int]]:
    """Of the totals of dashboards those that sums can say, each for all of some windows. One query, or none."""
    asked = {code: [tallies.total(code, span, at=at, knows=knows) for span in spans] for code in codes}
    said = {code: [one for one in ones if one] for code, ones in asked.items() if all(ones)}
    found = iter(tallies.ask([one for ones in said.values() for one in ones], at=at, knows=knows))
    return {code: [next(found).get("", {}).get("in", 0) for _one in ones] for code, ones in said.items()}


def by_window(code: str, spans: Sequence[Window], *, at: datetime) -> list[Counted]:
    """One figure of several windows (the months of a trend), in their order. One query."""
    return [_counted(code, parts.get("", {})) for parts in tallies.ask([Asked(code, span) for span in spans], at=at)]


def _counted(code: str, verdicts: Mapping[str, int]) -> Counted:
    hits, rest = verdicts.get("in", 0), verdicts.get("of", 0)
    left = {Exclusion(why): count for why, count in verdicts.items() if why not in ("in", "of")}
    return Counted(code, hits, hits + rest, left)


def _ask(sql: str, window: Window, at: datetime, **more: Any) -> list[tuple[Any, ...]]:
    told = {"start": window.start, "end": window.end, "at": at, **more}
    return selecting.fetch(sql, told, is_long=window.end - window.start > LONG)


def parted(code: str, by: str, window: Window, *, at: datetime) -> list[tuple[str, Counted]]:
    """The figure by community, type or month of registration, the largest first (months in order)."""
    (parts,) = tallies.ask([Asked(code, window, by)], at=at)
    found = [(part, _counted(code, verdicts)) for part, verdicts in parts.items()]
    if by == "month":
        return sorted(found)
    return sorted(found, key=lambda pair: (-pair[1].of, pair[0]))


def parted_alike(codes: Sequence[str], by: str, window: Window, *, at: datetime) -> list[dict[str, Counted]]:
    """Several figures, each by its parts. One query."""
    found = tallies.ask([Asked(code, window, by) for code in codes], at=at)
    return [
        {part: _counted(code, verdicts) for part, verdicts in parts.items()}
        for code, parts in zip(codes, found, strict=True)
    ]


def together(code: str, parts: Iterable[Counted]) -> Counted:
    """The figure that its parts add up to: each row is of one part alone."""
    hits, of, left = 0, 0, dict[Exclusion, int]()
    for one in parts:
        hits, of = hits + one.hits, of + one.of
        for why, count in one.excluded.items():
            left[why] = left.get(why, 0) + count
    return Counted(code, hits, of, left)


def part_name(by: str, part: str) -> str:
    """A part of `parted` in words: a method is a code, everything else a name already."""
    return say(Mode(part), get_language() or "") if by == "method" and part in METHODS else part


@dataclass(frozen=True)
class Took:
    """Median hours from a whistle to its answer, and over how many."""

    hours: float
    answers: int


def agency_times(window: Window, *, at: datetime) -> dict[str, Took]:
    """Agency by name, '' for all. Empty where nothing was answered. One query."""
    return {name: Took(float(hours), count) for name, count, hours in _ask(AGENCY_TIMES, window, at) if count}


def rows(
    code: str, part: str, window: Window, scope: Scope, *, at: datetime, first: int, most: int, by: str = "",
    of: str = "", is_common: bool = False,
) -> list[Row]:  # fmt: skip
    """The rows behind a part of a figure: `in`, `of` (the denominator's rest) or `out`; `by`, `of`: one line alone.

    `is_common`: so many rows are of the part that a page of them is read along the key, and not all of them sorted.
    """
    if not most:
        return []
    wanted = "verdict LIKE 'out%%'" if part == "out" else "verdict = %(part)s"
    if is_common and part != "out":  # said so that the planner, too, expects most rows to be of it
        wanted = "rows.verdict <> %(other)s AND rows.verdict NOT LIKE 'out%%'"
    join = ""
    if by:
        join, wanted = behind(code), f"{wanted} AND {of_part(code, by)}"
    # read backwards along a key until the page is full: a projection's dispute, a clock's due date
    by_moment = " AS moment, " in ALL[code]
    order = "rows.dispute_id DESC" + ("" if code in OF_COURSES else " NULLS LAST")
    order = "rows.moment DESC" if by_moment else order
    rule = every(ALL[code]) if window.end - window.start > LONG else ALL[code]
    sql = f"""SELECT rows.name, rows.dispute_id, rows.verdict FROM ({rule}) AS rows {join} WHERE {wanted}
        ORDER BY {order}, rows.name LIMIT %(most)s OFFSET %(first)s"""  # noqa: S608 - our own rules
    told = {"start": window.start, "end": window.end, "at": at, "part": part, "most": most, "first": first, "of": of,
            "other": "of" if part == "in" else "in"}  # fmt: skip
    found = selecting.fetch(sql, told, is_long=False)
    seen = visibility.disputes(scope).select_related("place", "station").in_bulk([pk for _n, pk, _v in found if pk])
    return [
        Row(name, seen.get(pk), say(Exclusion(why), get_language() or "") if part == "out" else "")
        for name, pk, why in found
    ]


def disputes_of(scope: Scope, ids: Sequence[int]) -> dict[int, Dispute]:
    """Those of some disputes that the viewer may see, with their place. One query."""
    return visibility.disputes(scope).select_related("place").in_bulk(ids)


def raw_rows(code: str, window: Window, *, at: datetime) -> list[tuple[str, int, str]]:
    """(name, dispute, verdict) of every row of a figure, within the scope that was told to the database."""
    sql = f"SELECT name, dispute_id, verdict FROM ({ALL[code]}) AS rows ORDER BY name"  # noqa: S608 - our own rules
    return [(str(name), pk, verdict) for name, pk, verdict in _ask(sql, window, at)]


def reach() -> datetime | None:
    """How far figures have read; None before the first time."""
    return Reach.objects.filter(pk=1).values_list("at", flat=True).first()


def figure(code: str, window: Window, *, at: datetime) -> Figure:
    """The figure with the names of all its rows, as the core knows it: to be frozen and compared."""
    sql = f"SELECT name, verdict FROM ({ALL[code]}) AS rows ORDER BY name"  # noqa: S608 - our own rules
    found = _ask(sql, window, at)
    hits = tuple(name for name, verdict in found if verdict == "in")
    if code in COUNTS:
        return Figure(indicator=Indicator(code), numerator=hits, denominator=None, amount=float(len(hits)))
    return Figure(
        indicator=Indicator(code), numerator=hits,
        denominator=tuple(name for name, verdict in found if verdict in ("in", "of")),
    )  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One frozen figure beside today's."""

    was: Counted
    now: Counted
    came: int  # rows that count now and did not then
    went: int

    @property
    def is_corrected(self) -> bool:
        return bool(self.came or self.went)


def frozen_months() -> list[date]:
    """Newest first, of what the viewer may see."""
    return list(Frozen.objects.order_by("-month").values_list("month", flat=True).distinct())


def corrections(month: date, *, at: datetime) -> list[tuple[Unit | None, list[Line]]]:
    """(station or None for the district, its frozen figures beside today's) for what the viewer may see."""
    window = windows.month(month)
    found: dict[Unit | None, list[Line]] = {}
    for row in Frozen.objects.filter(month=month).select_related("station").order_by("station__code", "pk"):
        found.setdefault(row.station, []).append(_line(row, window, at))
    return sorted(found.items(), key=lambda pair: pair[0].code if pair[0] else "")


def _line(row: Frozen, window: Window, at: datetime) -> Line:
    with see_as(of_station(row.station_id)):
        now = figure(row.indicator, window, at=at)
    old, new = set(row.denominator or ()), set(now.denominator or ())
    turned = set(row.numerator) ^ set(now.numerator)
    return Line(
        Counted(row.indicator, len(row.numerator), len(old)), Counted(row.indicator, len(now.numerator), len(new)),
        came=len((new - old) | (turned & set(now.numerator))), went=len((old - new) | (turned & set(row.numerator))),
    )  # fmt: skip


def of_station(station: int | None) -> Scope:
    """What a figure of a station, or of the district, is counted from, whoever looks at it."""
    return SYSTEM if station is None else Scope(stations=frozenset({station}), roles=frozenset({"chief"}))

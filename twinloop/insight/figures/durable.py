"""How long settlements hold, by the method that made them: from the projection, within what the viewer may see."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import get_language

from twinloop.decide.figures import PARAMS, Curve, Mode, Params, Point, Window, curve, watched
from twinloop.decide.words import say
from twinloop.insight.figures import selecting, windows
from twinloop.insight.figures.beyond import BEYOND
from twinloop.insight.figures.known import area
from twinloop.insight.figures.models import Settled
from twinloop.insight.figures.pieces import is_placed
from twinloop.insight.figures.selecting import LONG
from twinloop.ledger import sight

DAYS = (30, 90, 180)
DRAWN = Params(days=(7, 14, 30, 45, 60, 90, 120, 150, 180))


@dataclass(frozen=True)
class Held:
    """One curve. `mode` is '' for every method together."""

    mode: str
    curve: Curve

    @property
    def name(self) -> str:
        return say(Mode(self.mode), get_language() or "") if self.mode else ""

    @property
    def is_small(self) -> bool:
        return self.curve.settlements < PARAMS.small

    @property
    def marks(self) -> list[Point | None]:
        """At 30, 90 and 180 days; None where nothing was watched so long."""
        at = {point.day: point for point in self.curve.points}
        return [at.get(day) for day in DAYS]

    @property
    def shown(self) -> list[tuple[Point, float, float, float]]:
        """(point, share, low, high) in per cent."""
        return [(one, 100 * one.share, 100 * one.low, 100 * one.high) for one in self.curve.points]

    @property
    def last(self) -> tuple[int, float, float, float] | None:
        """(days, share, low, high) of the longest of 30, 90 and 180 days that was watched, in per cent."""
        marks = [one for one in self.marks if one]
        if not marks:
            return None
        one = marks[-1]
        return one.day, 100 * one.share, 100 * one.low, 100 * one.high


@dataclass(frozen=True)
class Spell:
    """One settlement: watched for `days`, until it flared up (`broke`) or until now."""

    name: str
    dispute: int
    mode: str
    days: int  # whole ones
    broke: bool

    def part(self, day: int) -> str:
        """Where it stands in a point of the curve."""
        if self.days >= day:
            return "held"
        return "flared" if self.broke else "young"


def spells(window: Window, *, at: datetime) -> list[Spell]:
    """Every settlement of a window that the viewer may see, the oldest first. One query."""
    found = Settled.objects.filter(at__gte=window.start, at__lt=min(window.end, at)).order_by("at", "pk")
    return [
        Spell(f"{pk}/{number}", pk, mode, *watched(settled_at, flared_at, merged_at, at=at))
        for pk, number, mode, settled_at, flared_at, merged_at in found.values_list(
            "dispute_id", "number", "mode", "at", "flared_at", "dispute__course__merged_at"
        )
    ]


def behind(window: Window, mode: str, day: int, *, at: datetime) -> dict[str, list[Spell]]:
    """The settlements behind a point of a curve: held as long, flared up before, not watched so long. One query."""
    parts: dict[str, list[Spell]] = {"flared": [], "held": [], "young": []}
    for one in spells(window, at=at):
        if mode in ("", one.mode):
            parts[one.part(day)].append(one)
    return parts


# whole days of each settlement's watch as `decide.figures.watched` counts them. Those after the last day that is drawn
# are counted as one day: no earlier point asks for which
_WATCHED = """SELECT mode, broke, least(days, %(over)s), count(*) FROM (
    SELECT s.mode, s.flared_at IS NOT NULL AND s.flared_at = e.at AS broke,
        floor(date_part('epoch', e.at - s.at) / 86400)::int AS days
    FROM figures_settled s LEFT JOIN figures_course c ON c.dispute_id = s.dispute_id AND c.merged_at IS NOT NULL
    CROSS JOIN LATERAL (SELECT least(s.flared_at, c.merged_at, %(at)s) AS at) e WHERE {where}) w GROUP BY 1, 2, 3"""
# months so old that whoever neither broke nor was merged held all the days: how many settled the sums say, by method,
# and only the others are looked at. Each is taken out of those that held, and told as it is
_OLD = """SELECT t.part AS mode, false AS broke, %(over)s, t.n FROM figures_tally t
    WHERE t.code = 'durable_180:young' AND t.by = 'method' AND t.month >= %(first)s AND t.month < %(after)s {area}
    UNION ALL SELECT x.mode, x.broke, x.days, x.n FROM ({rows}) w(mode, broke, days, n)
    CROSS JOIN LATERAL (VALUES (w.mode, w.broke, w.days, w.n), (w.mode, false, %(over)s, -w.n))
        x(mode, broke, days, n)"""
_BROKE = "s.flared_at IS NOT NULL"
_MERGED = """s.flared_at IS NULL
    AND s.dispute_id = ANY (ARRAY(SELECT dispute_id FROM figures_course WHERE merged_at IS NOT NULL))"""
# of who sees communities: an index finds theirs
_NEAR = " AND (s.place_id = ANY (%(places)s) OR s.dispute_id = ANY (ARRAY(SELECT figures_own())))"
OVER = DRAWN.days[-1] + 1


def curves(window: Window, *, at: datetime) -> list[Held]:
    """All together, then each method, the most settlements first. Empty where nothing was settled. One query.

    A median beyond the last day that is drawn is not told.
    """
    end = min(window.end, at)
    held = sight.now()
    first, after = _old(window, at) if held.sees_all or held.stations else (window.start, window.start)
    told = {"start": window.start, "first": first, "after": after, "end": end, "at": at, "over": OVER, **area()}
    rest = "(s.at >= %(start)s AND s.at < %(first)s OR s.at >= %(after)s AND s.at < %(end)s)"
    if first == window.start:
        rest = "s.at >= %(after)s AND s.at < %(end)s"
    asked = [_WATCHED.format(where=rest + (_NEAR if is_placed(held) else ""))]
    if first < after:
        within = "s.at >= %(first)s AND s.at < %(after)s"
        own = "" if held.sees_all else "AND s.station_id = ANY (%(stations)s)"
        rows = " UNION ALL ".join(_WATCHED.format(where=f"{within} AND {few} {own}") for few in (_BROKE, _MERGED))
        asked.append(_OLD.format(rows=rows, area=own.replace("s.", "t.", 1)))
        if own:  # and what one sees elsewhere
            asked.append(_WATCHED.format(where=f"{within} AND {BEYOND.replace('rows.', 's.')}"))
    spans: dict[str, tuple[Counter[int], Counter[int]]] = {}
    is_long = end - after > LONG
    for mode, broke, days, count in selecting.fetch(" UNION ALL ".join(asked), told, is_long=is_long):
        for key in ("", mode):
            spans.setdefault(key, (Counter(), Counter()))[int(broke)][days] += int(count)
    made = [Held(mode, _within(curve(+held, broke, params=DRAWN))) for mode, (held, broke) in spans.items()]
    found = [one for one in made if one.curve.settlements]
    return sorted(found, key=lambda one: (one.mode != "", -one.curve.settlements, one.mode))


def _old(window: Window, at: datetime) -> tuple[datetime, datetime]:
    """Its whole months of which every settlement was watched for all the days, unless it broke or was merged."""
    first = window.start if windows.month_start(window.start) == window.start else windows.month_end(window.start)
    after = windows.month_start(min(window.end, at - timedelta(days=OVER)))
    return (first, after) if first < after else (window.start, window.start)


def _within(made: Curve) -> Curve:
    is_late = made.median_days is not None and made.median_days > DRAWN.days[-1]
    return replace(made, median_days=None) if is_late else made

"""A dashboard's lines: sums and figures within the viewer's scope, beside the last period and the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from twinloop.cases import visibility
from twinloop.cases.telling import language
from twinloop.decide.figures import PARAMS, against
from twinloop.decide.words import say
from twinloop.insight.dashboards import words
from twinloop.insight.dashboards.models import Plan
from twinloop.insight.figures import queries as figures
from twinloop.insight.figures import windows
from twinloop.insight.figures.known import area
from twinloop.insight.figures.pieces import is_placed
from twinloop.insight.figures.queries import Counted
from twinloop.insight.figures.rules import COUNTS, within
from twinloop.insight.figures.windows import Window
from twinloop.insight.figures.words import FORMULAS
from twinloop.insight.reports.queries import Row, station_of
from twinloop.insight.reports.rows import BOTH, ROWS, TWO
from twinloop.insight.reports.words import TOTALS
from twinloop.ledger import sight
from twinloop.ledger.cursor import FRESH
from twinloop.ledger.sight import Scope
from twinloop.people.models import Unit
from twinloop.places.models import Place

SMALL = PARAMS.small  # fewer rows than this are not judged


def role_of(scope: Scope) -> str:
    """The role whose dashboard is shown; '' where none has one."""
    return next((role for role in words.SHOWN if scope.has(role)), "")


def station_in(scope: Scope) -> Unit | None:
    """Whose plan holds for the viewer: the one station that the scope lies in, else the district's (None)."""
    if scope.sees_all:
        return None
    if scope.stations:
        return Unit.objects.filter(pk__in=scope.stations).first() if len(scope.stations) == 1 else None
    places = Place.objects.filter(pk__in=scope.places).select_related("parent")
    found = {unit.pk: unit for place in places if (unit := station_of(place))}
    return next(iter(found.values())) if len(found) == 1 else None


# --- sums -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sum:
    """One of the totals of reports, within what the viewer may see."""

    code: str
    now: int
    earlier: int

    @property
    def name(self) -> str:
        return str(TOTALS[self.code][0])

    @property
    def unit(self) -> str:
        return str(TOTALS[self.code][1])

    @property
    def change(self) -> str:
        """How many more than in the last period."""
        return f"{self.now - self.earlier:+d}".replace("-", "−") if self.now != self.earlier else ""


def clipped(window: Window, at: datetime) -> Window:
    """What is open or late is so now, not at an end that is still to come."""
    return Window(window.start, min(window.end, max(at, window.start)))


def sums(codes: Sequence[str], window: Window, *, at: datetime, knows: figures.Known) -> list[Sum]:
    """Each beside the window before it. Two queries: what is summed, and the rows of the rest."""
    spans = (clipped(window, at), windows.before(window))
    found = figures.totals(codes, spans, at=at, knows=knows)
    rest = [code for code in codes if code not in found]
    found |= _totals(rest, spans) if rest else {}
    return [Sum(code, *found[code]) for code in codes]


def _totals(codes: Sequence[str], spans: Sequence[Window]) -> Mapping[str, list[int]]:
    """Of the rows, for each window. One query."""
    together = TWO if set(TWO) <= set(codes) else ()
    parts = [
        f"SELECT '{code}' AS code, coalesce(sum(amount), 0)::bigint FROM ({ROWS[code]}) AS rows"  # noqa: S608 - our own words
        for code in codes
        if code not in together
    ]
    parts += [BOTH] if together else []
    asked, told = [], dict[str, Any](area())
    told_near = [within(part, is_near=is_placed(sight.now()), has_own=True) for part in parts]
    for number, span in enumerate(spans):
        told |= {f"start_{number}": span.start, f"end_{number}": span.end}
        for near in told_near:
            one = near.replace("%(start)s", f"%(start_{number})s").replace("%(end)s", f"%(end_{number})s")
            asked.append(f"SELECT {number}, * FROM ({one}) AS one")  # noqa: S608 - our own words
    with connection.cursor() as cursor:
        cursor.execute(f"{FRESH} {' UNION ALL '.join(asked)}", told)
        counts = {(code, number): count for number, code, count in cursor.fetchall()}
    return {code: [counts[code, number] for number in range(len(spans))] for code in codes}


def _ask(sql: str, window: Window, **more: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"{FRESH} {sql}", {"start": window.start, "end": window.end, **more})
        return list(cursor.fetchall())


def rows(
    code: str, window: Window, scope: Scope, *, at: datetime, first: int, most: int
) -> tuple[list[Row], int, int]:  # fmt: skip
    """(rows behind a sum, how many there are, their sum). Raises `KeyError` for no such sum."""
    clip = clipped(window, at)
    count, amount = _ask(f"SELECT count(*), coalesce(sum(amount), 0) FROM ({ROWS[code]}) AS rows", clip)[0]  # noqa: S608
    sql = f"""SELECT name, amount, dispute_id FROM ({ROWS[code]}) AS rows
        ORDER BY dispute_id DESC NULLS LAST, name LIMIT %(most)s OFFSET %(first)s"""  # noqa: S608 - our own words
    found = _ask(sql, clip, most=most, first=first)
    disputes = visibility.disputes(scope).select_related("place").in_bulk([pk for *_row, pk in found if pk])
    return [Row(name, int(one), disputes.get(pk)) for name, one, pk in found], int(count), int(amount)


# --- figures beside their plan ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One figure of a window, the change on the last one, and the plan that held on the window's last day."""

    figure: Counted
    change: str
    plan: Plan | None

    @property
    def formula(self) -> tuple[Any, Any]:
        return FORMULAS[self.figure.code]

    @property
    def goal(self) -> str:
        return goal(self.figure.code, self.plan.value) if self.plan else ""

    @property
    def verdict(self) -> str:
        """Reached, short by how much, or too few to say."""
        if self.plan is None or self.plan.value is None:
            return ""
        of, at_most = None if self.figure.is_count else self.figure.of, self.figure.code in words.AT_MOST
        found = against(self.figure.hits, of, float(self.plan.value), at_most=at_most)
        gap = f"{found.gap:g}" if of is None else _("{gap} 点").format(gap=f"{found.gap:.2f}")
        return say(found.verdict, language(), gap=gap)


def goal(code: str, value: Decimal | None) -> str:
    """≥ 85%, ≤ 0."""
    if value is None:
        return ""
    sign = "≤" if code in words.AT_MOST else "≥"
    return f"{sign} {float(value):g}{'' if code in COUNTS else '%'}"


def lines(
    codes: Sequence[str], window: Window, station: Unit | None, *, at: datetime, knows: figures.Known
) -> list[Line]:  # fmt: skip
    now, earlier = figures.measure_beside(codes, window, windows.before(window), at=at, knows=knows)
    held = in_force(windows.last_day(window), station)
    return [Line(now[code], now[code].change(earlier[code]), held.get(code)) for code in codes]


def in_force(on: date, station: Unit | None) -> dict[str, Plan]:
    """By indicator the plan that holds on a day: the station's own before the district's. One query."""
    found = Plan.objects.filter(since__lte=on).filter(Q(station=station) | Q(station__isnull=True))
    return _latest(found.select_related("by", "station"), station)


def _latest(found: QuerySet[Plan], station: Unit | None) -> dict[str, Plan]:
    newest: dict[tuple[str, int | None], Plan] = {}
    for plan in found.order_by("since", "pk"):
        newest[plan.indicator, plan.station_id] = plan
    own = station.pk if station else None
    held: dict[str, Plan] = {}
    for (code, of), plan in newest.items():
        if plan.value is not None and (of == own or code not in held):
            held[code] = plan
    return held


def in_force_each(code: str, days: Sequence[date], station: Unit | None) -> list[Decimal | None]:
    """The plan of one figure on each of some days. One query."""
    found = list(
        Plan.objects.filter(indicator=code).filter(Q(station=station) | Q(station__isnull=True)).order_by("since", "pk")
    )

    def held(day: date) -> Decimal | None:
        last = {plan.station_id: plan.value for plan in found if plan.since <= day}
        own = last.get(station.pk) if station else None
        return own if own is not None else last.get(None)

    return [held(day) for day in days]


def plans(scope: Scope) -> QuerySet[Plan]:
    """What was ever set for the district and for the viewer's stations, the newest first."""
    found = Plan.objects.select_related("by", "station")
    return found if scope.sees_all else found.filter(Q(station__isnull=True) | Q(station__in=scope.stations))


def areas(scope: Scope) -> list[Unit]:
    """The stations whose plan the viewer may set."""
    found = Unit.objects.filter(kind=Unit.Kind.STATION, closed_on__isnull=True).order_by("code")
    return list(found if scope.has("bureau") else found.filter(pk__in=scope.stations))

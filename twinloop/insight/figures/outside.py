"""Figures that other offices count, as they were imported, each with our own beside it over the very same days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from twinloop.insight.figures import queries as figures
from twinloop.insight.figures import windows, words
from twinloop.insight.figures.queries import Counted
from twinloop.intake.batches.models import OutsideFigure


@dataclass(frozen=True)
class Outside:
    """The newest of one name, and the one of the same span a year or a span before."""

    row: OutsideFigure
    earlier: OutsideFigure | None
    ours: Counted | None

    @property
    def last_on(self) -> date:
        return self.row.after_on - timedelta(days=1)

    @property
    def value(self) -> str:
        return _value(self.row)

    @property
    def change(self) -> str:
        """Of a share in points, of a number in per cent."""
        if self.earlier is None:
            return ""
        now, then = _number(self.row), _number(self.earlier)
        if self.row.denominator:
            return f"{now - then:+.2f}".replace("-", "−")
        return f"{100 * (now - then) / then:+.2f}%".replace("-", "−") if then else ""

    @property
    def then(self) -> str:
        return _value(self.earlier) if self.earlier else ""


def _number(row: OutsideFigure) -> float:
    return float(100 * row.numerator / row.denominator) if row.denominator else float(row.numerator)


def _value(row: OutsideFigure) -> str:
    return f"{_number(row):.2f}%" if row.denominator else f"{_number(row):g}"


def newest(on: date, *, at: datetime) -> list[Outside]:
    """Of the district, by name, up to a day. One query, and one for each own figure that stands beside."""
    found: dict[str, list[OutsideFigure]] = {}
    for row in OutsideFigure.objects.filter(place__isnull=True, after_on__lte=on + timedelta(days=1)).order_by(
        "code", "-after_on", "-first_on"
    ):
        found.setdefault(row.code, []).append(row)
    rows = [inside[0] for inside in found.values()]
    ours = _ours(rows, at)
    return [Outside(row, _earlier(row, found[row.code]), ours.get(row.pk)) for row in rows]


def _earlier(row: OutsideFigure, others: Sequence[OutsideFigure]) -> OutsideFigure | None:
    """A year before where there is one, else the span that ended where this one begins; of the same kind alone."""
    alike = [one for one in others if bool(one.denominator) == bool(row.denominator)]
    year = next(
        (one for one in alike if (one.first_on, one.after_on) == (_ago(row.first_on), _ago(row.after_on))), None
    )
    return year or next((one for one in alike if one.after_on == row.first_on), None)


def _ago(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _ours(rows: Sequence[OutsideFigure], at: datetime) -> dict[int, Counted]:
    beside: dict[str, list[OutsideFigure]] = {}
    for row in rows:
        code = next((code for word, code in words.BESIDE.items() if word in row.code), "")
        if code:
            beside.setdefault(code, []).append(row)
    counted: dict[int, Counted] = {}
    for code, mine in beside.items():
        spans = [windows.days(row.first_on, row.after_on - timedelta(days=1)) for row in mine]
        counted |= dict(zip((row.pk for row in mine), figures.by_window(code, spans, at=at), strict=True))
    return counted

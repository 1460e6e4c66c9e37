"""Clocks' rules and years of holidays as an administrator sets them. Dated rows: clocks that run keep theirs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from twinloop.cases.models import ClockRule, HolidayYear
from twinloop.cases.rulebook import known_years
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA, Rule
from twinloop.ledger.actions import record
from twinloop.ledger.sight import Scope
from twinloop.ledger.whole import whole

ADMIN = "system_admin"


def check_rule(rule: Rule, *, scope: Scope, at: datetime) -> None:
    """From tomorrow on at the earliest: a clock that started today keeps the rule that it started under."""
    if not scope.has(ADMIN):
        raise Refused("needs_administrator")
    if rule.since <= at.astimezone(CHINA).date():
        raise Refused("rule_too_soon")


@whole()
def set_rule(rule: Rule, *, scope: Scope, at: datetime) -> ClockRule:
    """`rule` holds for clocks that start on `rule.since` or later; a row that is not in force yet may be set again."""
    check_rule(rule, scope=scope, at=at)
    values = {
        "value": rule.value,
        "unit": rule.unit.value,
        "rest_day": rule.rest_day.value,
        "warn_percent": rule.warn_percent,
        "climb_minutes": rule.climb_minutes,
        "source": rule.source,
    }
    before = ClockRule.objects.filter(code=rule.code, since=rule.since).values(*values).first()
    row, _made = ClockRule.objects.update_or_create(
        code=rule.code.value, since=rule.since, defaults={**values, "set_by_id": scope.account}
    )
    record(
        *("setting:clocks", "clock_rule_set"),
        by=scope.account,
        at=at,
        rule=rule.code,
        since=rule.since,
        before=before,
        after=values,
    )
    return row


def check_year(
    year: int, holidays: Iterable[date], workdays: Iterable[date], *, scope: Scope, source: str = "-"
) -> None:
    """A year's days off lie on weekdays of that year, its make-up days on weekends; none is both."""
    if not scope.has(ADMIN):
        raise Refused("needs_administrator")
    off, worked = set(holidays), set(workdays)
    if year in known_years():
        raise Refused("year_known", year=year)
    if not off:
        raise Refused("year_empty")
    if not source.strip():
        raise Refused("source_missing")
    wrong = sorted(day for day in off | worked if day.year != year)
    if wrong:
        raise Refused("year_wrong", day=wrong[0].isoformat(), year=year)
    if off & worked:
        raise Refused("year_overlap", day=min(off & worked).isoformat())
    weekday = sorted(day for day in worked if day.weekday() < 5)
    if weekday:
        raise Refused("workday_is_weekday", day=weekday[0].isoformat())


@whole()
def set_year(
    year: int, holidays: Iterable[date], workdays: Iterable[date], source: str, *, scope: Scope, at: datetime
) -> HolidayYear:
    """Type a year in, or correct one that was typed in. Clocks that run are counted again when they are resumed."""
    off, worked = sorted(set(holidays)), sorted(set(workdays))
    check_year(year, off, worked, scope=scope, source=source)
    values = {"holidays": off, "workdays": worked, "source": source}
    before = HolidayYear.objects.filter(year=year).values(*values).first()
    row, _made = HolidayYear.objects.update_or_create(year=year, defaults=values)
    record("setting:holidays", "holidays_set", by=scope.account, at=at, year=year, before=before, after=values)
    return row


def days(first: date, last: date) -> list[date]:
    """Every day from one to another, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]

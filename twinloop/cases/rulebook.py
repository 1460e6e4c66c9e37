"""The clocks' rules and the calendar as an administrator reads them: what holds, since when, from which source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chinese_calendar.constants import holidays, workdays

from twinloop.cases.models import ClockRule, HolidayYear
from twinloop.cases.queries import calendar
from twinloop.cases.telling import language, sentence
from twinloop.decide import Refused, clocks
from twinloop.decide.clocks import CHINA, RULES, RestDay, Rule, RuleCode, Unit
from twinloop.decide.words import say

ASK_FROM = 11  # the State Council publishes the next year's days in November or before


@dataclass(frozen=True)
class Line:
    """One dated row of a rule. `state`: "now", "later", "before"."""

    code: str
    name: str
    since: date
    value: str
    rest_day: str
    warn_percent: int
    climb_minutes: int
    source: str
    is_built_in: bool
    state: str


@dataclass(frozen=True)
class Year:
    year: int
    holidays: Sequence[date]
    workdays: Sequence[date]
    source: str  # "" where the package knows it

    @property
    def is_typed(self) -> bool:
        return bool(self.source)


def lines(on: date) -> list[Line]:
    """Every row of every rule, the newest first; one query."""
    rows = [(_rule(row), False) for row in ClockRule.objects.all()] + [(rule, True) for rule in RULES]
    lang, found = language(), []
    for code in RuleCode:
        own = sorted((pair for pair in rows if pair[0].code is code), key=lambda pair: pair[0].since, reverse=True)
        begun = [rule.since for rule, _built_in in own if rule.since <= on]
        for rule, built_in in own:
            state = "later" if rule.since > on else "now" if rule.since == max(begun) else "before"
            found.append(_line(rule, built_in=built_in, state=state, lang=lang))
    return found


def _rule(row: ClockRule) -> Rule:
    return Rule(
        code=RuleCode(row.code),
        value=row.value,
        unit=Unit(row.unit),
        rest_day=RestDay(row.rest_day),
        since=row.since,
        source=row.source,
        warn_percent=row.warn_percent,
        climb_minutes=row.climb_minutes,
    )


def _line(rule: Rule, *, built_in: bool, state: str, lang: str) -> Line:
    gap = " " if lang == "en" else ""
    value = say(rule.unit, lang) if rule.unit is Unit.DAY_END else f"{rule.value}{gap}{say(rule.unit, lang)}"
    return Line(
        *(rule.code.value, say(rule.code, lang), rule.since, value, say(rule.rest_day, lang)),
        *(rule.warn_percent, rule.climb_minutes, rule.source, built_in, state),
    )


def preview(rule: Rule, at: datetime) -> tuple[datetime | None, datetime | None, str]:
    """When a clock that starts at `at` under `rule` is due and warns; or the sentence why nobody can say."""
    try:
        due = clocks.due(rule, at, (), calendar())
    except Refused as refused:
        return None, None, sentence(refused)
    return due.due_at, due.warn_at, ""


def known_years() -> list[int]:
    """Years of which the package knows the State Council's days."""
    return sorted({day.year for day in holidays})


def years(on: date) -> list[Year]:
    """From last year on: what the package knows and what was typed in; newest first. One query."""
    known = [Year(year, _of(holidays, year), _of(workdays, year), "") for year in known_years() if year >= on.year - 1]
    typed = [Year(row.year, row.holidays, row.workdays, row.source) for row in HolidayYear.objects.all()]
    return sorted([*known, *typed], key=lambda year: year.year, reverse=True)


def _of(days: dict[date, object], year: int) -> list[date]:
    return sorted(day for day in days if day.year == year)


def missing(at: datetime) -> int | None:
    """The year that somebody must type in: this one, or from 1 November on the next; None where both are known."""
    on = at.astimezone(CHINA).date()
    known = {*known_years(), *HolidayYear.objects.values_list("year", flat=True)}
    wanted = [on.year, *([on.year + 1] if on.month >= ASK_FROM else [])]
    return next((year for year in wanted if year not in known), None)

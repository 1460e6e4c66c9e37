"""The fast count equals the plain one: days asked one by one, minutes counted one by one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from twinloop.decide import clocks
from twinloop.decide.clocks import CHINA, Calendar, Pause, RestDay, Rule, RuleCode, Unit

CALENDAR = Calendar()
MINUTE = timedelta(minutes=1)


def plain_last_day(value: int, working: bool, moves: bool, start: date, pauses: list[Pause]) -> date:
    """The obvious count: one day after the other, each asked whether any second of it is paused."""

    def touched(day: date) -> bool:
        first = datetime.combine(day, time(0), CHINA)
        return any(p.from_at < first + timedelta(days=1) and p.to_at > first for p in pauses if p.to_at)

    day, counted = start, 0
    while counted < value or (moves and (touched(day) or not CALENDAR.is_working(day))):
        day += timedelta(days=1)
        counted += not touched(day) and (not working or CALENDAR.is_working(day))
    return day


MOMENTS = st.integers(0, 200 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=CHINA) + minutes * MINUTE)
PAUSES = st.lists(
    st.tuples(MOMENTS, st.integers(1, 6 * 24 * 60)).map(lambda pair: Pause(pair[0], pair[0] + pair[1] * MINUTE)),
    max_size=4,
)


def day_rule(value: int, unit: Unit, rest_day: RestDay) -> Rule:
    return Rule(code=RuleCode.PENALTY, value=value, unit=unit, rest_day=rest_day, source="test", since=date(2026, 1, 1))


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 40), st.sampled_from([Unit.DAY, Unit.WORKING_DAY]), st.booleans(), MOMENTS, PAUSES)
def test_count_of_days_equals_the_plain_one(value, unit, moves, start, pauses):
    row = day_rule(value, unit, RestDay.MOVE if moves else RestDay.KEEP)
    expected = plain_last_day(value, unit is Unit.WORKING_DAY, moves, start.date(), pauses)
    answer = clocks.due(row, start, pauses, CALENDAR)
    assert answer.due_at == datetime.combine(expected, time(23, 59, 59), CHINA)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 2000), MOMENTS, PAUSES)
def test_minutes_run_exactly_as_long_as_the_rule_says(value, start, pauses):
    row = Rule(
        code=RuleCode.TRANSFER,
        value=value,
        unit=Unit.MINUTE,
        rest_day=RestDay.KEEP,
        source="test",
        since=date(2026, 1, 1),
    )
    answer = clocks.due(row, start, pauses, CALENDAR)
    assert answer.due_at is not None
    minutes = (answer.due_at - start) // MINUTE
    running = [start + n * MINUTE for n in range(minutes)]
    assert sum(not any(p.from_at <= m < p.to_at for p in pauses if p.to_at) for m in running) == value


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(clocks.RULES), MOMENTS, PAUSES)
def test_more_pause_is_never_earlier_and_warning_comes_before_due(row, start, pauses):
    free, paused = clocks.due(row, start, [], CALENDAR), clocks.due(row, start, pauses, CALENDAR)
    assert free.due_at is not None
    assert paused.due_at is not None
    assert paused.due_at >= free.due_at
    assert start <= (paused.warn_at or start) <= paused.due_at

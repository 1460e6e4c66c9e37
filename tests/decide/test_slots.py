"""The next free time: a table, and what must hold for any calendar."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinloop.decide.slots import HORIZON, STEP, Hours, next_free

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 4, 13, 9, 0, tzinfo=CHINA)
DAY = Hours(time(8), time(18))
HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "busy", "hours", "found"),
    [
        (at(0), [], DAY, at(0)),
        (at(0.2), [], DAY, at(0.5)),  # the next half hour
        (at(0), [(at(0), at(1))], DAY, at(1)),  # right after it
        (at(0), [(at(1), at(2))], DAY, at(0)),  # right before it
        (at(0), [(at(0.5), at(0.75)), (at(1.5), at(1.6))], DAY, at(2)),
        (at(8.5), [], DAY, at(23)),  # does not end before closing: tomorrow at eight
        (at(0), [], Hours(time(9), time(11), frozenset({3})), at(48)),  # Wednesdays alone
        (at(0), [(at(-9), at(24 * 20))], DAY, None),
        (at(0), [], Hours(time(9), time(9, 30)), None),  # never open long enough
    ],
)
def test_the_first_time_that_suits_all(start, busy, hours, found):
    assert next_free(start, HOUR, busy, hours) == found


moments = st.integers(0, 24 * 4 * 10).map(lambda n: MONDAY + timedelta(minutes=15 * n))
spans = st.tuples(moments, st.integers(1, 40)).map(lambda m: (m[0], m[0] + timedelta(minutes=15 * m[1])))
openings = st.builds(
    Hours,
    opens=st.sampled_from([time(8), time(8, 30), time(9, 15)]),
    closes=st.sampled_from([time(11), time(17, 30), time(20)]),
    weekdays=st.frozensets(st.integers(1, 7)),
)


@given(moments, st.integers(1, 8).map(lambda n: n * timedelta(minutes=30)), st.lists(spans, max_size=12), openings)
def test_it_clashes_with_nothing_and_nothing_earlier_would_do(start, length, busy, hours):
    found = next_free(start, length, busy, hours)

    def suits(begin: datetime) -> bool:
        end = begin + length
        return hours.hold(begin, end) and not any(b < end and e > begin for b, e in busy)

    halves = (MONDAY.replace(hour=0) + n * STEP for n in range(48 * 26))
    earliest = next((half for half in halves if start <= half <= start + HORIZON and suits(half)), None)
    assert found == earliest

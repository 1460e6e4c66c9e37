"""What leaves, when and grouped: tables, and promises that hold for any day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinloop.decide import Refused
from twinloop.decide.notices import (
    CHINA,
    DEFAULTS,
    HOUR,
    NoticesRefusal,
    Outside,
    Plan,
    Slot,
    Urgency,
    Waiting,
    Wish,
    digest_due,
    plan,
    quiet_end,
    retry,
)

DAY = date(2026, 4, 16)
ALL = Wish(Outside.ALL)
U, N = Urgency.URGENT, Urgency.NORMAL


def at(text: str, day: date = DAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(text), CHINA)


@pytest.mark.parametrize(
    ("waiting", "sent", "wish", "now", "wanted"),
    [
        ([], [], ALL, "10:00", Plan()),
        ([(1, "09:55", N)], [], ALL, "10:00", Plan(again_at=at("10:05"))),
        ([(1, "09:50", N), (2, "09:59", N)], [], ALL, "10:00", Plan((1, 2))),
        ([(1, "09:59", N), (2, "10:00", U)], [], ALL, "10:00", Plan((1, 2))),
        ([(1, "09:50", N), (2, "10:00", U)], [], Wish(Outside.URGENT), "10:00", Plan((2,), (1,))),
        ([(1, "09:50", U)], [], Wish(Outside.NOTHING), "10:00", Plan((), (1,))),
        ([(1, "23:00", N)], [], ALL, "23:30", Plan(again_at=at("07:00", DAY + timedelta(days=1)))),
        (
            [(1, "23:00", N), (2, "23:30", U)], [], ALL, "23:30",
            Plan((2,), (), at("07:00", DAY + timedelta(days=1))),
        ),
        ([(1, "09:00", N)], ["09:10", "09:20", "09:30"], ALL, "10:00", Plan(again_at=at("10:10"))),
        ([(1, "09:00", U)], ["09:10", "09:20", "09:30"], ALL, "10:00", Plan((1,))),
        ([(1, "09:00", U)], ["09:10", "09:20", "09:30", "09:40"], ALL, "10:00", Plan(again_at=at("10:10"))),
    ],
)  # fmt: skip
def test_plan(waiting, sent, wish, now, wanted):
    rows = [Waiting(key, at(when), urgency) for key, when, urgency in waiting]
    assert plan(rows, [at(one) for one in sent], wish, at=at(now)) == wanted


@pytest.mark.parametrize(
    ("wish", "now", "ends"),
    [
        (Wish(), "21:59", None), (Wish(), "22:00", at("07:00", DAY + timedelta(days=1))),
        (Wish(), "06:59", at("07:00")), (Wish(), "07:00", None),
        (Wish(quiet_from=time(12), quiet_until=time(14)), "13:00", at("14:00")),
        (Wish(quiet_from=time(12), quiet_until=time(14)), "23:00", None),
        (Wish(quiet_from=time(12), quiet_until=time(12)), "12:00", None),
    ],
)  # fmt: skip
def test_quiet_hours(wish, now, ends):
    assert quiet_end(wish, at(now)) == ends


@pytest.mark.parametrize(
    ("wish", "told", "now", "slot"),
    [
        (Wish(), set(), "07:59", None), (Wish(), set(), "08:00", Slot.MORNING), (Wish(), set(), "14:00", Slot.MORNING),
        (Wish(), set(), "14:01", None), (Wish(), {(DAY, Slot.MORNING)}, "08:05", None),
        (Wish(evening=True), set(), "18:30", Slot.EVENING), (Wish(), set(), "18:30", None),
        (Wish(morning=False), set(), "08:00", None),
        (Wish(evening=True), {(DAY - timedelta(days=1), Slot.EVENING)}, "18:00", Slot.EVENING),
    ],
)  # fmt: skip
def test_a_digest_is_due_once_and_caught_up_within_hours(wish, told, now, slot):
    assert digest_due(wish, told, at=at(now)) == slot


def test_letters_are_tried_again_ever_later_and_then_no_more():
    waits = [retry(n) for n in range(1, len(DEFAULTS.waits) + 1)]
    assert waits == sorted(waits)
    assert retry(len(DEFAULTS.waits) + 1) is None


@pytest.mark.parametrize(
    "wrong",
    [{"most_an_hour": 1}, {"group": timedelta(-1)}, {"waits": ()}, {"waits": (timedelta(0),)}, {"lease": timedelta(0)}],
)
def test_parameters_that_cannot_hold_are_refused(wrong):
    with pytest.raises(Refused) as refused:
        replace(DEFAULTS, **wrong)
    assert refused.value.code == NoticesRefusal.PARAMS


minutes = st.integers(0, 2 * 24 * 60)
rows = st.lists(st.tuples(minutes, st.sampled_from(Urgency)), max_size=60)
wishes = st.builds(
    Wish,
    st.sampled_from(Outside),
    st.booleans(),
    st.booleans(),
    st.just(time(21)),
    st.sampled_from([time(21), time(6)]),
)


@given(rows, wishes)
def test_two_days_minute_by_minute_keep_every_promise(told, wish):
    """A plain model asks every five minutes: at the end nothing is lost, and no hour overflowed."""
    start = at("00:00")
    waiting = {
        key: Waiting(key, start + timedelta(minutes=minute), urgency) for key, (minute, urgency) in enumerate(told)
    }
    sent: list[datetime] = []
    left: dict[int, str] = {}
    for step in range(0, 4 * 24 * 60, 5):
        now = start + timedelta(minutes=step)
        here = [one for one in waiting.values() if one.at <= now and one.key not in left]
        made = plan(here, sent, wish, at=now)
        assert not set(made.send) & set(made.never)
        left |= dict.fromkeys(made.never, "never") | dict.fromkeys(made.send, "sent")
        if made.send:
            assert quiet_end(wish, now) is None or all(waiting[key].urgency is U for key in made.send)
            sent.append(now)
        assert len([one for one in sent if one > now - HOUR]) <= DEFAULTS.most_an_hour
        assert made.again_at is None or made.again_at > now
    assert set(left) == set(waiting)
    assert all((left[key] == "sent") == (wish.outside is Outside.ALL or (wish.outside is Outside.URGENT and
               one.urgency is U)) for key, one in waiting.items())  # fmt: skip

"""The daily clear: examples beside rules, and that every item ends in exactly one way whatever happens."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinloop.decide import Refused
from twinloop.decide.daily import (
    DEFAULTS,
    Before,
    CarryReason,
    DayEnd,
    DayKind,
    DayRefusal,
    Held,
    Params,
    belongs,
    carries,
    check_carry,
    check_hand_on,
    check_verdict,
    covers,
    cut_of,
    farthest,
    is_late,
    needs_chief,
    rests,
    running_day,
    settle,
)

CHINA = timezone(timedelta(hours=8))
DAY = date(2026, 4, 16)
NOON = datetime(2026, 4, 16, 12, tzinfo=CHINA)
CUT = datetime(2026, 4, 16, 20, tzinfo=CHINA)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 30)).map(lambda at: at.replace(tzinfo=CHINA))
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
ENDS = st.sampled_from([None, *DayEnd])
HELD = st.builds(Held, level=st.sampled_from([None, 1, 2, 3]), carries=st.integers(0, 9), end=ENDS)


def refused(code: str, act) -> Refused:
    with pytest.raises(Refused) as found:
        act()
    assert found.value.code == code
    return found.value


def carry(held: Held = Held(), **changed):  # noqa: B008 - frozen
    said = {"reason": "agreed", "why": "", "until": DAY + timedelta(days=1), "by_chief": False, "day": DAY, "at": NOON}
    return check_carry(held, **said | changed)


# --- which day --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "cleared", "day"),
    [
        (NOON, None, DAY),
        (CUT - timedelta(seconds=1), None, DAY),
        (CUT, None, date(2026, 4, 17)),  # after the cut it is tomorrow's
        (NOON, DAY, date(2026, 4, 17)),  # a clock set back opens no cleared day
        (NOON, date(2026, 4, 14), DAY),
    ],
)
def test_the_day_that_is_worked_on(at, cleared, day):
    assert running_day(at, cleared) == day


@pytest.mark.parametrize(
    ("at", "through"),
    [
        (CUT - timedelta(seconds=1), None),
        (CUT, DAY),
        (CUT + timedelta(hours=14), DAY),  # next morning
        (CUT + timedelta(days=1), date(2026, 4, 17)),
        (CUT + timedelta(days=3, hours=14), date(2026, 4, 19)),  # down for days: one cut for all of them
    ],
)
def test_one_cut_makes_up_for_all_that_were_missed(at, through):
    assert covers(DAY, at) == through


@given(opened=DAYS, at=MOMENTS)
def test_a_cut_covers_past_cuts_only_and_leaves_none_behind(opened, at):
    through = covers(opened, at)
    if through is None:
        assert at < cut_of(opened, at)
        return
    assert opened <= through
    assert cut_of(through, at) <= at
    assert cut_of(through + timedelta(days=1), at) > at or through == opened
    assert running_day(at, through) > through


@given(at=MOMENTS, cleared=st.none() | DAYS)
def test_the_running_day_is_never_a_cleared_one_and_its_cut_is_still_to_come(at, cleared):
    day = running_day(at, cleared)
    assert cleared is None or day > cleared
    assert cut_of(day, at) > at


def test_late_is_told_beyond_ten_minutes():
    assert not is_late(CUT, CUT + timedelta(minutes=10))
    assert is_late(CUT, CUT + timedelta(minutes=11))


# --- what the day owes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "since", "due", "owed"),
    [
        ("unsigned", NOON, None, True),
        ("unsigned", CUT + timedelta(seconds=1), None, False),
        ("callback", NOON, CUT, True),
        ("callback", NOON, CUT + timedelta(seconds=1), False),
        ("callback", NOON, None, False),
    ],
)
def test_what_belongs_to_the_day(kind, since, due, owed):
    assert belongs(DayKind(kind), since=since, due=due, cut=CUT) is owed


@given(kind=st.sampled_from(DayKind), since=MOMENTS, due=st.none() | MOMENTS, cut=MOMENTS, more=st.integers(0, 99))
def test_a_later_cut_owes_no_less(kind, since, due, cut, more):
    if belongs(kind, since=since, due=due, cut=cut):
        assert belongs(kind, since=since, due=due, cut=cut + timedelta(hours=more))


@pytest.mark.parametrize(
    ("before", "rest", "times"),
    [
        (None, False, 0),
        (Before(end=DayEnd.CARRIED, until=DAY + timedelta(days=1), carries=1), True, 2),
        (Before(end=DayEnd.CARRIED, until=DAY, carries=1), False, 2),
        (Before(end=DayEnd.CARRIED, until=DAY + timedelta(days=5), is_rejected=True), False, 1),
        (Before(end=DayEnd.HANDED, carries=2), False, 2),
        (Before(end=DayEnd.CLOSED, carries=2), False, 0),
    ],
)
def test_what_was_carried_rests_until_its_day_and_is_counted(before, rest, times):
    assert rests(before, DAY) is rest
    assert carries(before) == times


# --- how an item ends -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("is_open", "said", "end", "unexplained"),
    [
        (False, None, "closed", False),
        (False, DayEnd.CARRIED, "closed", False),  # done after all
        (False, DayEnd.HANDED, "closed", False),
        (True, DayEnd.HANDED, "handed", False),
        (True, DayEnd.CARRIED, "carried", False),
        (True, None, "carried", True),
        (True, DayEnd.CLOSED, "carried", True),  # said to be done, and it is open: nobody explained it
    ],
)
def test_the_cut_ends_each_item_in_one_way(is_open, said, end, unexplained):
    found = settle(is_open=is_open, said=said)
    assert (found.end, found.is_unexplained) == (end, unexplained)


@given(is_open=st.booleans(), said=ENDS)
def test_every_item_ends_in_exactly_one_and_open_ones_are_never_closed(is_open, said):
    found = settle(is_open=is_open, said=said)
    assert found.end in set(DayEnd)
    assert (found.end is DayEnd.CLOSED) is not is_open
    assert not found.is_unexplained or found.end is DayEnd.CARRIED


def test_a_carry_over_needs_reason_day_and_the_chief_the_third_time():
    assert carry() is CarryReason.AGREED
    refused(DayRefusal.REASON, lambda: carry(reason=""))
    refused(DayRefusal.REASON, lambda: carry(reason="unexplained"))  # the system's own word
    refused(DayRefusal.WHY, lambda: carry(reason="other", why="  "))
    refused(DayRefusal.WHY_LONG, lambda: carry(why="长" * 201))
    refused(DayRefusal.UNTIL, lambda: carry(until=None))
    refused(DayRefusal.UNTIL_EARLY, lambda: carry(until=DAY))
    refused(DayRefusal.CUT_OVER, lambda: carry(at=CUT))
    refused(DayRefusal.ENDED, lambda: carry(Held(end=DayEnd.HANDED)))
    no = refused(DayRefusal.CHIEF, lambda: carry(Held(carries=2)))
    assert no.facts == {"times": 3}
    assert carry(Held(carries=2), by_chief=True) is CarryReason.AGREED


@pytest.mark.parametrize(("level", "days"), [(1, 1), (2, 3), (3, 7), (None, 7)])
def test_the_graver_the_sooner(level, days):
    held = Held(level=level)
    assert carry(held, until=DAY + timedelta(days=days))
    refused(DayRefusal.UNTIL_FAR, lambda: carry(held, until=DAY + timedelta(days=days + 1)))


@given(held=HELD, reason=st.sampled_from([*CarryReason, "", "x"]), until=st.none() | DAYS, chief=st.booleans())
def test_what_is_carried_always_has_reason_and_a_day_within_reach(held, reason, until, chief):
    try:
        carry(held, reason=reason, why="等", until=until, by_chief=chief)
    except Refused:
        return
    assert reason in set(CarryReason) - {CarryReason.UNEXPLAINED}
    assert until is not None
    assert DAY < until <= farthest(held, DAY)
    assert chief or not needs_chief(held)


def test_handing_on_names_another_person_and_says_why():
    def hand(held: Held = Held(), **changed):  # noqa: B008 - frozen
        check_hand_on(held, **{"to": 2, "holder": 1, "why": "换班", "day": DAY, "at": NOON} | changed)

    hand()
    hand(holder=None)
    refused(DayRefusal.TAKER, lambda: hand(to=None))
    refused(DayRefusal.TAKER_SAME, lambda: hand(to=1))
    refused(DayRefusal.WHY, lambda: hand(why=""))
    refused(DayRefusal.CUT_OVER, lambda: hand(at=CUT))
    refused(DayRefusal.ENDED, lambda: hand(Held(end=DayEnd.CARRIED)))


def test_a_chief_checks_what_others_carried():
    carried = Held(end=DayEnd.CARRIED)
    assert check_verdict(carried, "accepted", "", is_own=False) == "accepted"
    assert check_verdict(carried, "rejected", "没有这回事", is_own=False) == "rejected"
    refused(DayRefusal.WHY, lambda: check_verdict(carried, "rejected", "", is_own=False))
    refused(DayRefusal.VERDICT, lambda: check_verdict(carried, "maybe", "", is_own=False))
    refused(DayRefusal.VERDICT_OWN, lambda: check_verdict(carried, "accepted", "", is_own=True))
    refused(DayRefusal.NOT_CARRIED, lambda: check_verdict(Held(), "accepted", "", is_own=False))


@pytest.mark.parametrize(
    "wrong",
    [
        {"handover": time(20)},
        {"chief_from": 0},
        {"most_days": {1: 4, 2: 3, 3: 7}},
        {"most_days": {1: 1, 2: 3}},
        {"belongs": {}},
        {"belongs": dict.fromkeys(DayKind, "never")},
    ],
)
def test_wrong_parameters_are_refused(wrong):
    given = {name: getattr(DEFAULTS, name) for name in Params.__dataclass_fields__}
    refused(DayRefusal.PARAMS, lambda: Params(**given | wrong))

"""Clocks: the table of the domain, pauses, warnings, climbing; counting against a plain oracle stands beside it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import pytest

from tests.decide.samples import samples
from twinloop.decide import Refused, clocks
from twinloop.decide.clocks import (
    CHINA,
    CLEARING,
    Calendar,
    ClockRefusal,
    ClockState,
    Due,
    Pause,
    RestDay,
    Rule,
    RuleCode,
    Rung,
)

CALENDAR = Calendar()
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=CHINA)


def rule(code: str) -> Rule:
    return clocks.rule_for(RuleCode(code), date(2026, 4, 1), clocks.RULES)


def due(code: str, start: str, *pauses: tuple[str, str | None]) -> datetime | None:
    return clocks.due(rule(code), at(start), [Pause(at(a), at(b) if b else None) for a, b in pauses], CALENDAR).due_at


@pytest.mark.parametrize(
    ("code", "start", "expected"),
    [
        ("order_sent", "04-15T10:00:00", "04-15T10:01:00"),
        ("order_signed", "04-15T10:00:00", "04-15T10:03:00"),
        ("on_scene_town", "04-15T10:00:00", "04-15T10:05:00"),
        ("on_scene_outskirts", "04-15T10:00:00", "04-15T10:10:00"),
        ("on_scene_village", "04-15T23:45:00", "04-16T00:15:00"),
        ("first_feedback", "04-15T10:00:00", "04-15T11:00:00"),
        ("final_feedback", "04-15T23:58:00", "04-15T23:59:59"),
        ("transfer", "05-01T10:00:00", "05-02T10:00:00"),
        ("whistle_signed", "04-15T10:00:00", "04-15T11:00:00"),
        ("whistle_arrival", "04-15T10:00:00", "04-15T10:30:00"),
        ("whistle_feedback", "04-15T10:00:00", "04-16T10:00:00"),
        ("whistle_feedback_complex", "04-13T10:00:00", "04-18T23:59:59"),
        ("push_receipt", "04-15T10:00:00", "04-15T11:00:00"),
        ("push_reply", "04-13T10:00:00", "04-18T23:59:59"),
        ("police_mediation_first", "04-30T09:00:00", "05-08T23:59:59"),
        ("police_mediation_second", "06-16T09:00:00", "06-26T23:59:59"),
        ("people_mediation", "04-02T09:00:00", "05-06T23:59:59"),
        ("penalty", "05-21T09:00:00", "06-22T23:59:59"),
        ("penalty_extended", "05-11T09:00:00", "07-10T23:59:59"),
        ("judicial_confirmation", "04-10T09:00:00", "05-11T23:59:59"),
        ("callback_level_1", "04-11T09:00:00", "04-18T23:59:59"),
        ("callback_level_2", "04-15T09:00:00", "04-30T23:59:59"),
        ("callback_level_3", "04-02T09:00:00", "05-02T23:59:59"),
        ("petition_accept", "05-05T09:00:00", "05-20T23:59:59"),
        ("petition_answer", "04-01T09:00:00", "06-01T23:59:59"),
        ("petition_answer_extended", "04-01T09:00:00", "06-30T23:59:59"),
    ],
)
def test_every_rule_of_the_domain(code, start, expected):
    assert due(code, start) == at(expected)


def test_every_code_has_a_row_with_a_source():
    assert {row.code for row in clocks.RULES} == set(RuleCode)
    assert {row.code for row in clocks.RULES if row.rest_day is RestDay.MOVE} == {
        RuleCode.PENALTY,
        RuleCode.PENALTY_EXTENDED,
        RuleCode.JUDICIAL_CONFIRMATION,
        RuleCode.PEOPLE_MEDIATION,
        RuleCode.PETITION_ACCEPT,
        RuleCode.PETITION_ANSWER,
        RuleCode.PETITION_ANSWER_EXTENDED,
    }


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([("04-15T10:30:00", "04-15T10:40:00")], "04-15T11:10:00"),
        ([("04-15T10:30:00", "04-15T10:40:00"), ("04-15T10:35:00", "04-15T10:50:00")], "04-15T11:20:00"),
        ([("04-15T10:30:00", "04-15T11:00:00"), ("04-15T10:35:00", "04-15T10:40:00")], "04-15T11:30:00"),
        ([("04-15T10:50:00", "04-15T11:00:00"), ("04-15T10:10:00", "04-15T10:20:00")], "04-15T11:20:00"),
        ([("04-15T09:00:00", "04-15T10:30:00")], "04-15T11:30:00"),
        ([("04-15T08:00:00", "04-15T09:00:00")], "04-15T11:00:00"),
        ([("04-15T11:00:00", "04-15T12:00:00")], "04-15T11:00:00"),
        ([("04-15T10:30:00", "04-15T10:30:00")], "04-15T11:00:00"),
        ([("04-15T10:30:00", None)], None),
        ([("04-15T10:30:00", None), ("04-15T10:40:00", "04-15T10:50:00")], None),
        ([("04-15T10:30:00", "04-15T10:40:00"), ("04-15T10:35:00", None)], None),
        ([("04-15T12:00:00", None)], "04-15T11:00:00"),
    ],
)
def test_pause_of_an_hour_rule_is_taken_out_second_by_second(pauses, expected):
    assert due("first_feedback", "04-15T10:00:00", *pauses) == (expected and at(expected))


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([("04-15T10:30:00", "04-15T18:00:00")], "04-20T23:59:59"),
        ([("04-16T10:00:00", "04-16T10:01:00")], "04-21T23:59:59"),
        ([("04-16T00:00:00", "04-17T00:00:00")], "04-21T23:59:59"),
        ([("04-16T00:00:00", "04-17T00:00:01")], "04-22T23:59:59"),
        ([("04-14T00:00:00", "04-17T12:00:00")], "04-22T23:59:59"),
        ([("04-16T10:00:00", "04-16T11:00:00"), ("04-16T15:00:00", "04-16T16:00:00")], "04-21T23:59:59"),
        ([("04-16T10:00:00", None)], None),
        ([("04-21T10:00:00", None)], "04-20T23:59:59"),
        ([("04-20T23:00:00", None)], None),
    ],
)
def test_day_that_a_pause_touches_is_not_counted(pauses, expected):
    assert due("push_reply", "04-15T10:00:00", *pauses) == (expected and at(expected))


def test_rest_day_moves_past_a_paused_day():
    # 30th day Saturday 20 June, Dragon Boat; Monday 22 is paused
    pause = ("06-22T09:00:00", "06-22T10:00:00")
    assert due("penalty", "05-21T09:00:00", pause) == at("06-23T23:59:59")
    assert due("penalty", "05-21T09:00:00", ("06-22T09:00:00", None)) is None


def test_day_is_that_of_china_wherever_the_clock_was_started():
    utc = datetime(2026, 4, 15, 17, 0, tzinfo=timezone.utc)  # noqa: UP017 - 01:00 on the 16th in China
    answer = clocks.due(rule("push_reply"), utc, [], CALENDAR)
    assert answer.due_at is not None
    assert answer.due_at.isoformat() == "2026-04-21T23:59:59+08:00"


@pytest.mark.parametrize(
    ("code", "start", "pauses", "warn"),
    [
        ("first_feedback", "04-15T10:00:00", [], "04-15T10:48:00"),
        ("first_feedback", "04-15T10:00:00", [("04-15T10:30:00", "04-15T11:30:00")], "04-15T11:48:00"),
        ("first_feedback", "04-15T10:00:00", [("04-15T10:48:00", "04-15T11:30:00")], "04-15T10:48:00"),
        ("push_reply", "04-14T23:59:59", [], "04-18T23:59:59"),
        ("final_feedback", "04-15T13:59:59", [], "04-15T21:59:59"),
    ],
)
def test_warning_at_eighty_per_cent_of_the_running_time(code, start, pauses, warn):
    spans = [Pause(at(a), at(b)) for a, b in pauses]
    assert clocks.due(rule(code), at(start), spans, CALENDAR).warn_at == at(warn)


def test_open_pause_has_neither_due_nor_warning():
    assert clocks.due(rule("penalty"), at("05-11T09:00:00"), [Pause(at("05-18T00:00:00"))], CALENDAR) == Due(None, None)


@pytest.mark.parametrize(
    ("start", "pauses", "code", "field"),
    [
        (datetime(2026, 4, 15, 10), [], ClockRefusal.NO_OFFSET, "start"),
        (at("04-15T10:00:00"), [Pause(datetime(2026, 4, 15, 11))], ClockRefusal.NO_OFFSET, "pauses"),
        (
            at("04-15T10:00:00"),
            [Pause(at("04-15T12:00:00"), at("04-15T11:00:00"))],
            ClockRefusal.PAUSE_BACKWARDS,
            "pauses",
        ),
    ],
)
def test_moment_that_cannot_be_read_is_refused(start, pauses, code, field):
    with pytest.raises(Refused) as caught:
        clocks.due(rule("transfer"), start, pauses, CALENDAR)
    assert (caught.value.code, caught.value.facts["field"]) == (code, field)


def test_calendar_knows_make_up_days_and_festivals():
    assert CALENDAR.is_working(date(2026, 5, 9))  # a Saturday, worked
    assert not CALENDAR.is_working(date(2026, 6, 19))  # Dragon Boat
    assert not CALENDAR.is_working(date(2026, 4, 18))


def test_unknown_year_is_refused_and_can_be_filled_in():
    with pytest.raises(Refused) as caught:
        CALENDAR.is_working(date(2031, 1, 2))
    assert (caught.value.code, caught.value.facts) == (ClockRefusal.UNKNOWN_YEAR, {"year": 2031})
    filled = Calendar(
        years=frozenset({2031}), holidays=frozenset({date(2031, 1, 1)}), workdays=frozenset({date(2031, 1, 4)})
    )
    assert [filled.is_working(date(2031, 1, day)) for day in (1, 2, 3, 4, 5)] == [False, True, True, True, False]


def test_unknown_year_matters_only_where_a_working_day_is_asked_for():
    start = datetime(2031, 3, 3, 9, tzinfo=CHINA)
    assert clocks.due(rule("push_reply"), start, [], CALENDAR).due_at is not None
    for code in ("penalty", "police_mediation_first"):
        with pytest.raises(Refused) as caught:
            clocks.due(rule(code), start, [], CALENDAR)
        assert caught.value.code == ClockRefusal.UNKNOWN_YEAR


def test_rule_in_force_is_the_latest_before_the_start():
    old = rule("penalty")
    new = Rule.from_mapping(
        {
            "code": "penalty",
            "value": 20,
            "unit": "day",
            "rest_day": "move",
            "source": "治安管理处罚法（2025 修订）",
            "since": date(2026, 6, 1),
        }
    )
    rows = (new, *clocks.RULES)
    assert clocks.rule_for(RuleCode.PENALTY, date(2026, 5, 31), rows) == old
    assert clocks.rule_for(RuleCode.PENALTY, date(2026, 6, 1), rows) == new
    with pytest.raises(Refused) as caught:
        clocks.rule_for(RuleCode.PENALTY, date(1999, 1, 1), rows)
    assert caught.value.code == ClockRefusal.NO_RULE


@pytest.mark.parametrize(
    "change",
    [
        {"value": -1},
        {"value": 3653},
        {"warn_percent": 0},
        {"warn_percent": 101},
        {"climb_minutes": 0},
        {"source": ""},
        {"unit": "week"},
        {"code": "lunch"},
        {"rest_day": "skip"},
    ],
)
def test_row_that_cannot_be_is_refused(change):
    row: dict[str, Any] = {
        "code": "penalty",
        "value": 30,
        "unit": "day",
        "rest_day": "move",
        "source": "程序规定 165",
        "since": date(2026, 1, 1),
    }
    with pytest.raises(ValueError, match=r"must|names|not a valid"):
        Rule.from_mapping({**row, **change})


DUE = Due(at("04-15T11:00:00"), at("04-15T10:48:00"))


@pytest.mark.parametrize(
    ("now", "pauses", "met", "expected"),
    [
        ("04-15T10:00:00", [], None, ClockState.OK),
        ("04-15T10:48:00", [], None, ClockState.WARN),
        ("04-15T11:00:00", [], None, ClockState.WARN),
        ("04-15T11:00:01", [], None, ClockState.LATE),
        ("04-15T11:00:00.700000", [], None, ClockState.WARN),
        ("04-15T12:00:00", [], "04-15T10:50:00", ClockState.MET),
        ("04-15T10:30:00", [Pause(at("04-15T10:20:00"), at("04-15T10:31:00"))], None, ClockState.PAUSED),
        ("04-15T10:31:00", [Pause(at("04-15T10:20:00"), at("04-15T10:31:00"))], None, ClockState.OK),
        ("04-15T12:00:00", [Pause(at("04-15T11:30:00"))], None, ClockState.LATE),
    ],
)
def test_state_of_a_clock(now, pauses, met, expected):
    assert clocks.state(at(now), DUE, pauses, at(met) if met else None) is expected


def test_clock_without_a_due_date_stands_still():
    assert clocks.state(at("04-15T12:00:00"), Due(None, None)) is ClockState.PAUSED
    assert clocks.climb(rule("transfer"), at("04-15T12:00:00"), Due(None, None)) is None


@pytest.mark.parametrize(
    ("minutes", "rung"),
    [
        (-5, None),
        (0, None),
        (1, Rung.OFFICER),
        (29, Rung.OFFICER),
        (30, Rung.CHIEF),
        (60, Rung.BUREAU),
        (9999, Rung.BUREAU),
    ],
)
def test_missed_clock_climbs(minutes, rung):
    assert clocks.climb(rule("first_feedback"), at("04-15T11:00:00") + minutes * MINUTE, DUE) is rung


def test_day_is_cleared_at_twenty_hours():
    assert CLEARING.of(at("04-15T19:59:59")) == date(2026, 4, 15)
    assert CLEARING.of(at("04-15T20:00:00")) == date(2026, 4, 16)
    assert CLEARING.handover_at == time(8)


@pytest.mark.parametrize(("line", "expect"), samples("clocks.jsonl"))
def test_shared_sample(line, expect):
    start = datetime.fromisoformat(line["start"])
    pauses = [Pause(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in line["pauses"]]
    answer = clocks.due(rule(line["rule"]), start, pauses, CALENDAR)
    assert answer.due_at is not None
    assert answer.due_at.isoformat() == expect["due"]

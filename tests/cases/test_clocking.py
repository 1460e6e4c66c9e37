"""Clocks as rows: opened once, paused, met late or in time, warned and climbed once whatever happens in between."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests import world
from tests.at_once import at_once
from tests.world import CHINA, NOW
from twinloop.cases import actions
from twinloop.cases.actions import clocking
from twinloop.cases.models import Clock, ClockRule, HolidayYear
from twinloop.decide import Refused
from twinloop.decide.clocks import RuleCode
from twinloop.ledger.models import Event
from twinloop.ledger.queries import broken
from twinloop.ledger.sight import SYSTEM, see_as

MINUTE = timedelta(minutes=1)


@pytest.fixture
def dispute(district):
    return world.dispute(district.near)


def clock(dispute, rule=RuleCode.TRANSFER, at=NOW, **more) -> Clock:
    return actions.open_clock(rule, dispute=dispute, by=None, at=at, **more)


def verbs(dispute) -> list[str]:
    found = Event.objects.filter(stream=dispute.stream, verb__startswith="clock_").order_by("seq")
    return list(found.values_list("verb", flat=True))


def test_a_clock_is_opened_once(dispute):
    assert clock(dispute) == clock(dispute, at=NOW + MINUTE)
    assert verbs(dispute) == ["clock_opened"]


def test_due_and_warning_follow_the_rule(dispute):
    made = clock(dispute)
    assert (made.due_at, made.warn_at) == (NOW + timedelta(hours=24), NOW + timedelta(hours=24) * 0.8)


def test_a_pause_has_a_reason_and_moves_the_end(dispute):
    made = clock(dispute)
    with pytest.raises(Refused, match="reason_missing"):
        actions.pause_clock(made, by=None, at=NOW, why=" ")
    actions.pause_clock(made, by=None, at=NOW + 10 * MINUTE, why="等鉴定")
    made.refresh_from_db()
    assert made.due_at is None
    with pytest.raises(Refused, match="clock_stands"):
        actions.pause_clock(made, by=None, at=NOW + 11 * MINUTE, why="再停")
    actions.resume_clock(made, by=None, at=NOW + 40 * MINUTE)
    made.refresh_from_db()
    assert made.due_at == NOW + timedelta(hours=24, minutes=30)
    with pytest.raises(Refused, match="clock_runs"):
        actions.resume_clock(made, by=None, at=NOW + 50 * MINUTE)


def test_a_paused_clock_neither_warns_nor_climbs(dispute):
    actions.pause_clock(clock(dispute), by=None, at=NOW + MINUTE, why="等鉴定")
    assert actions.climb_clocks(at=NOW + timedelta(days=30)) == 0


def test_a_chance_that_nobody_took_lapses_and_is_not_missed(dispute):
    """To have an agreement confirmed is both sides' right for thirty days (人民调解法 33), nobody's duty."""
    made = actions.open_clock("judicial_confirmation", dispute=dispute, by=None, at=NOW)
    assert actions.climb_clocks(at=made.due_at) == 1  # warned
    assert actions.climb_clocks(at=made.due_at + MINUTE) == 1
    made.refresh_from_db()
    assert (made.dropped_at, made.missed_at, made.rung) == (made.due_at + MINUTE, None, "")
    assert Event.objects.filter(verb="clock_dropped").count() == 1
    assert actions.climb_clocks(at=made.due_at + 2 * MINUTE) == 0


def test_warned_once_then_missed_then_climbing_rung_by_rung(dispute):
    made = clock(dispute)
    assert actions.climb_clocks(at=NOW + timedelta(hours=19)) == 0
    assert actions.climb_clocks(at=NOW + timedelta(hours=20)) == 1
    assert actions.climb_clocks(at=NOW + timedelta(hours=20, minutes=1)) == 0
    assert actions.climb_clocks(at=made.due_at + MINUTE) == 1
    made.refresh_from_db()
    assert (made.rung, made.missed_at) == ("rung_officer", made.due_at + MINUTE)
    assert actions.climb_clocks(at=made.due_at + 2 * MINUTE) == 0


def test_after_a_long_outage_one_step_and_no_storm(dispute):
    made = clock(dispute)
    assert actions.climb_clocks(at=NOW + timedelta(days=40)) == 1
    assert actions.climb_clocks(at=NOW + timedelta(days=41)) == 0
    made.refresh_from_db()
    assert made.rung == "rung_bureau"
    assert verbs(dispute) == ["clock_opened", "clock_climbed"]


def test_a_met_clock_is_left_alone_and_says_whether_it_was_late(dispute):
    made = clock(dispute)
    actions.stop_clock(made, by=None, at=made.due_at + MINUTE)
    actions.stop_clock(made, by=None, at=made.due_at + 2 * MINUTE)
    assert actions.climb_clocks(at=NOW + timedelta(days=9)) == 0
    assert Event.objects.get(stream=dispute.stream, verb="clock_met").data["late"] is True


def test_an_administrators_rule_holds_from_its_day_on(dispute, district):
    ClockRule.objects.create(
        code="transfer", since=NOW.date() + timedelta(days=1), value=12, unit="hour", source="试行"
    )
    assert clock(dispute).due_at == NOW + timedelta(hours=24)
    later = NOW + timedelta(days=1)
    assert clock(world.dispute(district.near), at=later).due_at == later + timedelta(hours=12)


def test_a_year_without_a_calendar_is_refused_until_somebody_types_it_in(dispute):
    start = datetime(2050, 3, 1, 9, 0, tzinfo=CHINA)
    with pytest.raises(Refused) as caught:
        clock(dispute, RuleCode.POLICE_MEDIATION_FIRST, at=start)
    assert (caught.value.code, caught.value.facts["year"]) == ("unknown_year", 2050)
    HolidayYear.objects.create(year=2050, holidays=[date(2050, 3, 2)], workdays=[], source="国办通知")
    made = clock(dispute, RuleCode.POLICE_MEDIATION_FIRST, at=start)
    assert made.due_at.astimezone(CHINA).date() == date(2050, 3, 7)  # 3, 4, then Monday the 7th


def test_a_clock_that_follows_a_move_waits_for_the_calendar(dispute):
    start = datetime(2050, 3, 1, 9, 0, tzinfo=CHINA)
    made = clock(dispute, RuleCode.PENALTY, at=start, may_wait=True)
    assert made.due_at is None
    assert actions.climb_clocks(at=start + timedelta(days=90)) == 0
    assert clocking.recount_waiting(by=None, at=start) == 0
    HolidayYear.objects.create(year=2050, holidays=[date(2050, 3, 31)], workdays=[], source="国办通知")
    assert clocking.recount_waiting(by=None, at=start) == 1
    made.refresh_from_db()
    assert made.due_at.astimezone(CHINA).date() == date(2050, 4, 1)  # the 30th day, 31 March, is a holiday
    assert clocking.recount_waiting(by=None, at=start) == 0


def test_two_workers_at_once_warn_of_each_clock_once(fresh_db: str) -> None:
    with see_as(SYSTEM):
        place = world.district().near
        made = [clock(world.dispute(place)) for _ in range(clocking.TOGETHER + 10)]  # more than one transaction takes
        at = made[0].warn_at
        assert at is not None
        found = at_once(*[lambda: actions.climb_clocks(at=at)] * 3)
        late = [actions.climb_clocks(at=at) for _ in range(2)]  # what was skipped because another had it; then nothing
        assert (sum(found) + late[0], late[1]) == (len(made), 0)
        assert Event.objects.filter(verb="clock_warned").count() == len(made)
        assert Clock.objects.filter(warned_at=at).count() == len(made)
        assert list(broken()) == []

"""Settings are read once within a block, anew outside it; an outer block's reading holds in an inner one."""

from __future__ import annotations

from datetime import date

from tests.world import NOW
from twinloop.cases.held import settings_held
from twinloop.cases.models import HolidayYear
from twinloop.cases.queries import calendar, rule_of
from twinloop.decide.clocks import RuleCode


def test_a_block_reads_each_setting_once(db, django_assert_num_queries):
    with django_assert_num_queries(2), settings_held():
        for _ in range(3):
            calendar()
            rule_of(RuleCode.ORDER_SIGNED, NOW)
        with settings_held():
            calendar()
    with django_assert_num_queries(2):
        calendar()
        calendar()


def test_a_change_is_seen_by_the_next_block(db):
    with settings_held():
        assert 2031 not in calendar().years
        HolidayYear.objects.create(year=2031, holidays=[date(2031, 1, 1)], workdays=[])
        assert 2031 not in calendar().years
    with settings_held():
        assert 2031 in calendar().years

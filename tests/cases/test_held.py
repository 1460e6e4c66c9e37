"""Settings are read once within a block, anew outside it; an outer block's reading holds in an inner one."""

from __future__ import annotations

from datetime import date

import pytest

from tests import world
from tests.world import NOW
from twinloop.cases.held import settings_held
from twinloop.cases.models import HolidayYear
from twinloop.cases.queries import calendar, placed, rule_of, station_for
from twinloop.decide.clocks import RuleCode
from twinloop.people.models import Unit
from twinloop.places.models import Place


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


@pytest.mark.django_db
def test_a_place_brings_what_it_lies_in_and_its_station_along(django_assert_num_queries):
    here = world.district()
    elsewhere = Unit.objects.create(code="A1", name="远所", kind="station", parent=here.station.parent)
    elsewhere.places.add(here.near.parent)  # the township's station is further off than the community's own
    closed = Unit.objects.create(
        code="A0", name="关了", kind="station", parent=here.station.parent, closed_on=date(2020, 1, 1)
    )
    closed.places.add(here.near)
    for place in Place.objects.select_related("parent__parent"):
        apart = station_for(place)
        with settings_held(), django_assert_num_queries(1):
            found = placed(place.code, at=NOW)
            assert found == place
            assert (found.parent, found.parent and found.parent.parent) == (place.parent, above_of(place.parent))
            assert (found.short, station_for(found)) == (place.short, apart)
    assert station_for(here.near) == here.station
    assert placed("000000000000", at=NOW) is None


def above_of(place):
    return place.parent if place else None

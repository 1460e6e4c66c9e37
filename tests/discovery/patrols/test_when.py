"""When to patrol: hours and days that stand out of those of all other calls, and nothing where they do not."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from hypothesis import given
from hypothesis import strategies as st

from tests import world
from tests.world import NOW
from twinloop.discovery.patrols import queries
from twinloop.discovery.patrols.when import tail, when
from twinloop.ledger.sight import see_as

EVEN = {(hour, day): 5 for hour in range(24) for day in range(1, 8)}
SLOTS = st.dictionaries(st.tuples(st.integers(0, 23), st.integers(1, 7)), st.integers(1, 20), max_size=30)


def test_nights_at_the_end_of_the_week_are_named_with_their_counts():
    found = when({(23, 5): 3, (1, 6): 3, (0, 6): 2, (9, 2): 1}, EVEN)
    assert found.hours is not None
    assert (found.hours.first, found.hours.last, found.hours.hits, found.hours.whole) == (22, 2, 8, 9)
    assert found.days is not None
    assert (found.days.first, found.days.last, found.days.hits) == (5, 6, 8)


def test_a_stretch_over_the_end_of_the_week_and_one_that_ends_at_midnight():
    found = when({(20, 7): 4, (21, 1): 4, (22, 7): 2}, EVEN)
    assert found.hours is not None
    assert (found.hours.first, found.hours.last) == (20, 24)
    assert found.days is not None
    assert (found.days.first, found.days.last) == (7, 1)


def test_what_everybody_does_does_not_stand_out():
    evening = {(hour, day): 30 for hour in (19, 20, 21) for day in range(1, 8)}
    assert when({(20, 1): 3, (21, 3): 2, (19, 6): 2}, evening).hours is None
    assert when({(20, 1): 1}, EVEN).hours is None
    assert when({}, EVEN) == when({}, {})


def test_the_tail_by_hand():
    assert tail(2, 2, 0.5) == 0.25
    assert abs(tail(0, 5, 0.3) - 1) < 1e-12
    assert abs(tail(1, 3, 0.2) - (1 - 0.8**3)) < 1e-12


@given(SLOTS, SLOTS)
def test_what_is_named_is_true_of_the_counts(own, others):
    found = when(own, others)
    for slot, part, size in ((found.hours, 0, 24), (found.days, 1, 7)):
        if slot is None:
            continue
        width = (slot.last - slot.first) % 24 if size == 24 else 2
        inside = {(slot.first + n) % 24 if size == 24 else (slot.first - 1 + n) % 7 + 1 for n in range(width)}
        assert slot.hits == sum(n for key, n in own.items() if key[part] in inside)
        assert slot.whole == sum(own.values())
        assert slot.hits / slot.whole > slot.usual
        assert 0 <= slot.chance <= 0.05


def test_the_page_says_when_and_how_sure(db, client):
    district = world.district()
    start = NOW - timedelta(days=28)
    for week in range(4):
        for hour in (21, 22):
            at = (start + timedelta(days=7 * week)).replace(hour=hour)
            world.incident(district.near, address="桥兰路 8 号 夜市", at=at)
    for n in range(40):
        world.incident(district.far, address=f"远村 {n} 号", at=start + timedelta(hours=13 * n))
    with see_as(district.scope("bureau")) as held:
        ((one, _place),) = queries.call_heavy(held, at=NOW)
        told = queries.when_to_go([one], held, at=NOW)[one.counted.place, one.counted.key]
    assert told.hours is not None
    assert (told.hours.hits, told.hours.whole) == (8, 8)
    assert one.chance < 0.05
    assert queries.when_to_go([], held, at=NOW) == {}
    client.force_login(district.people["bureau"])
    with time_machine.travel(NOW, tick=False):
        text = client.get("/patrols/found/").content.decode()
    assert f"{told.hours.first}–{told.hours.last} 点" in text
    assert "8 起里 8 起" in text
    assert "若只是碰巧" in text

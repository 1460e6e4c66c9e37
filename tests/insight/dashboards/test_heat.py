"""When calls come: a cell is as many as its list, in the hours of +08:00, within what one may see."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from tests import world
from tests.insight.reports.district import AT, build, on
from twinloop.insight.dashboards import heat
from twinloop.ledger.sight import SYSTEM, see_as

SPAN = "span=own&first=2026-04-01&last=2026-04-30"


@pytest.fixture
def spring(db):
    with time_machine.travel(AT, tick=False):
        with see_as(SYSTEM):
            found, _made = build()
        yield found


def cells(answer) -> dict[tuple[int, int], int]:
    return {(c.weekday, c.slot): c.count for _slot, line, _sum in answer.context["heat"].lines for c in line if c.count}


# April by hand (district.py): 04-02 Thu 09:30, 04-10 Fri 09, 04-20 Mon 09, 04-07 Tue 09:10, 04-12 Sun 13 (traffic),
# far: 04-15 Wed 20
NEAR = {(4, 8): 1, (5, 8): 1, (1, 8): 1, (2, 8): 1}


def test_cells_are_those_counted_by_hand_and_open_as_many(client, spring):
    client.force_login(spring.people["bureau"])
    answer = client.get(f"/dashboard/heat/?{SPAN}")
    assert cells(answer) == NEAR | {(7, 12): 1, (3, 20): 1}
    assert (answer.context["heat"].days, answer.context["heat"].total) == ([1, 1, 1, 1, 1, 0, 1], 6)
    assert cells(client.get(f"/dashboard/heat/?{SPAN}&kind=dispute")) == NEAR | {(3, 20): 1}
    for (day, slot), count in cells(answer).items():
        page = client.get(f"/dashboard/heat/{day}/{slot}/?{SPAN}").context["page"]
        assert page.paginator.count == len(page) == count
    assert client.get(f"/dashboard/heat/7/12/?{SPAN}&kind=dispute").context["page"].paginator.count == 0
    client.force_login(spring.people["chief"])
    assert cells(client.get(f"/dashboard/heat/?{SPAN}")) == NEAR | {(7, 12): 1}


@pytest.mark.parametrize("path", ["0/8", "8/8", "1/3", "1/24"])
def test_a_cell_that_is_not_there_is_not_found(client, spring, path):
    client.force_login(spring.people["bureau"])
    assert client.get(f"/dashboard/heat/{path}/").status_code == 404


def test_midnight_is_that_of_the_place_and_not_of_greenwich(client, spring):
    with see_as(SYSTEM):
        world.incident(spring.near, at=datetime(2026, 4, 25, 16, 5, tzinfo=UTC))  # Sunday 00:05 in China
    client.force_login(spring.people["bureau"])
    assert cells(client.get("/dashboard/heat/?span=own&first=2026-04-26&last=2026-04-26")) == {(7, 0): 1}


def test_a_darker_cell_is_always_more():
    for most in (1, 3, 4, 7, 100):
        shades = [heat._shade(count, most) for count in range(most + 1)]
        assert shades == sorted(shades)
        assert shades[0] == 0
        assert all(0 < shade < heat.SHADES for shade in shades[1:])


def test_the_table_asks_a_fixed_number_of_questions(client, spring, django_assert_num_queries):
    client.force_login(spring.people["chief"])
    for path, count in ((f"/dashboard/heat/?{SPAN}", 11), (f"/dashboard/heat/4/8/?{SPAN}", 10)):
        client.get(path)
        with django_assert_num_queries(count):
            client.get(path)
        with see_as(SYSTEM):
            for _ in range(20):
                world.incident(spring.near, at=on(4, 2))
        with django_assert_num_queries(count):
            client.get(path)

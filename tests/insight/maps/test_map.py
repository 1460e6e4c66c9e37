"""The map: counts that match the rows, what one may not open only as a number, and no small number of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import world
from twinloop.cases.models import Dispute
from twinloop.insight.maps import queries
from twinloop.insight.maps.windows import Weeks
from twinloop.ledger.sight import SYSTEM, see_as


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        found = world.district()
        at = timezone.localtime() - timedelta(minutes=5)
        for number in range(4):
            world.dispute(found.near, at=at, title=f"排水沟 139 0000 012{number}", type_code="B1")
        for _ in range(2):
            world.dispute(found.far, at=at, type_code="A2")
        world.dispute(found.far, at=at - timedelta(days=200), type_code="A2")
        world.dispute(None, at=at)
    return found


def enter(district, role: str) -> Client:
    client = Client()
    client.force_login(district.people[role])
    return client


def marks(district, role: str, **asked):
    weeks = Weeks(timezone.localdate(), 12)
    with see_as(district.scope(role, timezone.localtime())) as scope:
        found = queries.draw(queries.Ask(weeks, **asked), scope)
    return found, {mark.place.short: mark for mark in found.marks}


def test_a_leader_sees_every_number(district):
    found, by = marks(district, "bureau")
    assert (by["近村"].shown, by["远村"].shown, found.nowhere, found.outside) == (4, 2, 1, False)


def test_outside_ones_scope_few_are_not_told(district):
    found, by = marks(district, "chief")
    assert (by["近村"].seen, by["近村"].shown) == (4, 4)
    assert (by["远村"].seen, by["远村"].shown, by["远村"].drawn, by["远村"].times) == (0, None, 1, None)
    with see_as(SYSTEM):
        world.dispute(district.far, at=timezone.localtime() - timedelta(minutes=1))
    found, by = marks(district, "chief")
    assert (by["远村"].seen, by["远村"].shown, found.outside) == (0, 3, True)


def test_filters_narrow_what_is_counted(district):
    assert marks(district, "bureau", type="B1")[1]["近村"].shown == 4
    assert marks(district, "bureau", type="A")[1]["近村"].shown == 0
    assert marks(district, "bureau", type="A")[1]["远村"].shown == 2
    with see_as(SYSTEM):
        one = Dispute.objects.filter(place=district.near).first()
        Dispute.objects.filter(pk=one.pk).update(level=1)
    assert marks(district, "bureau", level=1)[1]["近村"].shown == 1
    assert marks(district, "bureau", of="incidents", kind="traffic")[1]["近村"].shown == 0


def test_the_page_its_table_and_the_rows_say_the_same(district):
    client = enter(district, "bureau")
    text = client.get("/map/").content.decode()
    assert f'data-code="{district.near.code}" data-value="4"' in text
    text = client.get(f"/map/{district.near.code}/").content.decode()
    assert text.count('class="map-case"') == 4
    assert "139 0000" not in text


def test_rows_are_only_those_one_may_see(district):
    text = enter(district, "chief").get(f"/map/{district.far.code}/").content.decode()
    assert 'class="map-case"' not in text
    assert "还有不到 3 件不在你的范围" in text
    assert "不到 3" in enter(district, "chief").get("/map/").content.decode()


def test_nonsense_in_the_address_shows_the_usual(district):
    client = enter(district, "chief")
    for query in ("of=zz&type=%00&level=9&weeks=7&week=-1&kind=zz", "week=999&weeks=4", "page=zz"):
        assert client.get(f"/map/?{query}").status_code == 200
        assert client.get(f"/map/{district.near.code}/?{query}").status_code == 200
    assert client.get("/map/000000000000/").status_code == 404


def test_htmx_gets_the_drawing_and_its_table_alone(district):
    answer = enter(district, "chief").get("/map/?of=incidents", headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert "data-map-table" in answer.content.decode()


def test_weeks_run_from_monday_and_the_last_one_ends_today():
    weeks = Weeks(date(2026, 4, 16), 4)  # a Thursday
    assert (weeks.first, weeks.last) == (date(2026, 3, 23), date(2026, 4, 16))
    assert [(Weeks(date(2026, 4, 16), 4, n).first, Weeks(date(2026, 4, 16), 4, n).last) for n in (1, 4)] == [
        (date(2026, 3, 23), date(2026, 3, 29)), (date(2026, 4, 13), date(2026, 4, 16)),
    ]  # fmt: skip
    start, end = Weeks(date(2026, 4, 16), 4, 2).past
    assert (start.date(), end.date()) == (date(2025, 3, 24), date(2026, 3, 23))


def test_a_hot_spot_is_named_with_its_figures(district):
    with see_as(SYSTEM):
        at = timezone.localtime() - timedelta(days=120)
        for place, count in ((district.near, 3), (district.far, 37)):
            for _ in range(count):
                world.dispute(place, at=at)
    found, by = marks(district, "bureau")
    # 4 + 2 now; near holds 4 + 3 of 6 + 41 in all (one of the year before stands in the fixture): 6 × 7/47
    assert by["近村"].expected == pytest.approx(6 * 7 / 47)
    (hot,) = found.hot
    assert ([place.short for place in hot.places], hot.count) == (["近村"], 4)
    assert "若只是碰巧" in enter(district, "bureau").get("/map/").content.decode()


def test_a_page_asks_the_same_few_questions_for_one_row_and_for_many(district, django_assert_num_queries):
    client = enter(district, "chief")
    client.get("/map/")
    with django_assert_num_queries(MAP):
        client.get("/map/")
    with django_assert_num_queries(PLACE):
        client.get(f"/map/{district.near.code}/")
    with see_as(SYSTEM):
        for _ in range(20):
            world.dispute(district.near, at=timezone.localtime() - timedelta(minutes=1))
    with django_assert_num_queries(MAP):
        client.get("/map/")
    with django_assert_num_queries(PLACE):
        client.get(f"/map/{district.near.code}/")


MAP, PLACE = 18, 19

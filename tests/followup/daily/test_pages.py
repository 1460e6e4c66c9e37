"""The board of the day: acts, refusals in words, other stations' items, the chief's word, the table."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from tests import world
from tests.followup.daily.conftest import CUT, furnish, turned
from tests.world import NOW
from twinloop.followup.daily import actions
from twinloop.followup.daily.models import Confirmation, Item
from twinloop.ledger.sight import SYSTEM, see_as


@pytest.fixture
def street(db):
    with see_as(SYSTEM):
        made = furnish()
        turned(NOW)
    return made


def enter(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@time_machine.travel(NOW, tick=True)
def test_an_officer_carries_one_over_and_without_a_reason_not(street):
    client = enter(street.owner)
    with see_as(SYSTEM):
        item = street.item()
    page = client.get("/daily/").content.decode()
    assert street.dispute.number in page
    assert "排水沟纠纷" not in page  # no title: no party's name can stand there
    address, until = f"/daily/items/{item.pk}/", date(2026, 4, 17)
    no = client.post(address, {"act": "carry", "until": until})
    assert (no.status_code, "不能结转：还差一样，为什么" in no.content.decode()) == (422, True)
    assert client.post(address, {"act": "carry", "reason": "agreed", "until": "0417"}).status_code == 422
    assert client.post(address, {"act": "x"}).status_code == 422
    assert client.post(address, {"act": "hand", "why": "换班"}).status_code == 422
    yes = client.post(address, {"act": "carry", "reason": "agreed", "until": until, "end": "closed", "carries": "9"})
    assert (yes.status_code, yes["Location"]) == (303, "/daily/")
    with see_as(SYSTEM):
        item.refresh_from_db()
    assert (item.end, item.carries, item.until) == ("carried", 0, until)
    assert client.post(address, {"act": "back"}).status_code == 303


@time_machine.travel(NOW, tick=True)
def test_another_stations_item_is_not_there(street):
    with see_as(SYSTEM):
        far = world.dispute(street.district.far, title="远处")
        turned(NOW)
        item = street.item(far)
    for role, status in (("chief", 404), ("officer", 404), ("bureau", 200)):
        client = enter(street.person(role))
        assert client.get(f"/daily/items/{item.pk}/").status_code == status
        assert (far.number in client.get("/daily/").content.decode()) is (status == 200)


def test_the_chief_confirms_after_the_cut_and_takes_the_table_out(street):
    with time_machine.travel(CUT + timedelta(minutes=1), tick=True):
        client = enter(street.person("chief"))
        with see_as(SYSTEM):
            day = Item.objects.get().day
        early = client.post(f"/daily/days/{day.pk}/confirm/", {"station": street.district.station.pk})
        assert (early.status_code, "还没有到日清的时候" in early.content.decode()) == (422, True)
        with see_as(SYSTEM):
            actions.turn(at=CUT)
        body = {"station": street.district.station.pk, "note": "已看"}
        assert "确认这一天" in client.get("/daily/?on=2026-04-16").content.decode()
        assert client.post(f"/daily/days/{day.pk}/confirm/", body).status_code == 303
        assert client.post(f"/daily/days/{day.pk}/confirm/", body).status_code == 422
        assert Confirmation.objects.get().note == "已看"
        book = client.get("/daily/table/?on=2026-04-16")
        assert (book.status_code, book.content[:2]) == (200, b"PK")
        for wrong in ("x", "2020-01-01"):
            assert client.get(f"/daily/?on={wrong}").status_code == 404


@time_machine.travel(NOW, tick=True)
def test_the_morning_list_is_grouped(street):
    page = enter(street.owner).get("/daily/handover/").content.decode()
    assert "没有分流、没有派人" in page


@time_machine.travel(NOW, tick=True)
def test_the_board_asks_as_much_for_many_as_for_one(street):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counts = enter(street.person("chief")), []
    for more in (0, 20):
        with see_as(SYSTEM):
            for n in range(more):
                world.dispute(street.district.near, title=f"第 {n} 件", owner=street.owner)
            turned(NOW)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/daily/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_kinds_reasons_and_ends_are_said_in_the_language_of_the_reader(street):
    with see_as(SYSTEM):
        item = street.item()
    item.end, item.reason = "carried", "agreed"
    with translation.override("zh-hans"):
        chinese = [item.get_kind_display(), item.get_reason_display(), item.get_end_display()]
    with translation.override("en"):
        english = [item.get_kind_display(), item.get_reason_display(), item.get_end_display()]
    assert all(any("一" <= letter <= "龥" for letter in word) for word in chinese)
    assert all(word.isascii() for word in english)

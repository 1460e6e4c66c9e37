"""A screen without sign-in: one link, one device, one wall, and nothing else; stopped at any time."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from tests import world
from twinloop.decide import Refused
from twinloop.insight.walls import actions, queries
from twinloop.insight.walls.models import Screen
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        found = world.district()
        for _ in range(4):
            world.dispute(found.near, at=timezone.localtime(), title="张三和李四的排水沟")
        world.dispute(found.far, at=timezone.localtime())
    return found


def hang(district, role: str = "bureau", unit=None) -> tuple[Client, Screen]:
    """A bound device of a screen that `role` opened."""
    leader = Client()
    leader.force_login(district.people[role])
    answer = leader.post("/settings/walls/", {"name": f"大厅{role}", "unit": unit.pk if unit else ""})
    link = re.search(r'value="(http://testserver/wall/open/[^"]+)"', answer.content.decode())
    assert link, answer.content.decode()
    device = Client()
    assert device.get(link[1]).status_code == 200  # looking spends nothing
    assert device.post(link[1])["Location"] == "/wall/"
    return device, Screen.objects.latest("pk")


def test_a_bound_device_sees_the_wall_and_nothing_else(district):
    device, _screen = hang(district)
    text = device.get("/wall/").content.decode()
    assert "未了纠纷" in text
    assert "张三" not in text
    assert device.get("/wall/panels/").status_code == 200
    assert device.get("/wall/").cookies[queries.COOKIE]["httponly"]
    with see_as(SYSTEM):
        number = world.Dispute.objects.first().number
    for path in ("/", "/disputes/", f"/disputes/{number}/", "/indicators/", "/settings/walls/", "/live/?of=incident"):
        assert device.get(path).status_code in (302, 403, 404), path
    assert "_auth_user_id" not in device.session


def test_the_link_is_shown_once_and_only_digests_are_kept(district):
    device, screen = hang(district)
    secret = device.cookies[queries.COOKIE].value
    assert bytes(screen.device_hash) == queries.hashed(secret)
    assert secret.encode() not in bytes(screen.link_hash) + bytes(screen.device_hash)
    leader = Client()
    leader.force_login(district.people["bureau"])
    assert "/wall/open/" not in leader.get("/settings/walls/").content.decode()


def test_a_link_binds_one_device(district):
    with see_as(SYSTEM):
        bureau = district.people["bureau"]
        at = timezone.localtime()
        _screen, link = actions.make("二楼", None, district.scope("bureau", at), by=bureau.pk, at=at)
    first, second = Client(), Client()
    assert first.post(f"/wall/open/{link}/").status_code == 302
    answer = second.post(f"/wall/open/{link}/")
    assert answer.status_code == 410
    assert "一个链接只绑一台设备" in answer.content.decode()
    assert second.get("/wall/")["Location"].startswith("/accounts/")


def test_links_that_open_nothing_say_why(district):
    at = timezone.localtime()
    with see_as(SYSTEM):
        _screen, link = actions.make("旧的", None, district.scope("bureau", at), by=district.people["bureau"].pk, at=at)
    with pytest.raises(Refused, match="wall_link_over"):
        actions.bind(link, at=at + timedelta(days=actions.LINK_DAYS))
    for wrong in ("nothing", "x" * 900, "%00", "../../"):
        assert Client().get(f"/wall/open/{wrong}/").status_code in (404, 410)
    assert "没有这个链接" in Client().post("/wall/open/nothing/").content.decode()


def test_a_stopped_screen_goes_dark_at_its_next_question(district):
    device, screen = hang(district)
    leader = Client()
    leader.force_login(district.people["bureau"])
    assert leader.post(f"/settings/walls/{screen.pk}/revoke/").status_code == 302
    assert device.get("/wall/panels/").status_code == 403
    assert device.get("/wall/").status_code == 302
    assert device.get("/live/?of=wall").status_code == 302
    leader.post(f"/settings/walls/{screen.pk}/revoke/")
    assert "已经停用" in leader.get("/settings/walls/").content.decode()


def test_opening_binding_and_stopping_are_events_without_the_secret(district):
    device, screen = hang(district)
    with see_as(SYSTEM):
        actions.revoke(screen, by=district.people["bureau"].pk, at=timezone.localtime())
        events = Event.objects.filter(stream=screen.stream).order_by("seq")
        assert [(one.verb, one.by_id is None) for one in events] == [
            ("wall_made", False), ("wall_bound", True), ("wall_revoked", False),
        ]  # fmt: skip
        assert all(device.cookies[queries.COOKIE].value not in one.body for one in events)


def test_a_chief_hangs_up_the_own_station_only(district):
    chief = district.people["chief"]
    at = timezone.localtime()
    held = district.scope("chief", at)
    for unit in (None, district.other):
        with pytest.raises(Refused, match="wall_station"):
            actions.make("大厅", unit, held, by=chief.pk, at=at)
    with pytest.raises(Refused, match="wall_unit"):
        actions.make("大厅", district.station.parent, district.scope("bureau", at), by=chief.pk, at=at)
    device, _screen = hang(district, "chief", district.station)
    text = device.get("/wall/").content.decode()
    assert "近村派出所 矛盾纠纷双循环" in text
    assert "远村" not in text  # the station's four disputes, not the district's five
    other = Client()
    _device, district_screen = hang(district, "bureau")
    other.force_login(chief)
    assert other.post(f"/settings/walls/{district_screen.pk}/revoke/").status_code == 404


def test_two_screens_of_one_place_have_two_names(district):
    hang(district)
    leader = Client()
    leader.force_login(district.people["bureau"])
    answer = leader.post("/settings/walls/", {"name": " 大厅bureau ", "unit": ""})
    assert answer.status_code == 422
    assert "已有一块叫" in answer.content.decode()
    assert leader.post("/settings/walls/", {"name": "", "unit": ""}).status_code == 422
    assert leader.post("/settings/walls/", {"name": "甲", "unit": "999"}).status_code == 422


def test_the_table_refuses_half_a_binding(district):
    _device, screen = hang(district)
    for broken in (
        {"bound_at": None}, {"device_hash": None}, {"revoked_at": timezone.now()},
        {"bound_at": screen.made_at - timedelta(days=1)},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Screen.objects.filter(pk=screen.pk).update(**broken)


def test_a_device_may_listen_to_the_wall_alone(district):
    device, _screen = hang(district)
    stranger = Client()
    assert stranger.get("/live/?of=wall").status_code == 302
    assert device.get("/live/?of=wall,incident").status_code == 302
    stranger.cookies[queries.COOKIE] = "made-up"
    assert stranger.get("/wall/panels/").status_code == 403

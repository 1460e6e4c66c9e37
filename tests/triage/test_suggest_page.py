"""The part beside the intake form: what is ticked and where it was count while the text is still being typed."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from tests import world
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.triage.models import Judgement
from twinloop.triage.views import suggesting

NOISE = "楼上每天半夜拖桌子，吵得睡不着"
PIGSTY = "隔壁赖水根砌猪栏，粪水顺着墙脚流进我家厨房，臭得饭都吃不下"


@pytest.fixture
def desk(db, client, monkeypatch):
    with see_as(SYSTEM):
        district = world.district()
        first = world.incident(district.near, narrative=PIGSTY, address="近村4组")
        cases.open_dispute(title="猪栏粪水", by=None, at=NOW, incident=first, place=district.near)
    monkeypatch.setattr(suggesting, "timezone", SimpleNamespace(localtime=lambda: NOW + timedelta(days=6)))
    client.force_login(district.people["dispatcher"])
    return client, district


def shown(client, **given):
    response = client.post("/triage/suggest/", given)
    assert response.status_code == 200
    return response.context["found"]


def test_what_is_ticked_counts_before_it_is_registered(desk):
    client, _ = desk
    assert shown(client, text=NOISE).level.level == 3
    # 'ongoing' is no factor; beside it the weapon counts all the same, and a word nobody knows harms nothing
    found = shown(client, text=NOISE, flags=["ongoing", "weapon", "nonsense"])
    assert found.level.level == 1
    assert any("凶器" in words for _points, words in found.level.lines)
    assert not Judgement.objects.exists()


def test_the_place_that_was_picked_helps_to_find_the_earlier_quarrel(desk):
    client, district = desk
    words = "我家厨房又进了粪水，猪栏没拆"
    there = shown(client, text=words, place_code=district.near.code).repeats
    elsewhere = shown(client, text=words, place_code=district.far.code).repeats
    assert there
    assert not elsewhere or elsewhere[0].probability < there[0].probability


@pytest.mark.parametrize("code", ["", "x", "999999999999", "７" * 12])
def test_a_place_that_is_none_is_no_error(desk, code):
    client, _ = desk
    assert shown(client, text=NOISE, place_code=code).best.type == "B2"

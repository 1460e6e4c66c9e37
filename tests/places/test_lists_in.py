"""Lists of places going into the table: the packaged one, the demo's, newer ones of the same county."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from tests.places.conftest import AT, TEST_LIST, events, place, verbs
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.places import actions, demo, queries
from twinloop.places.lists import Row
from twinloop.places.models import Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled(db: None) -> None:
    demo.fill(AT)


def test_the_packaged_list_is_the_one_of_the_design(shared):
    from csv import DictReader

    folder = shared / "data" / "gazetteer"
    there: dict[str, str] = {}
    for name in ("areas", "streets", "villages"):
        with (folder / f"{name}_ganzhou.csv").open(encoding="utf-8") as lines:
            there |= {row["code"].ljust(12, "0"): row["name"] for row in DictReader(lines)}
    assert {row.code: row.name for row in actions.packaged()} == there


def test_4409_places_load_in_two_seconds(db):
    elsewhere = [Row(f"98{row.code[2:]}", row.name) for row in actions.packaged()]  # 赣州 may be there already
    start = time.process_time()  # our own work: the wall clock says how busy the machine is
    result = actions.put(elsewhere, by=None, at=AT, source="test")
    took = time.process_time() - start
    assert result == actions.Result(added=4409)
    kinds = Counter(Place.objects.filter(code__startswith="98").values_list("kind", flat=True))
    assert kinds == {"county": 18, "township": 310, "community": 4081}
    assert took < 2, f"{took:.1f} s"


def test_the_gazetteer_loads_once(db):
    actions.load_gazetteer(by=None, at=AT)
    assert actions.load_gazetteer(by=None, at=AT) == actions.Result()
    there = set(Place.objects.values_list("code", flat=True))
    assert {row.code for row in actions.packaged()} <= there
    assert "imported" in verbs("360702000000")


def test_the_gazetteer_leaves_a_county_of_a_newer_list_alone(db):
    actions.load_gazetteer(by=None, at=AT)
    actions.put([Row("360702191204", "江坝新村村委会")], by=None, at=AT, source="2027")
    assert actions.load_gazetteer(by=None, at=AT) == actions.Result()
    assert place("360702191204").short == "江坝新村"


@pytest.mark.usefixtures("filled")
def test_the_demo_district_has_33_villages_and_3_residents_committees():
    communities = list(queries.served().communities().select_related("parent"))
    assert [p.code for p in communities] == demo.communities()
    assert Counter(p.is_village for p in communities) == {True: 33, False: 3}
    assert Counter(p.parent.name for p in communities if p.parent) == {"潭口镇": 13, "潭东镇": 14, "高校园区管理处": 9}
    assert {p.code for p in Place.objects.filter(is_demo=True)} == set(demo.INVENTED)
    assert Counter(p.kind for p in queries.served()) == {"county": 1, "township": 3, "community": 36}


@pytest.mark.usefixtures("filled")
def test_the_demo_positions_are_apart_and_marked_as_drawn():
    drawn = Place.objects.filter(latitude__isnull=False)
    positions = {(float(p.latitude or 0), float(p.longitude or 0)) for p in drawn}
    assert len(positions) == drawn.count() == 39
    assert all(p.is_schematic for p in drawn)
    assert all(25.6 < lat < 25.95 and 114.7 < lon < 115.05 for lat, lon in positions)


@pytest.mark.usefixtures("filled")
def test_filling_again_changes_nothing_and_undoes_nobody():
    actions.stop_serving("360702191204", by=None, at=AT, why="试")
    before = (Place.objects.count(), len(verbs("360702191204")))
    assert demo.fill(AT) == 0
    assert (Place.objects.count(), len(verbs("360702191204"))) == before
    assert not place("360702191204").is_served


def test_a_list_makes_places_with_short_names_sounds_and_parents(county):
    made = {p.short: p for p in Place.objects.within(county)}
    assert list(made) == ["试验县", "东岭镇", "南街社区", "江坝村", "正兴村", "北岭乡", "圩背村"]
    assert made["江坝村"].pinyin == "jiangbacun jbc"
    assert made["圩背村"].pinyin == "weibeicun wbc xubeicun xbc"
    assert [p.short for p in made.values() if p.is_village] == ["江坝村", "正兴村", "圩背村"]
    village = Place.objects.select_related("parent__parent").get(code="990101100200")
    assert village.full_name == "试验县东岭镇江坝村"


def test_the_same_list_twice_adds_nothing_and_writes_no_event(county):
    with see_as(SYSTEM):
        before = Event.objects.count()
        assert actions.put(TEST_LIST, by=None, at=AT, source="test") == actions.Result(unchanged=7)
        assert Event.objects.count() == before
    assert [(e.verb, e.data["added"]) for e in events(county.code)] == [("imported", 7)]


def test_a_newer_whole_list_renames_and_retires_but_never_deletes(county):
    actions.serve(["990101200200", "990101100200"], by=None, at=AT, why="试")
    newer = [row for row in TEST_LIST if not row.code.startswith("9901012")]
    newer[3] = Row("990101100200", "江坝新村村委会")
    result = actions.put(newer, by=None, at=AT, source="2027", complete_for="990101")
    assert result == actions.Result(renamed=1, retired=2, unchanged=4)
    gone = place("990101200200")
    assert (str(gone.retired_on), gone.is_served) == ("2026-04-16", False)
    assert place("990101100200").pinyin.startswith("jiangbaxincun ")
    assert verbs("990101100200")[-1] == "renamed"
    assert verbs("990101200200")[-1] == "retired"


def test_a_list_brings_a_retired_place_back_but_does_not_serve_it(county):
    actions.serve(["990101200200"], by=None, at=AT, why="试")
    actions.put(TEST_LIST[:5], by=None, at=AT, source="a", complete_for="990101")
    result = actions.put(TEST_LIST, by=None, at=AT, source="b", complete_for="990101")
    assert result == actions.Result(restored=2, unchanged=5)
    assert (place("990101200200").retired_on, place("990101200200").is_served) == (None, False)


def test_a_partial_list_retires_nothing(county):
    assert actions.put(TEST_LIST[:3], by=None, at=AT, source="a") == actions.Result(unchanged=3)


@pytest.mark.parametrize("rows", [TEST_LIST[:2], TEST_LIST[:1]])
def test_a_list_without_communities_retires_no_community(county, rows):
    actions.put(rows, by=None, at=AT, source="a", complete_for="990101")
    assert Place.objects.within(county).communities().filter(retired_on__isnull=True).count() == 4


def test_a_list_of_communities_alone_keeps_their_townships(county):
    rows = [row for row in TEST_LIST if not row.code.endswith("000")]
    result = actions.put(rows, by=None, at=AT, source="a", complete_for="990101")
    assert result == actions.Result(unchanged=4)


@pytest.mark.usefixtures("filled")
def test_invented_places_vanish_for_no_list():
    rows = [Row(p.code, p.name) for p in Place.objects.filter(code__startswith="360702", is_demo=False)]
    assert actions.put(rows, by=None, at=AT, source="a", complete_for="360702").retired == 0

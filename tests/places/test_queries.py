"""Trees and search; numbers of queries are literal and do not grow with rows."""

from __future__ import annotations

import pytest

from tests.people.signing import person
from tests.places.conftest import AT, TEST_LIST
from twinloop.places import actions, queries
from twinloop.places.lists import Row
from twinloop.places.models import Place

pytestmark = pytest.mark.django_db


def many(count: int) -> None:
    rows = [Row(f"990101100{n:03}", f"新{n}村委会") for n in range(300, 300 + count)]
    actions.put(rows, by=None, at=AT, source="test")


def shorts(nodes: list[queries.Node]) -> list[object]:
    return [node.place.short if not node.children else (node.place.short, shorts(node.children)) for node in nodes]


def test_the_tree_nests_by_code(county):
    assert shorts(queries.tree(Place.objects.within(county))) == [
        ("试验县", [("东岭镇", ["南街社区", "江坝村", "正兴村"]), ("北岭乡", ["圩背村"])])
    ]


def test_a_place_whose_parent_is_left_out_is_a_root(county):
    assert shorts(queries.tree(Place.objects.within(county).communities())) == [
        "南街社区",
        "江坝村",
        "正兴村",
        "圩背村",
    ]


@pytest.mark.parametrize(("code", "count"), [("990101000000", 7), ("990101100000", 4), ("990101100200", 1)])
def test_within_is_the_place_and_all_below(county, code, count):
    assert Place.objects.within(Place.objects.get(code=code)).count() == count


def test_a_person_counts_once_in_each_place_above(county):
    villages = list(Place.objects.filter(code__in=["990101100200", "990101100201"]))
    person("p1").communities.set(villages)
    person("p2").communities.set(villages[:1])
    person("p3", is_active=False).communities.set(villages)
    (top,) = queries.tree(Place.objects.within(county), people=True)
    town = top.children[0]
    assert (top.people, town.people, [node.people for node in town.children]) == (2, 2, [0, 2, 1])
    assert queries.people_in(county) == 2


def test_the_scope_tree_ticks_what_is_chosen(county):
    actions.serve(["990101100200", "990101100201"], by=None, at=AT, why="试")
    chosen = Place.objects.get(code="990101100201").pk
    (top,) = [node for node in queries.tree(chosen={chosen}) if node.place.code == county.code]
    assert [(node.place.short, node.is_chosen) for node in top.children[0].children] == [
        ("江坝村", False), ("正兴村", True),
    ]  # fmt: skip


def test_figures_count_each_kind(county):
    counted = queries.figures(queries.tree(Place.objects.within(county)))
    assert counted == {"county": 1, "township": 2, "community": 4, "villages": 3}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("jbc", ["江坝村"]),
        ("JB", ["江坝村"]),
        ("jiang ba", ["江坝村"]),
        ("江坝", ["江坝村"]),
        ("江壩", ["江坝村"]),
        ("江坝村委会", ["江坝村"]),
        ("xubei", ["圩背村"]),
        ("weibei", ["圩背村"]),
        ("xbc", ["圩背村"]),
        ("南街居委会", ["南街社区"]),
        ("990101100200", ["江坝村"]),
        ("990101100", ["东岭镇", "南街社区", "江坝村", "正兴村"]),
        ("东岭", ["东岭镇"]),
        ("没有", []),
        ("???", []),
        ("%", []),
        ("_", []),
        ("", []),
        ("   ", []),
    ],
)
def test_search_by_sound_name_and_code(county, typed, found):
    assert [p.short for p in queries.search(typed, among=Place.objects.within(county))] == found


def test_whole_before_beginning_before_inside_and_served_before_others(county):
    rows = [Row("990101100400", "坝村委会"), Row("990101100401", "坝头村委会"), Row("990101100402", "新坝村委会"),
            Row("990101100403", "坝尾村委会")]  # fmt: skip
    actions.put(rows, by=None, at=AT, source="test")
    actions.serve(["990101100403"], by=None, at=AT, why="试")
    found = [p.short for p in queries.search("坝", among=Place.objects.within(county))]
    assert found == ["坝尾村", "坝村", "坝头村", "江坝村", "新坝村"]


def test_search_leaves_out_what_is_retired_and_stops_at_ten(county):
    many(15)
    actions.retire("990101100300", by=None, at=AT, why="试")
    found = queries.search("xin", among=Place.objects.within(county).filter(retired_on__isnull=True))
    assert len(found) == 10
    assert "新300村" not in [p.short for p in found]


@pytest.mark.parametrize("count", [1, 50])
def test_trees_and_search_take_a_fixed_number_of_queries(county, count, django_assert_num_queries):
    many(count)
    below = Place.objects.within(county)
    with django_assert_num_queries(1):
        queries.tree(below)
    with django_assert_num_queries(2):
        queries.tree(below, people=True)
    with django_assert_num_queries(1):
        queries.tree()
    with django_assert_num_queries(1):
        assert queries.search("xin", among=below)[0].full_name.startswith("试验县东岭镇新")


@pytest.mark.parametrize("count", [1, 50])
def test_a_list_takes_a_fixed_number_of_queries(county, count, django_assert_num_queries):
    rows = [*TEST_LIST, *(Row(f"990101200{n:03}", f"新{n}村委会") for n in range(300, 300 + count))]
    with django_assert_num_queries(7):
        actions.put(rows, by=None, at=AT, source="test")

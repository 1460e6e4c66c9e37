"""Finding a place by what somebody types, and the district as a tree."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.places.conftest import AT
from twinloop.places import actions, queries
from twinloop.places.lists import Row
from twinloop.places.models import Place, PlaceQuery


def among() -> PlaceQuery:
    return Place.objects.filter(code__startswith="990101")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("江坝村", "江坝村"),
        ("江坝", "江坝村"),
        ("坝", "江坝村"),
        ("江坝村委会", "江坝村"),
        ("江壩", "江坝村"),
        ("jiangbacun", "江坝村"),
        ("JiangBa", "江坝村"),
        ("jbc", "江坝村"),
        ("xbc", "圩背村"),
        ("weibei", "圩背村"),
        ("bacun", "江坝村"),
        ("990101100200", "江坝村"),
        ("990101", "试验县"),
        ("9901012", "北岭乡"),
        (" 南街 ", "南街社区"),
    ],
)
def test_place_is_found_first(county: Place, typed: str, first: str) -> None:
    assert queries.search(typed, among=among())[0].short == first


@pytest.mark.parametrize("typed", ["", "   ", "zzz", "不存在", "%", "_", "'; --", "1", "\\"])
def test_nothing_fits(county: Place, typed: str) -> None:
    assert queries.search(typed, among=among()) == []


def test_whole_comes_before_beginning_before_inside(county: Place) -> None:
    actions.put(
        [
            Row("990101100210", "大江坝村委会"),
            Row("990101100211", "江坝村村委会"),
            Row("990101100212", "江坝新村村委会"),
        ],
        by=None, at=AT, source="test",
    )  # fmt: skip

    found = [place.short for place in queries.search("江坝村", among=among())]

    assert sorted(found[:2]) == ["江坝村", "江坝村"]
    assert found[2:] == ["大江坝村"]


def test_served_places_come_first(county: Place) -> None:
    actions.serve(["990101200200"], by=None, at=AT, why="试")

    assert [place.short for place in queries.search("岭", among=among())] == ["北岭乡", "东岭镇"]


def test_at_most_ten_are_given_in_one_query(county: Place) -> None:
    rows = [Row(f"9901011003{n:02}", f"新村{n}村委会") for n in range(50)]
    actions.put(rows, by=None, at=AT, source="test")

    with CaptureQueriesContext(connection) as asked:
        found = queries.search("新村", among=among())
        names = [place.full_name for place in found]

    assert len(names) == 10
    assert len(asked) == 1


def test_retired_places_are_not_offered(county: Place) -> None:
    actions.retire("990101100200", by=None, at=AT, why="并入")

    assert "990101100200" not in [place.code for place in queries.search("江坝村")]


def test_tree_has_every_served_place_under_its_parent(county: Place) -> None:
    actions.serve(["990101100200", "990101100001", "990101200200"], by=None, at=AT, why="试")

    (root,) = queries.tree(queries.served().filter(code__startswith="990101"))

    assert root.place.short == "试验县"
    assert root.communities == 3
    assert {node.place.short: [below.place.short for below in node.children] for node in root.children} == {
        "东岭镇": ["南街社区", "江坝村"],
        "北岭乡": ["圩背村"],
    }


def test_tree_without_the_places_above_has_several_roots(county: Place) -> None:
    roots = queries.tree(among().filter(kind="township"))

    assert [node.place.short for node in roots] == ["东岭镇", "北岭乡"]


@pytest.mark.parametrize("size", [1, 50])
def test_tree_asks_once_whatever_its_size(county: Place, size: int) -> None:
    rows = [Row(f"9901011003{n:02}", f"新村{n}村委会") for n in range(size)]
    actions.put(rows, by=None, at=AT, source="test")
    actions.serve([row.code for row in rows], by=None, at=AT, why="试")

    with CaptureQueriesContext(connection) as asked:
        (root,) = queries.tree(queries.served().filter(code__startswith="990101"))

    assert root.communities == size
    assert len(asked) == 1


def test_within_takes_only_what_stands_below(county: Place) -> None:
    town = Place.objects.get(code="990101100000")

    assert [place.short for place in Place.objects.within(town)] == ["东岭镇", "南街社区", "江坝村", "正兴村"]

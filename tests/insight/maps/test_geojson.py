"""Files of boundaries: what is read, where its middle lies, and what each bad one is told."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinloop.decide import Refused
from twinloop.insight.maps import geojson

SQUARE = [[115.0, 25.0], [115.2, 25.0], [115.2, 25.1], [115.0, 25.1], [115.0, 25.0]]
HOLE = [[115.05, 25.02], [115.05, 25.04], [115.1, 25.04], [115.05, 25.02]]


def file(*geometries: object, **more: object) -> bytes:
    found = [{"type": "Feature", "properties": {"name": "近村"}, "geometry": one} for one in geometries]
    return json.dumps({"type": "FeatureCollection", "features": found, **more}).encode()


def polygon(*rings: object, kind: str = "Polygon") -> dict[str, object]:
    return {"type": kind, "coordinates": list(rings)}


def wrong(geometry: object) -> str:
    found = geojson.read(file(geometry)).features[0].wrong
    return found.code if found else ""


def test_a_polygon_with_a_hole_a_multipolygon_and_a_point_are_read():
    whole, many, point = geojson.read(
        file(polygon(SQUARE, HOLE), polygon([SQUARE], [SQUARE], kind="MultiPolygon"),
             {"type": "Point", "coordinates": [115.1234567, 25.7654321, 300]})
    ).features  # fmt: skip
    assert whole.polygons is not None
    assert [len(ring) for ring in whole.polygons[0]] == [5, 4]
    assert (whole.longitude, whole.latitude) == (115.1, 25.05)
    assert many.polygons is not None
    assert len(many.polygons) == 2
    assert (point.polygons, point.longitude, point.latitude) == (None, 115.123457, 25.765432)


def test_the_middle_of_a_hook_lies_within_it():
    hook = [[0, 0], [10, 0], [10, 1], [1, 1], [1, 9], [10, 9], [10, 10], [0, 10], [0, 0]]
    one = geojson.read(file(polygon(hook))).features[0]
    assert 0 < one.longitude < 1
    assert one.latitude == 5


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (None, "kind"),
        ({"type": "LineString", "coordinates": SQUARE}, "kind"),
        ({"type": "Polygon"}, "hollow"),
        (polygon(), "hollow"),
        (polygon("x"), "hollow"),
        (polygon([], kind="MultiPolygon"), "hollow"),
        (polygon(SQUARE[:3]), "short"),
        (polygon(SQUARE[:4]), "open"),
        (polygon([[1, 1], [2, 2], [3, 3], [1, 1]]), "flat"),
        (polygon([["115", 25], *SQUARE[1:]]), "position"),
        (polygon([[True, 25], *SQUARE[1:]]), "position"),
        (polygon([[115], *SQUARE[1:]]), "position"),
        (polygon([[10**400, 25], *SQUARE[1:]]), "position"),
        (polygon([[25.0, 115.0], *SQUARE[1:]]), "turned"),
        (polygon([[39_450_000.0, 2_800_000.0], *SQUARE[1:]]), "range"),
    ],
)
def test_each_bad_geometry_is_told_its_own_reason(geometry, code):
    assert wrong(geometry) == code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "map_file_text"),
        (b"\xff\xfe{}", "map_file_text"),
        (b"{", "map_file_text"),
        (b"[" * 200_000, "map_file_text"),
        (b'{"type":"FeatureCollection","features":[NaN]}', "map_file_text"),
        (b"[]", "map_file_kind"),
        (b'{"type":"Topology"}', "map_file_kind"),
        (b'{"type":"FeatureCollection","features":{}}', "map_file_kind"),
        (file(), "map_file_empty"),
        (file(polygon(SQUARE), crs={"properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}), "map_file_crs"),
        (b" " * (geojson.LIMIT + 1), "map_file_large"),
        (file(*[None] * (geojson.FEATURES + 1)), "map_file_many"),
    ],
)
def test_what_is_no_such_file_is_refused_as_a_whole(content, code):
    with pytest.raises(Refused) as refused:
        geojson.read(content)
    assert refused.value.code == code


def test_too_many_points_are_refused(monkeypatch):
    monkeypatch.setattr(geojson, "POINTS", 9)
    with pytest.raises(Refused, match="map_file_points"):
        geojson.read(file(polygon(SQUARE), polygon(SQUARE)))


def test_wgs84_said_in_words_of_its_own_is_fine_and_so_is_a_byte_order_mark():
    held = file(polygon(SQUARE), crs={"properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}})
    assert geojson.read(b"\xef\xbb\xbf" + held).features[0].wrong is None


def test_properties_are_told_as_text_and_nothing_else():
    one = geojson.Feature(1, {"code": 990001001201, "b": 990001001201.0, "f": 1.5, "t": True, "l": [1], "n": None})
    assert [one.said(name) for name in ("code", "b", "f", "t", "l", "n", "missing", "")] == [
        "990001001201", "990001001201", "1.5", "", "", "", "", "",
    ]  # fmt: skip


@given(st.integers(3, 40), st.floats(-170, 170), st.floats(-80, 80), st.floats(0.01, 5), st.floats(0, 6.28))
def test_the_middle_of_a_regular_ring_is_its_centre(corners, longitude, latitude, size, turn):
    ring = [
        (longitude + size * math.cos(turn + 2 * math.pi * n / corners),
         latitude + size * math.sin(turn + 2 * math.pi * n / corners))
        for n in range(corners)
    ]  # fmt: skip
    found = geojson.inside([[*ring, ring[0]]])
    assert found == pytest.approx((longitude, latitude), abs=1e-5)


NAMES = st.sampled_from(["type", "coordinates", "features", "geometry", "properties"])
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(), lambda held: st.lists(held) | st.dictionaries(NAMES, held)
)


@given(JSON)
def test_nothing_that_is_json_breaks_the_reader(held):
    content = json.dumps({"type": "FeatureCollection", "features": [held]}).encode()
    try:
        found = geojson.read(content)
    except Refused:
        return
    assert all(one.wrong is not None or one.latitude is not None for one in found.features)

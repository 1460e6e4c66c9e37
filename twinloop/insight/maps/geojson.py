"""A file of boundaries as its user brings it (GeoJSON, RFC 7946): read whole, judged feature by feature.

Polygon, MultiPolygon or Point; longitude before latitude in degrees of WGS84. Plain Python: no database, no page.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from twinloop.decide import Refused

LIMIT = 20 * 2**20  # bytes
FEATURES, POINTS = 5_000, 300_000
PLACES = 6  # decimals kept: a tenth of a metre
LEAST = 1e-10  # square degrees, about one square metre: less is a line
OURS = ("CRS84", "EPSG::4326", "EPSG:4326", "WGS84", "WGS 84")

Ring = list[tuple[float, float]]
Polygons = list[list[Ring]]


class ShapeError(Exception):
    """Why one feature cannot be used: a code of `words.WRONG` and what its sentence names."""

    def __init__(self, code: str, /, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True)
class Feature:
    """One of the file, counted from 1. `polygons` None: a point. `wrong`: why its geometry cannot be used."""

    number: int
    properties: Mapping[str, Any]
    polygons: Polygons | None = None
    longitude: float = 0.0
    latitude: float = 0.0
    wrong: ShapeError | None = None

    def said(self, name: str) -> str:
        """What a property holds, as text; nothing where it is missing, a list or an object."""
        value = self.properties.get(name) if name else None
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            return ""
        return f"{value:.0f}" if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else str(value)


@dataclass(frozen=True)
class File:
    digest: str  # SHA-256 of what came
    features: Sequence[Feature]
    names: Sequence[str] = field(default_factory=tuple)  # properties in the order in which they first stand


def read(content: bytes) -> File:
    """The file, its features good and bad. Raises `Refused` for what is no such file at all."""
    if len(content) > LIMIT:
        raise Refused("map_file_large", mib=LIMIT // 2**20)
    given = _features(_parsed(content))
    if not given:
        raise Refused("map_file_empty")
    if len(given) > FEATURES:
        raise Refused("map_file_many", most=FEATURES)
    features = [_feature(number, one) for number, one in enumerate(given, 1)]
    if sum(len(ring) for one in features for rings in one.polygons or [] for ring in rings) > POINTS:
        raise Refused("map_file_points", most=POINTS)
    names = tuple(dict.fromkeys(name for one in features for name in one.properties))
    return File(hashlib.sha256(content).hexdigest(), features, names)


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_constant)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise Refused("map_file_text") from None


def _constant(word: str) -> float:
    raise ValueError(word)  # NaN and Infinity are not JSON


def _features(found: Any) -> list[Any]:
    if isinstance(found, dict) and found.get("type") == "Feature":
        return [found]
    if not isinstance(found, dict) or found.get("type") != "FeatureCollection":
        raise Refused("map_file_kind")
    if not isinstance(found.get("features"), list):
        raise Refused("map_file_kind")
    if "crs" in found and not any(one in json.dumps(found["crs"]) for one in OURS):
        raise Refused("map_file_crs")
    return list(found["features"])


def _feature(number: int, one: Any) -> Feature:
    held = one.get("properties") if isinstance(one, dict) else None
    properties = {str(name): value for name, value in held.items()} if isinstance(held, dict) else {}
    try:
        polygons, (longitude, latitude) = _geometry(one.get("geometry") if isinstance(one, dict) else None)
    except ShapeError as wrong:
        return Feature(number, properties, wrong=wrong)
    return Feature(number, properties, polygons, longitude, latitude)


def _geometry(one: Any) -> tuple[Polygons | None, tuple[float, float]]:
    kind = one.get("type") if isinstance(one, dict) else None
    held = one.get("coordinates") if isinstance(one, dict) else None
    if kind == "Point":
        return None, _position(held)
    if kind not in ("Polygon", "MultiPolygon"):
        raise ShapeError("kind", kind=str(kind)[:40] if kind else "—")
    if not isinstance(held, list) or not held:
        raise ShapeError("hollow")
    polygons = [_polygon(rings) for rings in ([held] if kind == "Polygon" else held)]
    return polygons, inside(max(polygons, key=lambda rings: abs(area(rings[0]))))


def _polygon(rings: Any) -> list[Ring]:
    if not isinstance(rings, list) or not rings:
        raise ShapeError("hollow")
    return [_ring(ring) for ring in rings]


def _ring(ring: Any) -> Ring:
    if not isinstance(ring, list):
        raise ShapeError("hollow")
    found = [_position(one) for one in ring]
    if len(found) < 4:
        raise ShapeError("short", points=len(found))
    if found[0] != found[-1]:
        raise ShapeError("open")
    if abs(area(found)) < LEAST:
        raise ShapeError("flat")
    return found


def _position(one: Any) -> tuple[float, float]:
    if not isinstance(one, list) or not 2 <= len(one) <= 4:
        raise ShapeError("position")
    if any(isinstance(value, bool) or not isinstance(value, (int, float)) for value in one):
        raise ShapeError("position")
    try:
        longitude, latitude = float(one[0]), float(one[1])
    except OverflowError:
        raise ShapeError("position") from None
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        turned = -90 <= longitude <= 90 and -180 <= latitude <= 180
        raise ShapeError("turned" if turned else "range", longitude=f"{longitude:.6g}", latitude=f"{latitude:.6g}")
    return round(longitude, PLACES), round(latitude, PLACES)


def area(ring: Ring) -> float:
    """Signed, in square degrees (the shoelace formula)."""
    pairs = itertools.pairwise(ring)
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs) / 2


def inside(rings: Sequence[Ring]) -> tuple[float, float]:
    """A point within a polygon: its centre of area, or where that lies outside, the middle of the widest stretch at
    its height."""
    longitude, latitude = _centre(rings[0])
    cuts = sorted(x for ring in rings for x in _cuts(ring, latitude))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    if spans and not any(start <= longitude <= end for start, end in spans):
        start, end = max(spans, key=lambda span: span[1] - span[0])
        longitude = (start + end) / 2
    return round(longitude, PLACES), round(latitude, PLACES)


def _centre(ring: Ring) -> tuple[float, float]:
    x0, y0 = ring[0]  # from a corner on: the differences keep their digits
    whole = x = y = 0.0
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        cross = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        whole += cross
        x += cross * (x1 + x2 - 2 * x0)
        y += cross * (y1 + y2 - 2 * y0)
    return x0 + x / (3 * whole), y0 + y / (3 * whole)


def _cuts(ring: Ring, latitude: float) -> list[float]:
    """Where a line of latitude crosses a ring."""
    return [
        x1 + (latitude - y1) * (x2 - x1) / (y2 - y1)
        for (x1, y1), (x2, y2) in itertools.pairwise(ring)
        if (y1 > latitude) != (y2 > latitude)
    ]

"""What a file of boundaries would bring: feature by feature to which community, and why the others to none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from twinloop.decide.hotspots import Spot, kilometres
from twinloop.insight.maps import queries, words
from twinloop.insight.maps.geojson import Feature, File, ShapeError
from twinloop.insight.maps.models import Layer, Shape
from twinloop.places.models import Place

FAR = 50.0  # kilometres from where a community lay before: worth a second look
MOST_PEOPLE = 10_000_000
GUESSES = {
    "code": ("code", "区划代码", "统计用区划代码", "代码", "村居代码", "adcode", "dm"),
    "name": ("name", "名称", "村居", "村居名称", "社区", "community", "mc"),
    "people": ("people", "population", "人口", "常住人口", "户籍人口"),
}


@dataclass(frozen=True)
class Columns:
    """Which property says what; empty: none does."""

    code: str = ""
    name: str = ""
    people: str = ""

    @classmethod
    def of(cls, names: Sequence[str], chosen: Mapping[str, str]) -> Columns:
        """Those chosen by hand where the file has them, else as guessed by their names."""
        small = {name.strip().lower(): name for name in reversed(names)}
        guessed = {
            part: next((small[word] for word in guesses if word in small), "") for part, guesses in GUESSES.items()
        }
        given = {part: chosen[part] for part in GUESSES if part in chosen and chosen[part] in ("", *names)}
        return cls(**{**guessed, **given})


@dataclass(frozen=True)
class Good:
    feature: Feature
    place: Place
    people: int | None
    before: Shape | None  # what holds now
    away: float | None  # kilometres from where it lies now; None where that is unknown or drawn

    @property
    def is_far(self) -> bool:
        return self.away is not None and self.away > FAR

    @property
    def points(self) -> int:
        return sum(len(ring) for rings in self.feature.polygons or [] for ring in rings)


@dataclass(frozen=True)
class Bad:
    number: int
    label: str
    wrong: ShapeError

    @property
    def sentence(self) -> str:
        return str(words.WRONG[self.wrong.code]).format(**self.wrong.facts)


@dataclass(frozen=True)
class Draft:
    digest: str
    names: Sequence[str]
    columns: Columns
    good: Sequence[Good]
    bad: Sequence[Bad]
    missing: Sequence[Place]  # served communities that would still have no boundary

    @property
    def replaced(self) -> int:
        return sum(one.before is not None for one in self.good)

    @property
    def far(self) -> int:
        return sum(one.is_far for one in self.good)


def draft(file: File, chosen: Mapping[str, str]) -> Draft:
    """Three queries, whatever the size of the file. Writes nothing."""
    columns = Columns.of(file.names, chosen)
    served = list(queries.communities())
    now = {shape.place_id: shape for shape in queries.shapes_of(served)}
    finder, taken = _Finder(served), dict[int, int]()
    good: list[Good] = []
    bad: list[Bad] = []
    for feature in file.features:
        try:
            one = _good(feature, columns, finder, now)
            if one.place.pk in taken:
                raise ShapeError("twice", place=one.place.short, other=taken[one.place.pk])
        except ShapeError as wrong:
            bad.append(Bad(feature.number, _label(feature, columns), wrong))
        else:
            taken[one.place.pk] = feature.number
            good.append(one)
    drawn = {one.place.pk for one in good if one.feature.polygons} | queries.bounded(served)
    return Draft(file.digest, file.names, columns, good, bad, [place for place in served if place.pk not in drawn])


def _label(feature: Feature, columns: Columns) -> str:
    """Code and name as the file has them; without either its first property that says something."""
    own = [feature.said(columns.code), feature.said(columns.name)]
    told = [text for text in own if text] or [text for name in feature.properties if (text := feature.said(name))][:1]
    return " ".join(told)[:80]


def _good(feature: Feature, columns: Columns, finder: _Finder, now: Mapping[int, Shape]) -> Good:
    if feature.wrong is not None:
        raise feature.wrong
    place = finder.find(feature.said(columns.code).strip(), feature.said(columns.name))
    before = now.get(place.pk)
    return Good(feature, place, _people(feature.said(columns.people)), before, _away(feature, place, before))


def _people(text: str) -> int | None:
    if not text.strip():
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and 0 < int(text) <= MOST_PEOPLE):
        raise ShapeError("people", text=text[:20])
    return int(text)


def _away(feature: Feature, place: Place, before: Shape | None) -> float | None:
    here = Spot(id=0, now=0, latitude=feature.latitude, longitude=feature.longitude)
    if before is not None:
        return kilometres(here, Spot(id=1, now=0, latitude=before.latitude, longitude=before.longitude))
    if place.latitude is None or place.longitude is None or place.is_schematic:
        return None
    return kilometres(here, Spot(id=1, now=0, latitude=float(place.latitude), longitude=float(place.longitude)))


class _Finder:
    """The community of a code, else of a name that only one of the district has."""

    def __init__(self, served: Iterable[Place]) -> None:
        self.by_code: dict[str, Place] = {}
        self.by_name: dict[str, dict[int, Place]] = defaultdict(dict)
        for place in served:
            self.by_code[place.code] = place
            for name in (place.name, place.short):
                self.by_name["".join(name.split())][place.pk] = place

    def find(self, code: str, name: str) -> Place:
        """Raises `ShapeError`. A code that is there must be one of ours: a name does not overrule it."""
        if code:
            if code not in self.by_code:
                raise ShapeError("code", code=code[:20])
            return self.by_code[code]
        plain = "".join(name.split())
        if not plain:
            raise ShapeError("nameless")
        found = list(self.by_name.get(plain, {}).values())
        if len(found) != 1:
            raise ShapeError("many" if found else "unknown", name=plain[:30], count=len(found))
        return found[0]


def rows(draft: Draft, layer: Layer) -> list[Shape]:
    """What is written, all at once."""
    return [
        Shape(
            layer=layer, place=one.place, rings=one.feature.polygons, latitude=one.feature.latitude,
            longitude=one.feature.longitude, people=one.people,
        )
        for one in draft.good
    ]  # fmt: skip

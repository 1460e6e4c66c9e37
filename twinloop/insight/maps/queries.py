"""What the map counts. Numbers of the whole district for whoever may open it; rows only within one's scope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from twinloop.cases import visibility
from twinloop.cases.models import Dispute, Incident, IncidentLink
from twinloop.decide.hotspots import Cluster, Reading, Spot, read
from twinloop.discovery.patrols import queries as patrols
from twinloop.discovery.patrols.heavy import Heavy
from twinloop.edge.masks import mask_text
from twinloop.insight.maps.models import Ground, Layer, Shape
from twinloop.insight.maps.windows import Weeks
from twinloop.ledger.sight import SYSTEM, Scope, see_as
from twinloop.places.models import Place

VIEWERS = ("dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau")
SETTERS = ("system_admin", "bureau")
PLANNERS = patrols.KEEPERS
FEW = 3  # of what one may not open, fewer than this are not told: a quarrel of a village is known by its neighbours
DONE = ("settled", "closed", "merged", "transferred")


@dataclass(frozen=True)
class Ask:
    """What is counted: disputes by their registration, incidents by their receipt."""

    weeks: Weeks
    of: str = "disputes"
    kind: str = ""
    type: str = ""  # A1, or A for the whole category
    level: int | None = None
    open: bool = False

    def rows(self, scope: Scope, start: datetime, end: datetime) -> QuerySet[Any]:
        return self._disputes(scope, start, end) if self.of == "disputes" else self._incidents(scope, start, end)

    def _disputes(self, scope: Scope, start: datetime, end: datetime) -> QuerySet[Dispute]:
        found = visibility.disputes(scope).filter(registered_at__gte=start, registered_at__lt=end)
        found = found.filter(self._narrowed("type_code", "level")).exclude(state="merged")
        return found.exclude(state__in=DONE) if self.open else found

    def _incidents(self, scope: Scope, start: datetime, end: datetime) -> QuerySet[Incident]:
        found = visibility.near_incidents(scope).filter(received_at__gte=start, received_at__lt=end)
        if self.kind:
            found = found.annotate(now_kind=Coalesce(NullIf("confirmed_kind", Value("")), "reported_kind"))
            found = found.filter(now_kind=self.kind)
        if self.type:
            found = found.annotate(now_type=Coalesce(NullIf("confirmed_type", Value("")), "reported_type"))
            found = found.filter(now_type__startswith=self.type)
        if self.level or self.open:  # an incident has no level of its own: that of its dispute
            linked = IncidentLink.objects.filter(incident=OuterRef("pk"), unlinked_at__isnull=True)
            if self.level:
                linked = linked.filter(dispute__level=self.level)
            found = found.filter(Exists(linked.exclude(dispute__state__in=DONE) if self.open else linked))
        return found

    def _narrowed(self, kind: str, level: str) -> Q:
        asked = Q(**{f"{kind}__startswith": self.type}) if self.type else Q()
        return asked & (Q(**{level: self.level}) if self.level else Q())

    def counts(self, scope: Scope, start: datetime, end: datetime) -> dict[int, int]:
        """By community. One query."""
        rows = self.rows(scope, start, end).filter(place__isnull=False).order_by()
        return dict(rows.values_list("place").annotate(n=Count("pk")))


@dataclass(frozen=True)
class Mark:
    """One community on the map. `seen`: how many one may open; `whole`: how many there are."""

    place: Place
    seen: int
    whole: int
    latitude: float | None
    longitude: float | None
    is_schematic: bool
    people: int | None = None
    expected: float | None = None
    cluster: Cluster | None = None

    @property
    def is_few(self) -> bool:
        """Some are outside one's scope, and too few to be told."""
        return 0 < self.whole - self.seen < FEW

    @property
    def shown(self) -> int | None:
        """None where only `least` is told."""
        return None if self.is_few else self.whole

    @property
    def drawn(self) -> int:
        """What the drawing is sized by: never more than is told."""
        return self.seen + 1 if self.is_few else self.whole

    @property
    def times(self) -> float | None:
        """Nothing where it would give a hidden number away, or rest on nearly nothing."""
        return None if self.is_few or not self.expected else self.whole / self.expected


@dataclass(frozen=True)
class Hot:
    """A group that stands out of chance, with its communities. `count` None: it would give a hidden number away."""

    cluster: Cluster
    places: Sequence[Place]
    count: int | None

    @property
    def percent(self) -> float:
        return 100 * self.cluster.chance


@dataclass(frozen=True)
class Map:
    marks: Sequence[Mark]
    reading: Reading
    nowhere: int  # of what one may see, without a community
    is_schematic: bool

    @cached_property
    def hot(self) -> list[Hot]:
        by_place = {mark.place.pk: mark for mark in self.marks}
        return [
            Hot(
                one, [by_place[pk].place for pk in one.ids],
                None if any(by_place[pk].is_few for pk in one.ids) else one.count,
            )
            for one in self.reading.clusters
        ]  # fmt: skip

    @property
    def seen(self) -> int:
        return sum(mark.seen for mark in self.marks)

    @property
    def outside(self) -> bool:
        return any(mark.whole > mark.seen for mark in self.marks)

    @property
    def placed(self) -> bool:
        return any(mark.latitude is not None for mark in self.marks)


def draw(ask: Ask, scope: Scope, *, places: Iterable[Place] | None = None) -> Map:
    """The map for a viewer: six queries. `places`: only these, counted as far as `scope` goes (the wall)."""
    own = places is not None
    served = list(places) if places is not None else list(communities())
    window = ask.weeks.window
    seen = ask.counts(scope, window.start, window.end)
    if own or scope.sees_all:
        whole, past = seen, ask.counts(scope, *ask.weeks.past)
    else:
        with see_as(SYSTEM) as everything:
            whole = ask.counts(everything, window.start, window.end)
            past = ask.counts(everything, *ask.weeks.past)
    shapes = {shape.place_id: shape for shape in shapes_of(served)}
    bare = [_mark(place, seen, whole, shapes.get(place.pk)) for place in served]
    reading = _read(tuple(_spot(mark, past.get(mark.place.pk, 0)) for mark in bare))
    marks = [
        Mark(**{
            **vars(mark), "expected": reading.expected.get(mark.place.pk), "cluster": reading.cluster_of(mark.place.pk),
        })
        for mark in bare
    ]  # fmt: skip
    marks.sort(key=lambda mark: (mark.cluster is None, -mark.drawn, mark.place.code))
    nowhere = ask.rows(scope, window.start, window.end).filter(place__isnull=True).count()
    return Map(marks, reading, nowhere, any(mark.is_schematic for mark in marks))


@lru_cache(maxsize=64)
def _read(spots: tuple[Spot, ...]) -> Reading:
    """The same figures give the same answer: the draws of chance are made once, however often a wall asks."""
    return read(spots)


def communities() -> QuerySet[Place]:
    return Place.objects.served().communities().order_by("code")


def _mark(place: Place, seen: dict[int, int], whole: dict[int, int], shape: Shape | None) -> Mark:
    where = (shape.latitude, shape.longitude) if shape else (_number(place.latitude), _number(place.longitude))
    own, every = seen.get(place.pk, 0), whole.get(place.pk, 0)
    # the two were counted a moment apart: what one may open is never more than there is
    return Mark(
        place, own, max(every, own), *where, is_schematic=shape is None and place.is_schematic,
        people=shape.people if shape else None,
    )  # fmt: skip


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _spot(mark: Mark, past: int) -> Spot:
    return Spot(
        id=mark.place.pk, now=mark.whole, past=past, people=mark.people, latitude=mark.latitude,
        longitude=mark.longitude,
    )  # fmt: skip


def rows(ask: Ask, place: Place, scope: Scope) -> QuerySet[Any]:
    """What is behind a community's number, as far as the viewer may see it: the newest first."""
    window = ask.weeks.window
    found = ask.rows(scope, window.start, window.end).filter(place=place)
    if ask.of == "disputes":
        return found.select_related("place", "station").order_by("-registered_at", "-pk")
    return found.order_by("-received_at", "-pk")


@dataclass(frozen=True)
class Line:
    """A row as the page lists it: an incident with its dispute, or a dispute itself; titles masked."""

    row: Any
    dispute: Dispute | None

    @property
    def title(self) -> str:
        return mask_text(self.dispute.title) if self.dispute else ""


def lines(ask: Ask, found: Sequence[Any], scope: Scope) -> list[Line]:
    if ask.of == "disputes":
        return [Line(row, row) for row in found]
    known = disputes_of(found, scope)
    return [Line(row, known.get(row.pk)) for row in found]


def disputes_of(incidents: Iterable[Incident], scope: Scope) -> dict[int, Dispute]:
    """Incident → the dispute that it belongs to, where the viewer may see that. One query."""
    links = IncidentLink.objects.filter(
        incident__in=[one.pk for one in incidents], unlinked_at__isnull=True,
        dispute__in=visibility.disputes(scope),
    ).select_related("dispute")  # fmt: skip
    return {link.incident_id: link.dispute for link in links}


def whole_of(ask: Ask, place: Place, scope: Scope) -> Mark:
    """How many a community has, as its mark says it."""
    window = ask.weeks.window
    seen = ask.rows(scope, window.start, window.end).filter(place=place).count()
    whole = seen
    if not scope.sees_all:
        with see_as(SYSTEM) as everything:
            whole = ask.rows(everything, window.start, window.end).filter(place=place).count()
    return Mark(place, seen, max(whole, seen), None, None, False)


def heavy_at(place: Place, scope: Scope, *, at: datetime) -> list[tuple[Heavy, str]]:
    """Addresses of a community, masked too, that call far more than usual and are on no patrol plan yet: patrols'
    own rule."""
    found = patrols.call_heavy(scope, at=at)
    return [(one, mask_text(one.counted.address)) for one, where in found if where.pk == place.pk]


# --- what the user brought --------------------------------------------------------------------------------------------


def shapes_of(places: Iterable[Place]) -> list[Shape]:
    """Of each community what the newest layer in use says of it. One query; without the boundaries."""
    found = Shape.objects.filter(place__in=[place.pk for place in places], layer__undone_at__isnull=True)
    return list(found.order_by("place_id", "-layer__at", "-layer_id").distinct("place_id").defer("rings"))


def boundaries(places: QuerySet[Place] | None = None) -> list[dict[str, Any]]:
    """Code and polygons of every community that has a boundary, or of these, as the page draws them."""
    served = communities() if places is None else places
    found = Shape.objects.filter(place__in=served.order_by().values("pk"), layer__undone_at__isnull=True)
    newest = found.order_by("place_id", "-layer__at", "-layer_id").distinct("place_id").select_related("place")
    return [{"code": shape.place.code, "polygons": shape.rings} for shape in newest if shape.rings]


def bounded(places: Iterable[Place]) -> set[int]:
    """Those of the communities whose newest layer in use has a boundary, not a point. One query."""
    found = Shape.objects.filter(place__in=[place.pk for place in places], layer__undone_at__isnull=True)
    newest = found.order_by("place_id", "-layer__at", "-layer_id").distinct("place_id")
    return set(Shape.objects.filter(pk__in=newest.values("pk"), rings__isnull=False).values_list("place", flat=True))


def layers() -> QuerySet[Layer]:
    return Layer.objects.select_related("by", "undone_by").annotate(count=Count("shapes"))


def ground() -> Ground | None:
    """The tiles in use; None where there are none."""
    newest = Ground.objects.order_by("-pk").select_related("by").first()
    return newest if newest and newest.address else None

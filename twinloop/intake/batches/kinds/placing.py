"""Where an imported record happened: by a code that it carries, else by a name of the district in its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from twinloop.people.models import Unit
from twinloop.places.models import Place


@dataclass
class District:
    """Read once a batch: a few hundred places, not one query a row."""

    by_code: dict[str, int]
    names: list[tuple[str, int]]  # the longest first; a name that two places share is none
    stations: dict[int, int | None]
    units: dict[str, int]
    starts: dict[str, list[int]] = field(init=False)  # first two characters → names, by their place in the list

    def __post_init__(self) -> None:
        self.starts = {}
        for rank, (name, _pk) in enumerate(self.names):
            self.starts.setdefault(name[:2], []).append(rank)

    def place(self, code: str, address: str) -> int | None:
        """A township or community of the district. A county's code says nothing that the district did not know."""
        found = self.by_code.get(code.ljust(12, "0")) if len(code) in (9, 12) else None
        if found is not None or not address:
            return found
        starts, names = self.starts, self.names
        # some hundred names are not looked for one by one in every row
        there = [starts[two] for two in map("".join, pairwise(address)) if two in starts]
        ranks = sorted({rank for some in there for rank in some}) if there else ()
        return next((names[rank][1] for rank in ranks if names[rank][0] in address), None)

    def station(self, place: int | None, unit: str = "") -> int | None:
        """The unit that the record names, where it is a station of ours, else that of the place."""
        return self.units.get(unit) or self.stations.get(place or 0)


def district() -> District:
    places = list(Place.objects.served().exclude(kind=Place.Kind.COUNTY).select_related("parent"))
    called: dict[str, set[int]] = {}
    for place in places:
        for name in {place.name, place.short}:
            called.setdefault(name, set()).add(place.pk)
    sole = [(name, next(iter(pks))) for name, pks in called.items() if len(pks) == 1 and len(name) > 1]
    kinds = {place.pk: place.kind for place in places}
    # 潭口镇江坝村: the community says more than its township
    sole.sort(key=lambda pair: (kinds[pair[1]] != Place.Kind.COMMUNITY, -len(pair[0])))
    units = Unit.objects.filter(kind=Unit.Kind.STATION, closed_on__isnull=True)
    serving: dict[int, int] = {}
    for place_pk, unit_pk in units.order_by("-code").values_list("places", "pk"):
        serving[place_pk] = unit_pk  # the first by code stays
    return District(
        by_code={place.code: place.pk for place in places},
        names=sole,
        stations={place.pk: _nearest(place, serving) for place in places},
        units=dict(units.values_list("code", "pk")),
    )


def _nearest(place: Place | None, serving: Mapping[int, int]) -> int | None:
    """As `cases.queries.station_for` says of one place: its own station, else that of the place above."""
    while place is not None:
        if place.pk in serving:
            return serving[place.pk]
        place = place.parent
    return None

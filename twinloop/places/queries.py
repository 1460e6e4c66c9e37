"""Reading places: trees, search by sound, what a list would change."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.db.models.functions import Left

from twinloop.decide import Refused
from twinloop.edge.searchkeys import pinyin_key, simplified
from twinloop.places import words
from twinloop.places.lists import BadRow, Reading, Row
from twinloop.places.models import Place, PlaceQuery, above, kind_of, prefix_of

LIMIT = 10


@dataclass
class Node:
    """A place with what stands below it. `people`: how many have it among their communities, itself and below."""

    place: Place
    children: list[Node] = field(default_factory=list)
    people: int = 0
    is_chosen: bool = False

    @property
    def communities(self) -> int:
        return sum(child.communities for child in self.children) or int(self.place.kind == Place.Kind.COMMUNITY)


def served() -> PlaceQuery:
    """The district that this installation serves."""
    return Place.objects.served()


def tree(places: PlaceQuery | None = None, *, chosen: Collection[int] = (), people: bool = False) -> list[Node]:
    """`places` (those served unless given) as trees in order of their codes: one query.

    A place whose parent is not among them is a root. `people` counts the active ones who work there: one query more.
    """
    places = places if places is not None else served()
    nodes: dict[str, Node] = {}
    roots: list[Node] = []
    for place in places.order_by("code"):
        node = nodes[place.code] = Node(place, is_chosen=place.pk in chosen)
        parent = nodes.get(above(place.code))
        (parent.children if parent else roots).append(node)
    if people:
        _count_people(nodes, places)
    return roots


def _count_people(nodes: dict[str, Node], places: PlaceQuery) -> None:
    """Each person once in every place, however many communities below it are theirs."""
    found: dict[str, set[int]] = {}
    for code, person in places.filter(people__is_active=True).values_list("code", "people"):
        here = code
        while here:
            found.setdefault(here, set()).add(person)
            here = above(here)
    for code, persons in found.items():
        if code in nodes:
            nodes[code].people = len(persons)


def figures(trees: Iterable[Node]) -> dict[str, int]:
    """What the trees hold: counties, townships, communities, and villages among these. No query."""
    counts = {"county": 0, "township": 0, "community": 0, "villages": 0}
    waiting = list(trees)
    while waiting:
        node = waiting.pop()
        waiting += node.children
        counts[node.place.kind] += 1
        counts["villages"] += node.place.kind == Place.Kind.COMMUNITY and node.place.is_village
    return counts


def below(place: Place) -> PlaceQuery:
    """The places directly under `place`, with those that are gone last."""
    return Place.objects.filter(parent=place).order_by(F("retired_on").asc(nulls_first=True), "code")


def people_in(place: Place) -> int:
    """How many active people have a community in `place` among theirs."""
    people = Place.objects.within(place).filter(people__is_active=True)
    return int(people.aggregate(n=Count("people", distinct=True))["n"])


def acts(place: Place) -> list[tuple[str, str, str]]:
    """What may be done with `place`: (act, its word, the sentence that keeps it shut or "")."""
    here = place.short
    shut = {
        "serve": Refused("place_retired", place=here) if place.retired_on
        else Refused("already_served", place=here) if place.is_served else None,
        "stop": None if place.is_served else Refused("not_served", place=here),
        "retire": Refused("already_retired", place=here) if place.retired_on else None,
        "restore": _restore_shut(place),
    }  # fmt: skip
    said = {act: words.say_refused(why) if why else "" for act, why in shut.items()}
    return [(act, str(word), said[act]) for act, word in words.ACTS.items()]


def _restore_shut(place: Place) -> Refused | None:
    if not place.retired_on:
        return Refused("not_retired", place=place.short)
    if place.parent and place.parent.retired_on:
        return Refused("parent_retired", place=place.parent.short)
    return None


def search(text: str, *, among: PlaceQuery | None = None, limit: int = LIMIT) -> list[Place]:
    """Places by name, sound or code, the likeliest first: "jbc", "jiangba", "江坝", "360702191". One query.

    Whole before beginning before inside; served before others, communities before townships; parents come along.
    """
    typed = simplified(text.strip())[:60]
    if not typed:
        return []
    ranks = _by_code(typed) if typed.isdigit() else _by_sound(pinyin_key(typed)) if typed.isascii() else _by_name(typed)
    wanted = Q()
    for condition, _rank in ranks:
        wanted |= condition
    places = among if among is not None else Place.objects.filter(retired_on__isnull=True)
    return list(
        places.filter(wanted)
        .annotate(
            rank=Case(*(When(condition, then=Value(rank)) for condition, rank in ranks), output_field=IntegerField()),
            level=Case(When(kind="community", then=0), When(kind="township", then=1), default=2),
        )
        .select_related("parent__parent")
        .order_by("rank", "-is_served", "level", "code")[:limit]
    )


Ranks = list[tuple[Q, int]]


def _by_code(typed: str) -> Ranks:
    return [(Q(code=typed.ljust(12, "0")), 0), (Q(code__startswith=typed), 1)]


def _by_name(typed: str) -> Ranks:
    return [
        (Q(short=typed) | Q(name=typed), 0),
        (Q(short__startswith=typed) | Q(name__startswith=typed), 1),
        (Q(short__contains=typed) | Q(name__contains=typed), 2),
    ]


def _by_sound(typed: str) -> Ranks:
    """`pinyin` holds words: "jiangbacun jbc"."""
    if not re.fullmatch(r"[a-z]{1,60}", typed):
        return [(Q(pk__in=[]), 0)]
    whole = (
        Q(pinyin=typed)
        | Q(pinyin__startswith=f"{typed} ")
        | Q(pinyin__contains=f" {typed} ")
        | Q(pinyin__endswith=f" {typed}")
    )
    return [
        (whole, 0),
        (Q(pinyin__startswith=typed) | Q(pinyin__contains=f" {typed}"), 1),
        (Q(pinyin__contains=typed), 2),
    ]


@dataclass(frozen=True)
class Changes:
    """What a list would do to the table."""

    added: Sequence[Row]
    renamed: Sequence[tuple[Place, str]]
    returned: Sequence[Place]
    vanished: Sequence[Place]
    unchanged: int

    @property
    def leaving(self) -> list[str]:
        """Places of the district among those that vanish."""
        return [place.short for place in self.vanished if place.is_served]


def compare(rows: Iterable[Row], complete_for: str = "") -> Changes:
    """The table against a list. Invented places vanish for no list."""
    rows = list(rows)
    counties = {row.code[:6] for row in rows}
    known = Place.objects.annotate(county=Left("code", 6)).filter(county__in=counties)
    there = {place.code: place for place in known}
    old = [(there[row.code], row.name) for row in rows if row.code in there]
    renamed = [(place, name) for place, name in old if place.name != name]
    returned = [place for place, _name in old if place.retired_on]
    touched = {place.pk for place, _name in renamed} | {place.pk for place in returned}
    added = [row for row in rows if row.code not in there]
    vanished = _vanished(there.values(), rows, complete_for) if complete_for else []
    return Changes(added, renamed, returned, vanished, len(old) - len(touched))


def _vanished(there: Iterable[Place], rows: Sequence[Row], county: str) -> list[Place]:
    """Places of `county` that its whole list lacks: of kinds that the list speaks of, with nothing listed below."""
    listed = {row.code for row in rows}
    listed |= {above(code) for code in listed}
    kinds = {kind_of(row.code) for row in rows} - {Place.Kind.COUNTY}
    return [
        place
        for place in there
        if place.code.startswith(county) and place.kind in kinds and place.code not in listed
        and not place.is_demo and not place.retired_on
    ]  # fmt: skip


def orphans(reading: Reading) -> Reading:
    """`reading` with the rows refused whose parent is neither in it nor in the table: one query."""
    listed = {row.code for row in reading.rows}
    needed = {above(row.code) for row in reading.rows} - {""}
    there = set(Place.objects.filter(code__in=needed - listed).values_list("code", flat=True))
    known = there | {code for code in listed if not above(code) or above(code) in listed | there}
    good, bad = [], list(reading.bad)
    for row in reading.rows:  # ordered by code: a refused township refuses its communities too
        parent = above(row.code)
        if parent and parent not in known:
            known.discard(row.code)
            source = reading.sources.get(row.code)
            facts = {"expected": prefix_of(parent)}
            bad.append(BadRow(source.number if source else 0, "parent", "parent_unknown", facts, source))
        else:
            good.append(row)
    return replace(reading, rows=good, bad=sorted(bad, key=lambda wrong: wrong.row))

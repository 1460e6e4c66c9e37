"""Calls and people for the properties of `matching`."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

from twinloop.decide import matching as m

AT = datetime(2026, 4, 16, 9, 0, tzinfo=timezone(timedelta(hours=8)))
TYPES = ["A1", "B1", "B2", "D1"]
PLACES = ["360724100201", "360724100202", "360724101201"]
SCOPES = [*PLACES, "360724100000", "360724000000"]
PARTIES = ["x1", "x2", "x3"]

pairs = st.integers(0, 12).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
sets_of = lambda values: st.frozensets(st.sampled_from(values), max_size=2)  # noqa: E731


@st.composite
def person(draw: st.DrawFn, number: int) -> m.Person:
    return m.Person(
        id=f"p{number}",
        on_duty=draw(st.sampled_from([True, True, True, False, None])),
        absent=draw(st.sampled_from([False, False, False, True])),
        sworn=draw(st.sampled_from([True, True, False, None])),
        skills=draw(st.dictionaries(st.sampled_from(TYPES), st.integers(1, 3), max_size=2)),
        traits=draw(sets_of([str(t) for t in m.Trait])),
        communities=draw(sets_of(PLACES)),
        scope=draw(st.none() | sets_of(SCOPES)),
        load=draw(st.integers(0, 3)),
        capacity=draw(st.none() | st.integers(0, 4)),
        handled=draw(st.dictionaries(st.sampled_from(TYPES), pairs, max_size=2)),
        recent=draw(st.integers(0, 40)),
        related_to=draw(sets_of(PARTIES)),
        knows=draw(sets_of(PARTIES)),
    )


@st.composite
def call(draw: st.DrawFn, number: int) -> m.Call:
    return m.Call(
        id=f"c{number}",
        at=AT,
        type=draw(st.sampled_from(["", *TYPES])),
        place=draw(st.sampled_from(["", *PLACES])),
        parties=draw(sets_of([*PARTIES, "p0"])),
        needs_sworn=draw(st.booleans()),
        minors=draw(st.booleans()),
        elders=draw(st.booleans()),
        dialect=draw(st.booleans()),
        level=draw(st.sampled_from([1, 2, 3])),
    )


def people(most: int) -> st.SearchStrategy[list[m.Person]]:
    return st.integers(0, most).flatmap(lambda n: st.tuples(*(person(i) for i in range(n))).map(list))


def calls(most: int) -> st.SearchStrategy[list[m.Call]]:
    return st.integers(0, most).flatmap(lambda n: st.tuples(*(call(i) for i in range(n))).map(list))

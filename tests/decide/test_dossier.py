"""What a dossier must hold, and that more paper never makes more missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinloop.decide.dossier import MADE_WITH_IT, Facts, Part, check, missing

COUNTS = st.dictionaries(st.sampled_from(Part), st.integers(0, 3))
FACTS = st.builds(
    Facts, mediated=st.booleans(), ordinary=st.booleans(), agreed=st.booleans(), confirmation_asked=st.booleans(),
    counts=COUNTS,
)  # fmt: skip


def lacking(**facts: object) -> list[int]:
    return [line.part.value for line in missing(Facts(**facts))]  # type: ignore[arg-type]


def test_what_is_missing_follows_from_what_happened() -> None:
    assert lacking() == []  # never mediated: no dossier of mediation is owed
    assert lacking(mediated=True) == [4, 5, 8]
    assert lacking(mediated=True, ordinary=True) == [3, 4, 5, 6, 8]
    assert lacking(mediated=True, agreed=True, confirmation_asked=True) == [4, 5, 8, 9, 10, 11]
    assert lacking(mediated=True, agreed=True, counts=dict.fromkeys(Part, 1)) == []


@given(FACTS)
def test_thirteen_parts_in_order_and_what_is_made_with_it_is_never_missing(facts: Facts) -> None:
    lines = check(facts)
    assert [line.part for line in lines] == list(Part)
    assert not {line.part for line in missing(facts)} & MADE_WITH_IT


@given(FACTS, st.sampled_from(Part))
def test_one_more_paper_never_makes_more_missing(facts: Facts, part: Part) -> None:
    more = replace(facts, counts={**facts.counts, part: facts.counts.get(part, 0) + 1})
    assert set(missing(more)) <= set(missing(facts))


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        Facts(counts={Part.EVIDENCE: -1})

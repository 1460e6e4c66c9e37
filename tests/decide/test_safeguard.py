"""What is owed to a victim: a table, and what must hold whatever was done already."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinloop.decide import Refused
from twinloop.decide.safeguard import Facts, Owed, Params, is_served, owed

AT = datetime(2026, 4, 16, 9, 0, tzinfo=timezone(timedelta(hours=8)))
DAY = timedelta(days=1)
AFTER = {Owed.SERVE_PERPETRATOR, Owed.SERVE_VICTIM, Owed.TELL_VILLAGE, Owed.VISITS}
CASES = [
    (Facts(opened_at=AT), {Owed.ADVICE, Owed.LETTER}),
    (Facts(opened_at=AT, minors=True), {Owed.ADVICE, Owed.LETTER, Owed.MINORS}),
    (Facts(opened_at=AT, decided_at=AT), {Owed.ADVICE}),
    (Facts(opened_at=AT, decided_at=AT, issued=True), {Owed.ADVICE, *AFTER}),
    (Facts(opened_at=AT, decided_at=AT, issued=True, done=frozenset({Owed.ADVICE, *AFTER})), set()),
]
facts_at_random = st.builds(
    Facts,
    opened_at=st.just(AT),
    decided_at=st.sampled_from([None, AT, AT + DAY]),
    issued=st.booleans(),
    minors=st.booleans(),
    done=st.frozensets(st.sampled_from(Owed)),
)


@pytest.mark.parametrize(("facts", "what"), CASES)
def test_what_is_owed_follows_from_the_record(facts, what):
    assert {due.what for due in owed(facts)} == what


def test_each_is_due_in_its_time_and_names_its_article():
    dues = {due.what: due for due in owed(Facts(opened_at=AT, decided_at=AT + DAY, issued=True))}
    assert (dues[Owed.ADVICE].due_at, dues[Owed.ADVICE].article) == (AT + DAY, "反家庭暴力法 23")
    assert (dues[Owed.SERVE_VICTIM].due_at, dues[Owed.SERVE_VICTIM].article) == (AT + 3 * DAY, "反家庭暴力法 17")


@given(facts_at_random, st.sampled_from(Owed))
def test_more_done_never_makes_more_owed_and_the_soonest_stands_first(facts, what):
    now = owed(facts)
    done = Facts(
        opened_at=facts.opened_at, decided_at=facts.decided_at, issued=facts.issued, minors=facts.minors,
        done=facts.done | {what},
    )  # fmt: skip
    assert set(owed(done)) == {due for due in now if due.what is not what}
    assert [due.due_at for due in now] == sorted(due.due_at for due in now)


@given(facts_at_random)
def test_served_means_that_the_letter_is_out_and_nothing_of_it_is_owed(facts):
    left = {due.what for due in owed(facts)} & AFTER
    assert is_served(facts) == (facts.issued and facts.decided_at is not None and not left)


@pytest.mark.parametrize("hours", [0, 721])
def test_wrong_hours_are_refused(hours):
    with pytest.raises(Refused) as no:
        Params(advice=hours, letter=24, service=48)
    assert no.value.facts == {"field": "advice"}

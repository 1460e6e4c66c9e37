"""The sorter learns from confirmed types: refused when too few, kept with its figures, rolled back by one command."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tests import world
from tests.world import NOW
from twinloop.decide import Refused, sorting
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.triage import learned, teaching
from twinloop.triage.models import LearnedModel


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        yield world.district()


def a_model(version, state="used", **facts):
    return LearnedModel.objects.create(
        version=version, at=NOW, cases=60, state=state, **{"before": 0.8, "after": 0.9} | facts
    )


def test_too_few_confirmed_cases_teach_nothing(district):
    world.incident(district.near, confirmed_kind="dispute", confirmed_type="B1")
    world.incident(district.near)
    assert [case.label for case in teaching.confirmed()] == ["B1"]
    with pytest.raises(Refused) as refused:
        teaching.teach(by=None, at=NOW)
    assert refused.value.code == "model_few_cases"
    assert refused.value.facts == {"cases": 1, "least": 50}


def test_rolling_back_gives_the_model_before_and_then_the_shipped_one(district):
    a_model("sorting-one")
    a_model("sorting-two")
    assert teaching.roll_back(by=None, at=NOW) == "sorting-one"
    assert teaching.roll_back(by=None, at=NOW) == sorting.version()
    with pytest.raises(Refused) as refused:
        teaching.roll_back(by=None, at=NOW)
    assert refused.value.code == "model_nothing_back"


def test_a_file_that_is_gone_leaves_the_shipped_model(district):
    a_model("sorting-gone")
    assert learned.current() is None


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("triage_model_state_known", {"state": "lucky"}),
        ("triage_model_shares", {"before": 0.5, "after": 1.2}),
        ("triage_model_not_worse", {"before": 0.9, "after": 0.8}),
    ],
)
def test_constraints_hold(district, name, facts):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        a_model("sorting-x", **facts)

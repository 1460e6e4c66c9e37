"""The sorter learns from confirmed types: refused when too few, kept with its figures, rolled back by one command."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from tests import world
from tests.world import NOW
from twinloop.decide import Refused, sorting
from twinloop.decide.sorting import corpus
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.triage import actions, learned, queries, teaching
from twinloop.triage.models import Judgement, LearnedModel


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        yield world.district()


def a_model(version, state="used", **facts):
    return LearnedModel.objects.create(
        version=version, at=NOW, cases=60, state=state, **{"before": 0.8, "after": 0.9} | facts
    )


def refused(act, **named):
    with pytest.raises(Refused) as found:
        act(**named)
    return found.value.code


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


# --- from confirmed types to a model that answers, and back

BEFORE = ("昨晚", "今早", "前天", "上周", "刚才")
WHO = ("老赖", "隔壁的", "村口那家", "我表叔", "对门")
# a quarrel over whose turn the water is: the shipped model says land, this district files it under neighbours
JARGON = "和我家争吃份水又搅圳口了，夜里偷偷扒圳"


@pytest.fixture(scope="module")
def beside():
    """A thin cut of the shipped texts: enough to learn every label from in a second or two."""
    return corpus.samples(calls=1, letters=1)[::300]


def a_district_that_confirmed(district, label="B1"):
    for n in range(60):
        world.incident(
            district.near, narrative=f"{BEFORE[n % 5]}{WHO[n // 5 % 5]}{JARGON}第{n}回", confirmed_kind="dispute",
            confirmed_type=label, at=NOW - timedelta(days=60 - n),
        )  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Learnt models in a folder of this test's own."""
    monkeypatch.setattr(settings, "ENV", settings.ENV.model_copy(update={"data": tmp_path}))
    return tmp_path / "models"


def test_the_district_teaches_a_model_that_is_measured_used_and_rolled_back(district, beside, folder):
    a_district_that_confirmed(district)
    asked = world.incident(district.near, narrative=f"今早老赖{JARGON}", at=NOW)
    shipped = actions.judge(asked, by=None, at=NOW)["sorting"]
    assert (shipped["kind"], shipped["type"]) != ("dispute", "B1")

    made = teaching.teach(by=None, at=NOW, beside=beside)
    assert (made.state, made.cases) == ("used", 60)
    assert made.before < made.after  # measured on cases that the model had not seen
    assert made.after > 0.9
    kept = learned.file_of(made.version)
    assert kept.parent == folder
    assert kept.stat().st_mode & 0o777 == 0o600

    taught = actions.judge(asked, by=None, at=NOW)["sorting"]
    assert (taught["kind"], taught["type"]) == ("dispute", "B1")
    assert queries.suggestion(asked.narrative, at=NOW, scope=SYSTEM).version == made.version
    assert refused(teaching.teach, by=None, at=NOW, beside=beside) == "model_known"

    assert teaching.roll_back(by=None, at=NOW) == sorting.version()
    again = actions.judge(asked, by=None, at=NOW)["sorting"]
    assert (again["kind"], again["type"]) == (shipped["kind"], shipped["type"])
    versions = Judgement.objects.filter(incident=asked, what="sorting").order_by("id")
    assert list(versions.values_list("params_version", flat=True)) == [
        sorting.version(), made.version, sorting.version()
    ]  # fmt: skip
    told = Event.objects.filter(stream="model:sorting").order_by("id").values_list("verb", flat=True)
    assert list(told) == ["model_learnt", "model_rolled_back"]


def test_a_model_that_is_worse_is_kept_as_refused_and_never_answers(district, beside, folder):
    """A few cases of everything, each of which the shipped model knows already."""
    known = [sample for sample in corpus.samples(calls=1, letters=1) if sample.label.type]
    for n, sample in enumerate(known[:: len(known) // 60][:60]):
        world.incident(
            district.near, narrative=sample.text, confirmed_kind="dispute", confirmed_type=sample.label.value,
            at=NOW - timedelta(days=80 - n),
        )  # fmt: skip
    made = teaching.teach(by=None, at=NOW, beside=beside)
    assert made.after < made.before
    assert made.state == "refused"
    assert learned.current() is None
    assert not learned.file_of(made.version).exists()
    assert refused(teaching.roll_back, by=None, at=NOW) == "model_nothing_back"

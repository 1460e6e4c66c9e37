"""What people answered about repeats teaches how much who, where, when and what count."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import world
from tests.cases.test_lists import as_, text
from tests.cases.test_parameters import put, values
from tests.world import NOW
from twinloop.cases.models import ParameterSet
from twinloop.decide import Refused, linkage
from twinloop.decide.linkage import learning
from twinloop.decide.parameters import ParameterKind as K
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.triage import repeats_learning
from twinloop.triage.models import RepeatPair

PAGE = "/settings/thresholds/"


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        yield world.district()


def answered(district, state, count, *, at=NOW, factor=1.0, **bits):
    """Pairs that a person answered; `bits` by code, as the comparison of that day said them."""
    calls = [world.incident(district.near, at=at) for _ in range(2)]
    others = [world.incident(district.near, at=at) for _ in range(count)]
    total = linkage.DEFAULTS.prior + sum(bits.values()) * factor
    for other in others:
        RepeatPair.objects.create(
            incident=other, earlier=calls[0], probability=1 / (1 + 2**-total), made_at=at, state=state,
            reasons=[{"code": code, "bits": round(n * factor, 1), "facts": {}} for code, n in bits.items() if n],
            answered_by=district.people["dispatcher"], answered_at=at + timedelta(hours=1),
        )  # fmt: skip


def names_mislead(district, **more):
    answered(district, "refused", 24, name_full=11.0, terms_shared=1.0, **more)
    answered(district, "joined", 24, name_surname=1.0, terms_shared=9.0, **more)


def test_people_who_refuse_names_and_join_by_words_teach_it(district):
    names_mislead(district)
    found = repeats_learning.taught(at=NOW + timedelta(days=1))
    assert (found.same, found.other, found.is_better) == (24, 24, True)
    assert found.factors["who"] < 0.9 < 1.1 < found.factors["what"]
    assert found.right[1] > found.right[0]
    figures = repeats_learning.figures(found)
    assert set(figures) == {"repeats_who", "repeats_where", "repeats_when", "repeats_what", "repeats_lean"}


def test_what_was_compared_under_other_factors_teaches_the_same(district):
    plain = learning.from_confirmations(
        [learning.Sample({"who": 1.0, "what": 9.0}, same=True), learning.Sample({"who": 11.0, "what": 1.0}, same=False)]
        * 24
    )
    put(district, K.THRESHOLDS, values(K.THRESHOLDS, repeats_who=2.0, repeats_what=2.0))
    names_mislead(district, at=NOW + timedelta(days=9), factor=2.0)
    assert repeats_learning.taught(at=NOW + timedelta(days=90)).factors == pytest.approx(plain.factors, abs=0.01)


def test_too_few_answers_teach_nothing(district):
    answered(district, "joined", 39, terms_shared=9.0)
    answered(district, "refused", 7, name_full=9.0)
    with pytest.raises(Refused) as found:
        repeats_learning.taught(at=NOW + timedelta(days=1))
    assert (found.value.code, found.value.facts["other"]) == ("repeats_few_answers", 7)
    RepeatPair.objects.update(reasons=["一句话"])  # kept as sentences once
    with pytest.raises(Refused):
        repeats_learning.taught(at=NOW + timedelta(days=1))


def test_the_page_fills_in_what_was_learnt_and_a_person_tries_and_sets_it(district, django_assert_max_num_queries):
    client = as_(district.people["system_admin"])
    page = client.get(PAGE, {"learn": "1"})
    assert "没有学" in text(page)
    names_mislead(district, at=NOW - timedelta(days=400))
    before = Event.objects.count()
    page = client.get(PAGE, {"learn": "1"})
    form = page.context["form"]
    assert "按人认过的 48 对学出" in text(page)
    assert form["repeats_who"].value() < 0.9
    assert "48 对" in form["why"].value()
    assert (Event.objects.count(), ParameterSet.objects.count()) == (before, 0)
    sent = {name: str(form[name].value()) for name in form.fields if form[name].value() not in (None, "")}
    tried = client.post(PAGE, sent | {"preview": "1"})
    assert "试算：" in text(tried)
    client.post(PAGE, sent | {"apply": "1", "token": tried.context["token"]})
    assert ParameterSet.objects.get().values["repeats_who"] == form["repeats_who"].value()
    plainly = client.get(PAGE)
    assert plainly.context["form"]["repeats_who"].value() == form["repeats_who"].value()


def test_what_is_no_better_is_not_filled_in(district, monkeypatch):
    names_mislead(district, at=NOW - timedelta(days=400))
    worse = learning.Taught({"who": 2.0, "where": 1.0, "when": 1.0, "what": 1.0}, 0.0, 24, 24, (0.3, 0.4), (1.0, 0.9))
    monkeypatch.setattr(repeats_learning, "taught", lambda *, at: worse)
    page = as_(district.people["system_admin"]).get(PAGE, {"learn": "1"})
    assert "没有填" in text(page)
    assert page.context["form"]["repeats_who"].value() == 1.0


def test_a_set_of_before_has_the_figures_that_came_later(district):
    old = {"repeats_suggest": 0.3, "repeats_join": 0.8, "sorting_least": None}
    put(district, K.THRESHOLDS, old)
    form = as_(district.people["system_admin"]).get(PAGE).context["form"]
    assert (form["repeats_suggest"].value(), form["repeats_who"].value(), form["repeats_lean"].value()) == (0.3, 1, 0)

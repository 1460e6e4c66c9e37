"""The record suggests, the parties say what they want, a person decides; what the law bars is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests import world
from tests.mediation.sessions.scene import NOW, OFFICER, SLIGHT, Scene, refused, scene
from twinloop.cases import actions as cases
from twinloop.cases.actions.noting import ask_gate
from twinloop.cases.models import Dispute, Standing
from twinloop.decide.mediation import Ground, Strength
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.mediators import actions as register
from twinloop.mediation.mediators.models import Mediator
from twinloop.mediation.sessions import actions, advising
from twinloop.mediation.sessions.actions import Pick
from twinloop.mediation.sessions.models import Choice, Mediation, Unwilling


@pytest.fixture
def s(db: None) -> Iterator[Scene]:
    with see_as(SYSTEM):
        found = scene(type_code="B1")
        for one in (found.elder, found.officer):
            one.communities.add(found.district.near)
        Mediator.objects.filter(pk=found.elder.pk).update(skills=["B1"])
        yield found


def willing(s: Scene, track: str = "people", **facts: Any) -> None:
    for party in (s.a, s.b):
        actions.wish(party, track=track, accepts=True, by=s.by, at=NOW, **facts)


def choose(s: Scene, **facts: Any) -> Mediation:
    pick = Pick(**{"strength": "seek", "track": "people", "lead": s.elder, **facts})
    return actions.choose(s.dispute, pick, by=s.by, roles=OFFICER, at=NOW)


def no(s: Scene, **facts: Any) -> str:
    return refused(choose, s, **facts)


def test_the_lightest_that_the_record_allows_is_suggested_with_reasons(s: Scene) -> None:
    advice = advising.advise(s.dispute, at=NOW)
    assert advice.suggestion is not None
    assert (advice.suggestion.strength, advice.track, advice.first) == (Strength.SEEK, "people", s.elder)
    assert set(advice.suggestion.grounds) == {Ground.LEVEL_THREE, Ground.NO_OFFENCE}
    assert advice.suited[0].reasons  # own area, skill
    Standing.objects.filter(dispute=s.dispute).update(sessions_failed=2)
    again = advising.advise(s.dispute, at=NOW).suggestion
    assert again is not None
    assert again.strength is Strength.FOLLOW


def test_accepted_as_suggested_it_begins_and_both_rows_are_kept(s: Scene) -> None:
    willing(s)
    made = choose(s)
    s.dispute.refresh_from_db()
    assert (made.state, s.dispute.state, made.is_wished) == ("open", "mediating", False)
    assert list(Choice.objects.order_by("pk").values_list("by", "overrules")) == [(None, None), (s.by, None)]
    verbs = set(Event.objects.filter(stream=s.dispute.stream).values_list("verb", flat=True))
    assert {"mediation_willing", "mediation_chosen", "mediation_suggested"} <= verbs


def test_a_stronger_kind_is_taken_at_once_another_person_with_a_reason(s: Scene) -> None:
    willing(s)
    other = register.enrol(register.Given(name="老陈", kind="teacher", communities=[s.district.near]), by=None, at=NOW)
    assert no(s, lead=other) == "mediation_why"
    made = choose(s, lead=other, strength="joint", why="双方都认识老陈")
    kept = Choice.objects.get(by=s.by)
    assert (made.strength, made.lead, kept.overrules is not None, kept.why) == ("joint", other, True, "双方都认识老陈")


def test_a_weaker_kind_needs_a_reason(s: Scene) -> None:
    Dispute.objects.filter(pk=s.dispute.pk).update(level=2)
    s.dispute.refresh_from_db()
    willing(s)
    assert no(s) == "mediation_why"
    assert choose(s, why="当天就能谈").strength == "seek"


def test_whoever_was_not_asked_is_named_and_whoever_refuses_bars_with_the_article(s: Scene) -> None:
    actions.wish(s.a, track="people", accepts=True, by=s.by, at=NOW)
    assert no(s) == "mediation_silent"
    actions.wish(s.b, track="people", accepts=False, said="不想谈", by=s.by, at=NOW)
    actions.wish(s.b, track="people", accepts=False, by=s.by, at=NOW)  # said twice, barred once
    assert Unwilling.objects.filter(lifted_at=None).count() == 1
    assert no(s) == "mediation_no_way"
    assert not Mediation.objects.exists()
    actions.wish(s.b, track="people", accepts=True, by=s.by, at=NOW)
    assert Unwilling.objects.filter(lifted_at=None).count() == 0
    assert choose(s).state == "open"


def test_whom_all_parties_choose_leads_and_nobody_else(s: Scene) -> None:
    other = register.enrol(register.Given(name="老陈", kind="teacher"), by=None, at=NOW)
    willing(s, mediator=other)
    assert advising.advise(s.dispute, at=NOW).first == other
    assert no(s) == "mediation_wished"
    assert choose(s, lead=other).is_wished


def test_what_both_ask_for_raises_and_one_alone_does_not(s: Scene) -> None:
    actions.wish(s.a, track="people", accepts=True, strength="joint", by=s.by, at=NOW)
    found = advising.advise(s.dispute, at=NOW).suggestion
    assert found is not None
    assert found.strength is Strength.SEEK
    actions.wish(s.b, track="people", accepts=True, strength="joint", by=s.by, at=NOW)
    found = advising.advise(s.dispute, at=NOW).suggestion
    assert found is not None
    assert found.strength is Strength.JOINT


def test_a_relative_an_auxiliary_and_one_who_is_away_do_not_lead(s: Scene) -> None:
    willing(s)
    auxiliary = register.enrol(
        register.Given(name="小吴", kind="auxiliary", account=s.district.people["auxiliary"]), by=None, at=NOW
    )
    away = register.enrol(register.Given(name="老远", kind="model"), by=None, at=NOW)
    register.be_away(away, NOW.date(), NOW.date() + timedelta(days=2), by=None, at=NOW)
    assert no(s, lead=auxiliary) == "mediation_lead_barred"
    assert no(s, lead=away) == "mediation_lead_barred"
    register.bar(s.elder, "relative", world.person("王秀兰"), by=None, at=NOW)
    assert no(s) == "mediation_lead_barred"
    why = {row.one.name: row.why for row in advising.advise(s.dispute, at=NOW).barred}
    assert why["小吴"] == "辅警可以协助，不能主持（人民调解法第 13 条）"
    assert why["老李"] == "是当事人的亲属，要回避（人民调解法第 15 条第 1 项）"


def test_police_mediation_asks_the_gate_and_a_sworn_officer(s: Scene) -> None:
    cases.note(s.dispute, "offence", by=s.by, roles=OFFICER, at=NOW, offence=True)
    ask_gate(s.dispute, "police", {**SLIGHT, "led_by": "sworn", "rounds_done": 0}, by=s.by, at=NOW)
    willing(s, "police")
    advice = advising.advise(s.dispute, at=NOW)
    assert (advice.track, advice.first, advising.lacks(s.dispute, advice, at=NOW)) == ("police", s.officer, [])
    assert no(s, track="police") == "mediation_lead_barred"
    assert choose(s, track="police", lead=s.officer).track == "police"


def test_a_shut_gate_is_said_beside_the_button_and_refuses(s: Scene) -> None:
    willing(s)
    ask_gate(s.dispute, "people", {"nature": "criminal", "party_refuses": False}, by=s.by, at=NOW)
    assert no(s) == "mediation_no_way"
    Standing.objects.filter(dispute=s.dispute).update(gate_open=None)
    assert no(s) == "mediation_gate"
    said = advising.lacks(s.dispute, advising.advise(s.dispute, at=NOW), at=NOW)
    assert len(said) == 1
    assert "人民调解法第 25 条" in said[0]


def test_violence_at_home_goes_its_own_way(s: Scene) -> None:
    Standing.objects.filter(dispute=s.dispute).update(domestic_violence=True)
    assert no(s) == "mediation_violence"
    assert advising.advise(s.dispute, at=NOW).suggestion is None

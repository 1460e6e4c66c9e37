"""What came of a session, and what follows by itself: agreement, the next session, second handling, penalty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.mediation.sessions.scene import ELDER, NOW, OFFICER, SLIGHT, Scene, at, booking, over, refused, scene, sit
from twinloop.cases import actions as cases
from twinloop.cases.models import Clock, Party, Standing
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.agreements import actions as agreements
from twinloop.mediation.agreements.models import Agreement
from twinloop.mediation.sessions import actions
from twinloop.mediation.sessions.models import Caucus, Mediation, Session, Unwilling


@pytest.fixture
def s(db: None) -> Iterator[Scene]:
    with see_as(SYSTEM):
        yield scene()


def session(s: Scene, made: Mediation | None = None, **facts: Any) -> Session:
    return actions.plan(made or s.begin(), booking(s, **facts), by=s.by, at=NOW)


def terms(s: Scene) -> tuple[agreements.Given, ...]:
    on = NOW.date() + timedelta(days=3)
    return (agreements.Given(kind="stop", by_party=s.b.pk, text="晚上十点后不放音响", due_on=on),)


def states(s: Scene) -> tuple[str, str]:
    s.dispute.refresh_from_db()
    return Mediation.objects.latest("pk").state, s.dispute.state


def test_an_elder_settles_by_word_of_mouth_on_the_spot(s: Scene) -> None:
    made = session(s)
    sit(s, made)
    assert s.elder.account is not None
    over(s, made, "agreed", "各让一步", terms=terms(s), oral=True, by=s.elder.account.pk, roles=ELDER)

    agreement = Agreement.objects.get()
    assert (agreement.state, agreement.is_oral, agreement.mediator) == ("signed", True, s.elder.account)
    assert agreement.signatures.count() == 3
    assert states(s) == ("settled", "settled")
    assert not Clock.objects.filter(rule="people_mediation", met_at=None).exists()
    assert Standing.objects.get(dispute=s.dispute).settled_by == s.elder.account.name


def test_agreed_in_the_ordinary_procedure_a_draft_waits_and_ends_the_mediation_when_signed(s: Scene) -> None:
    made = session(s, s.begin(procedure="ordinary"))
    sit(s, made)
    over(s, made, "agreed", "赔六百", terms=terms(s), oral=True)
    draft = Agreement.objects.get()
    assert (draft.state, draft.is_oral, *states(s)) == ("draft", False, "agreed", "mediating")

    for party in (s.a, s.b):
        agreements.sign(draft, party, "pen", by=s.by, at=at(2))
    agreements.sign_mediator(draft, "pen", by=s.by, at=at(2))
    agreements.conclude(draft, by=s.by, roles=OFFICER, at=at(2))
    assert actions.tidy(at=at(3)) == 1
    assert states(s) == ("settled", "settled")
    assert actions.tidy(at=at(3)) == 0


def test_a_draft_that_lies_there_is_gone_on_with(s: Scene) -> None:
    made = session(s, s.begin(procedure="ordinary"))
    content = agreements.Content(mediator=s.officer.account, facts="x", matter="y")
    before = agreements.draft(s.dispute, content, by=s.by, at=NOW)
    sit(s, made)
    over(s, made, "agreed", "赔六百", terms=terms(s))
    assert Agreement.objects.get() == before
    assert before.promises.count() == 1


def test_failed_once_it_waits_for_the_desk_and_twice_it_opens_the_second_round(s: Scene) -> None:
    made = session(s)
    sit(s, made)
    over(s, made, "failed")
    assert states(s) == ("failed", "unsettled")

    s.dispute.refresh_from_db()
    type(s.dispute).objects.filter(pk=s.dispute.pk).update(state="handling")
    made = session(s, s.begin(at=at(2)), start=at(3))
    sit(s, made)
    over(s, made, "failed")
    assert states(s) == ("failed", "review")
    assert s.dispute.round == 2


def test_two_sessions_of_one_mediation_count_as_two(s: Scene) -> None:
    mediation = s.begin()
    for number in (1, 2):
        made = session(s, mediation, start=at(number * 2))
        sit(s, made)
        over(s, made, "again" if number == 1 else "failed")
    assert Standing.objects.get(dispute=s.dispute).sessions_failed == 2
    assert states(s) == ("failed", "review")


def test_a_refusal_opens_the_second_round_and_is_on_record(s: Scene) -> None:
    made = session(s)
    assert refused(over, s, made, "refused", "不谈") == "session_refuser"
    over(s, made, "refused", "不谈", refuser=s.b)
    assert states(s) == ("refused", "review")
    assert Unwilling.objects.get().party == s.b
    assert refused(over, s, made, "failed") == "mediation_over"


def test_an_assault_that_is_not_agreed_goes_to_the_penalty_procedure_the_same_day(s: Scene) -> None:
    made = session(s, s.police())
    sit(s, made)
    over(s, made, "failed", "对方不赔")
    assert states(s) == ("failed", "penalty")
    clock = Clock.objects.get(dispute=s.dispute, rule="penalty")
    assert clock.started_at == made.period.lower + timedelta(minutes=40)


def test_an_assault_whose_victim_refuses_goes_there_before_anybody_sat_down(s: Scene) -> None:
    mediation = s.police()
    planned = session(s, mediation)
    actions.refuse(mediation, s.a, "要求处罚", by=s.by, roles=OFFICER, at=NOW)
    planned.refresh_from_db()
    assert (*states(s), planned.outcome, planned.live) == ("refused", "penalty", "dropped", False)


def test_a_mediator_cannot_open_a_penalty_and_leaves_it_to_the_desk(s: Scene) -> None:
    cases.note(s.dispute, "offence", by=s.by, roles=OFFICER, at=NOW, offence=True)
    made = session(s, s.begin(facts={"nature": "assault", "party_refuses": False}))
    sit(s, made)
    over(s, made, "failed", roles=ELDER)
    assert states(s) == ("failed", "unsettled")


def test_both_sides_and_the_guardian_must_have_come(s: Scene) -> None:
    Party.objects.filter(pk=s.a.pk).update(is_minor=True)
    made = session(s)
    assert refused(over, s, made, "again") == "session_nobody"
    sit(s, made)
    assert refused(over, s, made, "agreed", terms=terms(s)) == "session_guardian"
    actions.invite(made, "guardian", name="王强", of_party=s.a, by=s.by, at=NOW)
    sit(s, made)
    over(s, made, "agreed", "各让一步", terms=terms(s), oral=True)
    assert Agreement.objects.get().signatures.get(party=s.a).guardian_name == "王*"


def test_one_officer_alone_needs_the_recording_number(s: Scene) -> None:
    made = session(s, s.police(facts={**SLIGHT, "sworn_officers": 2}))
    sit(s, made)
    made.refresh_from_db()
    assert refused(over, s, made, "agreed", terms=terms(s)) == "mediation_gate"
    actions.note_recording(made, "LX-2026-0416-03", by=s.by, at=at(1))
    over(s, made, "agreed", "赔医药费", terms=terms(s))
    assert states(s) == ("agreed", "mediating")


def test_what_is_said_too_early_or_twice_or_not_at_all_is_refused(s: Scene) -> None:
    made = session(s, start=at(5))
    sit(s, made)
    assert refused(over, s, made, "again", at=at(1)) == "session_early"
    assert refused(over, s, made, "again", " ") == "session_said"
    over(s, made, "postponed", "下雨")
    assert refused(over, s, made, "again") == "session_over"
    assert states(s) == ("open", "mediating")


def test_a_private_talk_is_written_by_who_sits_there(s: Scene) -> None:
    made = session(s)
    assert s.elder.account is not None
    assert refused(actions.talk, made, "a", "可以少要", by=s.by, at=NOW) == "session_caucus_own"
    assert refused(actions.talk, made, "a", " ", by=s.elder.account.pk, at=NOW) == "session_caucus_empty"
    actions.talk(made, "a", "可以少要两百", by=s.elder.account.pk, at=NOW)
    assert Caucus.objects.get().side == "a"
    told = Event.objects.get(stream=s.dispute.stream, verb="session_caucus")
    assert "两百" not in str(told.data)

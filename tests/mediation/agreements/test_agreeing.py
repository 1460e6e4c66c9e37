"""From the first draft to the last instalment, or to the breach that opens the dispute again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests import world
from twinloop.cases import actions as cases
from twinloop.cases.actions.noting import ask_gate
from twinloop.cases.models import Clock, Dispute, Party, Standing, Term
from twinloop.cases.telling import sentence
from twinloop.decide import Refused
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.agreements import actions, queries, showing
from twinloop.mediation.agreements.actions import Content, Given
from twinloop.mediation.agreements.models import Agreement, Due, Series

DAY = world.NOW.date()
OFFICER = frozenset({"community_officer"})


def later(days: int) -> date:
    return DAY + timedelta(days=days)


@dataclass
class Table:
    """A dispute in mediation, two parties, and who leads."""

    dispute: Dispute
    a: Party
    b: Party
    by: int
    lead: Any

    def content(self, *terms: Given, **facts: Any) -> Content:
        given = {"facts": "两家为排水沟争吵多次", "matter": "沟由谁修、钱谁出", "mediator": self.lead, **facts}
        return Content(terms=terms, **given)

    def pay(self, amount: str = "600", **facts: Any) -> Given:
        given = {"kind": "money", "by_party": self.a.pk, "to_party": self.b.pk, "text": "修沟的钱", "how": "转账"}
        return Given(**{**given, "amount": Decimal(amount), "due_on": later(10), **facts})

    def draft(self, *terms: Given, **facts: Any) -> Agreement:
        return actions.draft(self.dispute, self.content(*terms, **facts), by=self.by, at=world.NOW)

    def sign(self, made: Agreement, how: str = "pen") -> Agreement:
        for party in (self.a, self.b):
            actions.sign(made, party, how, by=self.by, at=world.NOW)
        actions.sign_mediator(made, how, by=self.by, at=world.NOW)
        return actions.conclude(made, by=self.by, roles=OFFICER, at=world.NOW)


@pytest.fixture
def table(db: None) -> Iterator[Table]:
    with see_as(SYSTEM):
        yield at_the_table()


def at_the_table(track: str = "people") -> Table:
    district = world.district()
    officer = district.people["community_officer"]
    dispute = world.dispute(district.near)
    a = cases.add_party(dispute, world.person("王秀兰"), side="a", by=None, at=world.NOW)
    b = cases.add_party(dispute, world.person("赵建国"), side="b", by=None, at=world.NOW)
    Standing.objects.filter(dispute=dispute).update(gate_open=True, gate_track=track)
    Dispute.objects.filter(pk=dispute.pk).update(state="mediating", level=3, owner=officer)
    dispute.refresh_from_db()
    return Table(dispute, a, b, officer.pk, officer)


def refused(act: Any, *args: Any, **facts: Any) -> str:
    with pytest.raises(Refused) as no:
        act(*args, **facts)
    assert sentence(no.value)  # every refusal has its sentence, with all that it names
    return no.value.code


def test_signed_by_all_it_settles_the_dispute_with_every_term(table: Table) -> None:
    parts = ((Decimal(300), later(10)), (Decimal(300), later(40)))
    stop = Given(kind="stop", by_party=table.b.pk, text="不再往沟里倒垃圾", due_on=later(30))
    made = table.draft(table.pay(parts=parts, due_on=None), stop)
    table.sign(made)

    dispute, standing = Dispute.objects.get(), Standing.objects.get()
    assert made.number == "近村人调字〔2026〕第1号"
    assert (made.state, dispute.state) == ("signed", "settled")
    assert (standing.settled_by, standing.settled_how, standing.settled_on) == (table.lead.name, "mediation", DAY)
    rows = list(Term.objects.values_list("number", "amount_yuan", "due_on"))
    assert rows == [(1, Decimal(600), later(40)), (2, None, later(30))]
    assert "王**" in standing.terms_text or "王" in standing.terms_text
    assert Due.objects.filter(live=True).count() == 3
    assert Clock.objects.get(rule="judicial_confirmation").subject == made.subject_key
    assert Event.objects.filter(stream=dispute.stream, verb="agreement_signed").count() == 1


WRONG = {
    "agreement_past": {"due_on": later(-1)},
    "agreement_sum": {"due_on": None, "parts": ((Decimal(100), later(3)), (Decimal(200), later(9)))},
    "agreement_order": {"due_on": None, "parts": ((Decimal(300), later(9)), (Decimal(300), later(3)))},
    "agreement_money": {"amount": Decimal(0)},
    "agreement_not_money": {"kind": "act"},
    "agreement_waives": {"text": "不追究刑事责任"},
    "agreement_far": {"due_on": date(2040, 1, 1)},
    "agreement_same": {"to_party": "a"},
    "agreement_side": {"by_party": 0},
}


@pytest.mark.parametrize("code", WRONG)
def test_a_wrong_term_is_refused_with_a_sentence_and_leaves_nothing(table: Table, code: str) -> None:
    facts = {name: table.a.pk if value == "a" else value for name, value in WRONG[code].items()}

    assert refused(table.draft, replace(table.pay(), **facts)) == code
    assert not Agreement.objects.exists()
    assert not Series.objects.exists()  # the number is not used up


def test_without_terms_it_is_not_signed_and_all_that_is_missing_is_named(table: Table) -> None:
    made = table.draft(matter="")

    with pytest.raises(Refused) as no:
        actions.conclude(made, by=table.by, roles=OFFICER, at=world.NOW)

    said = sentence(no.value)
    assert no.value.code == "agreement_lacks"
    for part in ("争议事项", "约定的内容", "签名", "调解员签名"):
        assert part in said


def test_a_minor_signs_with_a_guardian_only(table: Table) -> None:
    Party.objects.filter(pk=table.b.pk).update(is_minor=True)
    table.b.refresh_from_db()
    made = table.draft(table.pay())

    assert refused(actions.sign, made, table.b, "pen", by=table.by, at=world.NOW) == "agreement_guardian_none"
    signed = actions.sign(made, table.b, "pen", by=table.by, at=world.NOW, guardian_name="赵长河")
    assert signed.guardian_name not in ("", "赵长河")  # masked


def test_signatures_are_of_a_version_and_one_each(table: Table) -> None:
    made = table.draft(table.pay())
    actions.sign(made, table.a, "pen", by=table.by, at=world.NOW)
    assert refused(actions.sign, made, table.a, "print", by=table.by, at=world.NOW) == "agreement_signed_twice"
    assert refused(actions.sign, made, table.b, "photo", by=table.by, at=world.NOW) == "agreement_photo"
    assert refused(actions.sign, made, table.b, "oral", by=table.by, at=world.NOW) == "agreement_oral_only"

    actions.redraft(made, table.content(table.pay("700")), version=1, by=table.by, at=world.NOW)
    assert refused(actions.redraft, made, table.content(), version=1, by=table.by, at=world.NOW) == "agreement_version"
    actions.sign(made, table.a, "pen", by=table.by, at=world.NOW)  # again, for what it says now

    assert made.drafts.get().content["terms"][0]["amount"] == "600.00"
    assert refused(actions.conclude, made, by=table.by, roles=OFFICER, at=world.NOW) == "agreement_lacks"


def test_domestic_violence_and_a_shut_gate_have_no_agreement(table: Table) -> None:
    made = table.draft(table.pay())
    Standing.objects.update(gate_track="police")
    assert refused(table.sign, made) == "agreement_track"
    actions.void(made, "另拟", by=table.by, at=world.NOW)
    Standing.objects.update(domestic_violence=True)

    assert refused(table.draft, table.pay()) == "agreement_violence"


def test_numbers_have_no_gaps_and_a_void_draft_keeps_its_own(table: Table) -> None:
    first = table.draft(table.pay())
    assert refused(table.draft, table.pay()) == "agreement_open"
    actions.void(first, "写错了当事人", by=table.by, at=world.NOW)
    second = table.draft(table.pay())

    assert [first.serial, second.serial] == [1, 2]
    assert refused(actions.void, first, "再来", by=table.by, at=world.NOW) == "agreement_moved"


def test_police_mediation_is_signed_by_a_sworn_officer_as_lead(db: None) -> None:
    with see_as(SYSTEM):
        table = at_the_table("police")
        made = table.draft(table.pay(), track="police", mediator=None, mediator_name="辅警小李")
        assert made.number == "近村派出所治调字〔2026〕第1号"
        assert refused(actions.sign_mediator, made, "pen", by=table.by, at=world.NOW) == "agreement_lead"
        actions.redraft(made, table.content(table.pay()), version=1, by=table.by, at=world.NOW)
        table.sign(made)

        assert refused(actions.ask, made, "区法院", jointly=True, by=table.by, at=world.NOW) == "confirm_not_people"


def test_every_part_kept_makes_it_kept_and_tells_the_closing_rule(table: Table) -> None:
    parts = ((Decimal(300), later(10)), (Decimal(300), later(40)))
    sorry = Given(kind="apology", by_party=table.b.pk, to_party=table.a.pk, text="当面道歉", at_once=True)
    made = table.sign(table.draft(table.pay(parts=parts, due_on=None), sorry))
    assert [t.performed_on for t in Term.objects.all()] == [None, DAY]  # the apology was made on the spot
    first, second = Due.objects.filter(live=True)
    at = world.NOW + timedelta(days=9)

    assert refused(actions.perform, first, " ", on=DAY, by=table.by, at=at) == "due_evidence"
    assert refused(actions.perform, first, "收条", on=later(20), by=table.by, at=at) == "due_future"
    assert refused(actions.perform, first, "收条", on=later(-1), by=table.by, at=at) == "due_before"
    actions.perform(first, "收条", on=later(9), by=table.by, at=at)
    assert refused(actions.perform, first, "收条", on=later(9), by=table.by, at=at) == "due_over"
    assert Term.objects.get(number=1).performed_on is None  # half is not the whole

    actions.perform(second, "转账截图", on=later(30), by=table.by, at=world.NOW + timedelta(days=30))
    made.refresh_from_db()
    assert made.state == "kept"
    assert Term.objects.get(number=1).performed_on == later(30)


def test_a_breach_that_a_person_confirms_opens_the_dispute_again(table: Table) -> None:
    made = table.sign(table.draft(table.pay()))
    due = Due.objects.get()
    on_day, after = world.NOW + timedelta(days=10), world.NOW + timedelta(days=11)

    assert refused(actions.break_due, due, "没来", by=table.by, roles=OFFICER, at=on_day) == "due_early"
    assert refused(actions.break_due, due, "", by=table.by, roles=OFFICER, at=after) == "due_why"
    actions.break_due(due, "打电话不接，钱没到", by=table.by, roles=OFFICER, at=after)

    made.refresh_from_db()
    assert (made.state, Dispute.objects.get().state) == ("broken", "reopened")
    assert Standing.objects.get().broken_agreement  # stays, while the fallen settlement's facts are cleared
    assert not Standing.objects.get().terms_broken
    assert refused(actions.perform, due, "收条", on=DAY, by=table.by, at=after) == "agreement_moved"


def test_the_daily_look_warns_tells_and_flags_once_and_decides_nothing(table: Table) -> None:
    table.sign(table.draft(table.pay()))
    looks = [actions.watch(at=world.NOW + timedelta(days=n)) for n in (1, 7, 7, 10, 11, 11, 12)]

    assert [tuple(look.values()) for look in looks] == [
        (0, 0, 0), (0, 0, 1), (0, 0, 0), (0, 1, 0), (1, 0, 0), (0, 0, 0), (0, 0, 0),
    ]  # fmt: skip
    assert Dispute.objects.get().state == "settled"
    assert Event.objects.filter(verb="due_late").count() == 1


def test_after_days_of_outage_it_is_flagged_as_it_stands_now(table: Table) -> None:
    table.sign(table.draft(table.pay()))

    assert actions.watch(at=world.NOW + timedelta(days=30)) == {"due_late": 1, "due_today": 0, "due_warned": 0}


def test_judicial_confirmation_is_asked_jointly_in_thirty_days(table: Table) -> None:
    made = table.sign(table.draft(table.pay()))
    at = world.NOW + timedelta(days=5)

    assert refused(actions.ask, made, "区法院", jointly=False, by=table.by, at=at) == "confirm_lacks"
    assert refused(actions.ask, made, "", jointly=True, by=table.by, at=at) == "confirmation_court"
    late = world.NOW + timedelta(days=60)
    assert refused(actions.ask, made, "区法院", jointly=True, by=table.by, at=late) == "confirm_late"
    assert refused(actions.rule, made, "confirmed", "", on=DAY, by=table.by, at=at) == "confirmation_not_asked"
    actions.ask(made, "区法院", jointly=True, by=table.by, at=at)
    assert refused(actions.decline, made, by=table.by, at=at) == "confirmation_twice"
    found = actions.rule(made, "confirmed", "民特3号", on=later(5), by=table.by, at=at)

    assert found.state == "confirmed"
    clock = Clock.objects.get(rule="judicial_confirmation")
    assert clock.met_at == at
    assert clock.warn_at is not None
    assert clock.due_at is not None
    assert clock.started_at + 0.75 * (clock.due_at - clock.started_at) < clock.warn_at < clock.due_at


@pytest.mark.parametrize("subject", ["identity", "adoption", "marriage"])
def test_no_confirmation_for_identity_adoption_marriage(table: Table, subject: str) -> None:
    made = table.sign(table.draft(table.pay(), subject=subject))

    assert refused(actions.ask, made, "区法院", jointly=True, by=table.by, at=world.NOW) == "confirm_not_for"
    assert not Clock.objects.filter(rule="judicial_confirmation").exists()


def test_declined_nobody_is_reminded(table: Table) -> None:
    made = table.sign(table.draft(table.pay()))
    actions.decline(made, by=table.by, at=world.NOW)

    assert Clock.objects.get(rule="judicial_confirmation").dropped_at == world.NOW


def test_elders_settle_on_the_spot_with_an_oral_agreement(table: Table) -> None:
    Dispute.objects.update(state="registered", type_code="B2")
    dispute = Dispute.objects.get()
    Dispute.objects.filter(pk=dispute.pk).update(state="handling")
    ask_gate(dispute, "people", {"nature": "civil", "party_refuses": False}, by=table.by, at=world.NOW)
    sorry = Given(kind="apology", by_party=table.b.pk, text="十点后不跳舞", due_on=later(30))
    made = table.draft(sorry, is_oral=True, mediator=None, mediator_name="老支书")
    actions.sign_mediator(made, "pen", by=table.by, at=world.NOW)
    actions.conclude(made, by=table.by, roles=OFFICER, at=world.NOW)

    assert (made.state, Dispute.objects.get().state) == ("signed", "settled")
    assert made.paper == "口头协议登记表"


def test_a_new_agreement_takes_the_place_of_one_that_stood(table: Table) -> None:
    old = table.sign(table.draft(table.pay()))
    Standing.objects.update(linked_incident_after=True)
    cases.move(Dispute.objects.get(), "reopen", by=table.by, roles=OFFICER, at=world.NOW)
    Dispute.objects.update(state="mediating")
    new = table.sign(table.draft(table.pay("900")))
    old.refresh_from_db()

    assert (old.state, new.state) == ("void", "signed")
    assert list(Due.objects.filter(live=True).values_list("agreement", flat=True)) == [new.pk]
    assert (showing.ended(old), showing.ended(new)) == (f"由 {new.number} 代替", "")


def test_a_term_that_an_agreement_watches_is_not_noted_beside_it(table: Table) -> None:
    table.sign(table.draft(table.pay()))
    term, due = Term.objects.get(), Due.objects.get()

    assert refused(cases.perform_term, term, by=table.by, at=world.NOW, on=DAY, kept=True) == "term_watched"
    assert queries.where(due, due.due_on) == "today"
    actions.perform(due, "收条", on=DAY, by=table.by, at=world.NOW)
    term.refresh_from_db()
    assert term.performed_on == DAY

"""A dispute through its life by `actions.move()`: what is written, what is refused, what follows by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import world
from tests.world import NOW
from twinloop.cases import actions
from twinloop.cases.actions.noting import ask_gate
from twinloop.cases.models import Clock, Dispute, Order, Standing, Term
from twinloop.decide import Refused
from twinloop.ledger.models import Event
from twinloop.ledger.queries import broken

HOUR = timedelta(hours=1)
DONE = {
    "settled_by": "周明远",
    "settled_how": "reconciliation",
    "settled_on": NOW.date(),
    "terms": "恢复排水\n赔 800 元",
}


class Life:
    """Drives one dispute with the people of a district, an hour a step."""

    def __init__(self, district: world.District) -> None:
        self.district, self.at = district, NOW
        self.dispute = world.dispute(district.near, by=district.people["dispatcher"])

    def move(self, action: str, role: str, **more):
        self.at += HOUR
        person = self.district.people[role]
        actions.move(self.dispute, action, by=person.pk, roles=frozenset({role}), at=self.at, **more)
        return self

    def note(self, kind: str, role: str, **facts):
        self.at += HOUR
        person = self.district.people[role]
        actions.note(self.dispute, kind, by=person.pk, roles=frozenset({role}), at=self.at, **facts)
        return self

    def handled(self):
        self.move("sort", "dispatcher", given={"type_code": "B1", "level": 3})
        self.move("order", "dispatcher", given={"taker": self.district.people["officer"], "text": "到场看看"})
        return self.move("start", "officer")

    def settled(self, **more):
        return self.handled().move("settle", "officer", given=DONE | more)


@pytest.fixture
def life(district):
    return Life(district)


def refusal(life: Life, action: str, role: str, **more) -> Refused:
    with pytest.raises(Refused) as caught:
        life.move(action, role, **more)
    return caught.value


def test_a_quarrel_is_settled_called_back_and_closed(life):
    life.settled()
    for term in Term.objects.filter(dispute=life.dispute):
        actions.perform_term(term, by=None, at=life.at, on=NOW.date(), kept=True)
    life.note("callback", "community_officer", callback_reached=True, callback_dissatisfied=False)
    life.move("close", "community_officer")
    assert (life.dispute.state, life.dispute.closed_at) == ("closed", life.at)
    verbs = list(Event.objects.filter(stream=life.dispute.stream).order_by("seq").values_list("verb", flat=True))
    assert [v for v in verbs if v in ("sort", "order", "start", "settle", "close")] == [
        "sort", "order", "start", "settle", "close",
    ]  # fmt: skip
    assert list(broken()) == []
    assert not Clock.objects.filter(dispute=life.dispute, met_at=None, dropped_at=None).exists()


def test_closing_names_everything_that_is_missing(life):
    refused = refusal(life.settled(), "close", "community_officer")
    assert refused.code == "lacks"
    assert set(refused.facts["lacks"]) == {"lack_callback", "lack_performed"}
    assert refused.facts["terms"] == (1, 2)


def test_a_callback_that_reached_nobody_does_not_close(life):
    life.settled(terms="无").note("callback", "officer", callback_reached=False)
    assert "lack_callback" in refusal(life, "close", "community_officer").facts["lacks"]


def test_level_one_is_closed_only_with_a_leaders_word(life):
    life.settled(terms="无").note("callback", "officer", callback_reached=True)
    Dispute.objects.filter(pk=life.dispute.pk).update(level=1)
    assert refusal(life, "close", "community_officer").facts["lacks"] == ("lack_leader",)
    with pytest.raises(Refused, match="leader_only"):
        life.note("leader", "officer")
    life.note("leader", "chief").move("close", "chief")
    assert life.dispute.state == "closed"


def test_a_refused_move_leaves_nothing_behind(life):
    life.handled()
    events = Event.objects.count()
    refusal(life, "settle", "officer", given={"settled_by": "周明远", "terms": "赔 800 元"})
    standing = Standing.objects.get(dispute=life.dispute)
    assert (standing.settled_by, standing.terms_text, Term.objects.count()) == ("", "", 0)
    assert Event.objects.count() == events


def test_what_a_form_does_not_ask_for_is_not_read(life):
    life.move(
        "sort", "dispatcher", given={"type_code": "B1", "level": 3, "owner": 1, "state": "closed", "decision": "x"}
    )
    assert (life.dispute.state, Standing.objects.get(dispute=life.dispute).decision) == ("sorted", "")


def test_the_responsible_people_follow_place_and_level(life):
    life.move("sort", "dispatcher", given={"type_code": "B1", "level": 2})
    people = life.district.people
    assert (life.dispute.owner, life.dispute.leader) == (people["community_officer"], people["chief"])


def test_an_order_runs_its_clocks_and_ends_with_the_handling(life):
    life.move("sort", "dispatcher", given={"type_code": "B1", "level": 3})
    life.move("order", "dispatcher", given={"taker": life.district.people["officer"]})
    rules = Clock.objects.filter(dispute=life.dispute, met_at=None).values_list("rule", flat=True)
    assert set(rules) == {"order_signed", "final_feedback"}
    life.move("start", "officer").move("report_unsettled", "officer", why="乙方不在家")
    order = Order.objects.get(dispute=life.dispute)
    assert (order.state, order.ended_why) == ("done", "乙方不在家")
    assert not Clock.objects.filter(dispute=life.dispute, met_at=None, dropped_at=None).exists()


def test_a_returned_order_goes_to_review_and_a_second_round(life):
    life.move("sort", "dispatcher", given={"type_code": "B1", "level": 3})
    life.move("order", "dispatcher", given={"taker": life.district.people["officer"]})
    life.move("return_order", "officer", why="认识当事人")
    assert life.dispute.state == "review"
    refused = refusal(life, "order", "dispatcher", given={"taker": life.district.people["community_officer"]})
    assert set(refused.facts["lacks"]) == {"lack_review", "lack_community"}
    life.note("review", "dispatcher", review="地界不清是争执所在")
    life.move("order", "dispatcher", given={"taker": life.district.people["community_officer"], "in_community": True})
    assert life.dispute.state == "ordered"


@pytest.mark.parametrize("procedure", ["open_mediation", "open_penalty"])
def test_an_order_ends_where_a_procedure_with_its_own_clock_begins(life, procedure):
    """Nobody is late with a final feedback while they sit in a mediation of thirty days."""
    life.handled()
    ask_gate(life.dispute, "people", {"party_refuses": False, "nature": "civil"}, by=None, at=life.at)
    Standing.objects.filter(dispute=life.dispute).update(offence=True)
    life.move(procedure, "officer", why="打了一拳")
    assert Order.objects.get(dispute=life.dispute).state == "done"
    owed = Clock.objects.filter(dispute=life.dispute, met_at=None, dropped_at=None).values_list("rule", flat=True)
    assert not {"order_signed", "final_feedback"} & set(owed)


def test_unsettled_handling_opens_round_two(life):
    life.handled().move("report_unsettled", "officer", why="一方不同意").move("open_review", "dispatcher")
    assert (life.dispute.state, life.dispute.round) == ("review", 2)


def test_the_gate_shuts_mediation_with_its_article(life):
    life.handled()
    assert refusal(life, "open_mediation", "officer").code == "gate_unknown"
    ask_gate(life.dispute, "people", {"party_refuses": True, "nature": "civil"}, by=None, at=life.at)
    refused = refusal(life, "open_mediation", "officer")
    assert refused.code == "gate_shut"
    assert any("17" in article for article in refused.articles)


def test_domestic_violence_is_never_settled_by_mediation(life):
    life.handled().note("safeguard", "officer", domestic_violence=True)
    for how in ("mediation", "reconciliation"):
        assert refusal(life, "settle", "officer", given=DONE | {"settled_how": how}).code == "not_by_mediation"
    ask_gate(life.dispute, "people", {"party_refuses": False, "nature": "civil"}, by=None, at=life.at)
    assert Standing.objects.get(dispute=life.dispute).gate_open is False


def test_a_new_call_reopens_what_was_settled(life):
    life.settled(terms="无").note("callback", "officer", callback_reached=True).move("close", "community_officer")
    later = life.at + timedelta(days=20)
    again = world.incident(life.district.near, at=later)
    actions.link(again, life.dispute, by=None, at=later, why="同一条沟")
    life.dispute.refresh_from_db()
    assert (life.dispute.state, life.dispute.closed_at) == ("reopened", None)
    standing = Standing.objects.get(dispute=life.dispute)
    assert (standing.settled_by, standing.callback_reached) == ("", False)


def test_a_transfer_needs_its_receipt_and_comes_back(life):
    refused = refusal(life, "transfer", "dispatcher", why="归住建局")
    assert refused.facts["lacks"] == ("lack_receipt",)
    life.move("transfer", "dispatcher", why="归住建局", given={"transfer_receipt": "回执 12 号"})
    life.move("return_transfer", "agency", why="又打起来")
    assert life.dispute.state == "returned"


def test_a_merged_order_can_be_split_and_still_be_called_back(life):
    life.move("sort", "dispatcher", given={"type_code": "B1", "level": 3})
    life.move("order", "dispatcher", given={"taker": life.district.people["officer"]})
    target = world.dispute(life.district.near, title="同一家")
    roles, by = frozenset({"dispatcher"}), life.district.people["dispatcher"].pk
    actions.merge(life.dispute, target, by=by, roles=roles, at=life.at, why="同一纠纷")
    life.dispute.refresh_from_db()
    assert (life.dispute.state, life.dispute.merged_into) == ("merged", target)
    actions.split_merge(life.dispute, by=by, roles=roles, at=life.at + HOUR, why="不是一回事")
    assert (life.dispute.state, life.dispute.merged_into) == ("ordered", None)
    life.move("recall_order", "dispatcher")
    assert life.dispute.state == "sorted"


def test_who_comes_second_is_told_what_changed(life):
    seen = life.dispute.version
    life.move("sort", "dispatcher", given={"type_code": "B1", "level": 3})
    with pytest.raises(actions.Conflict) as caught:
        life.move("sort", "chief", given={"type_code": "B2", "level": 2}, version=seen)
    assert caught.value.changes[0].verb == "sort"
    assert caught.value.changes[0].by == life.district.people["dispatcher"].name
    life.dispute.refresh_from_db()
    assert life.dispute.type_code == "B1"


def test_a_role_that_may_not_is_told_so(life):
    assert refusal(life, "sort", "mediator", given={"type_code": "B1", "level": 3}).code == "not_your_role"

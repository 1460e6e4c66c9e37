"""Second handling opens by itself, is reviewed, sent to the community, and goes on until it is settled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests import world
from tests.cases.test_lists import as_, text
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.models import Clock, Dispute, Involvement, Order, Standing
from twinloop.cases.paging import LatePaginator
from twinloop.decide import Refused
from twinloop.decide.rounds import RoundEnd, Success, fold
from twinloop.followup.rounds import actions, day, queries
from twinloop.followup.rounds.actions import turning
from twinloop.followup.rounds.models import Escalation, Penalty, Reach
from twinloop.ledger import actions as ledger
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.notices import actions as notices
from twinloop.notices.models import Notice

DESK, FIELD = frozenset({"dispatcher"}), frozenset({"officer", "community_officer"})
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WRITTEN = {"focus": "猪栏的粪水", "plan": "社区上门定排水沟"}


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        yield world.district()


def handled(district, *, level: int = 3, at: Any = NOW) -> Dispute:
    officer = district.people["officer"]
    dispute = world.dispute(district.near, by=officer, at=at)
    for side, name in (("a", "王秀兰"), ("b", "李建国")):
        cases.add_party(dispute, world.person(name), side=side, by=officer.pk, at=at)
    cases.move(dispute, "sort", by=None, roles=DESK, at=at, given={"type_code": "B1", "level": level})
    cases.move(dispute, "order", by=None, roles=DESK, at=at, given={"taker": officer, "text": "去看看"})
    return cases.move(dispute, "start", by=officer.pk, roles=FIELD, at=at)


def settled(district, *, at: Any = NOW) -> Dispute:
    dispute = handled(district, at=at)
    given = {"settled_by": "测", "settled_how": "reconciliation", "settled_on": at.date(), "terms": "清沟"}
    return cases.move(dispute, "settle", by=None, roles=FIELD, at=at, given=given)


def unsettled(district, *, at: Any = NOW) -> Dispute:
    return cases.move(handled(district, at=at), "report_unsettled", by=None, roles=FIELD, at=at, why="一方走了")


def turn(at: Any) -> int:
    return actions.follow(at=at)


def fresh(dispute: Dispute) -> Dispute:
    return Dispute.objects.select_related("standing").get(pk=dispute.pk)


def code(act: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, **more)
    return caught.value.code


def opening(dispute: Dispute) -> Event:
    return Event.objects.filter(stream=dispute.stream, verb="open_review").order_by("-seq").get()


def test_unsettled_goes_to_review_by_itself_once(district):
    dispute = unsettled(district)
    assert turn(NOW + HOUR) == 1
    assert (fresh(dispute).state, fresh(dispute).round) == ("review", 2)
    assert opening(dispute).data["triggers"] == ["round_unsettled"]
    assert opening(dispute).by is None
    assert turn(NOW + 2 * HOUR) == 0


def test_a_returned_order_opens_the_second_round(district):
    officer = district.people["officer"]
    dispute = world.dispute(district.near, by=officer, at=NOW)
    cases.move(dispute, "sort", by=None, roles=DESK, at=NOW, given={"type_code": "B1", "level": 3})
    cases.move(dispute, "order", by=None, roles=DESK, at=NOW, given={"taker": officer, "text": "去看看"})
    cases.move(dispute, "return_order", by=officer.pk, roles=FIELD, at=NOW, why="是亲戚")
    assert (dispute.state, dispute.round) == ("review", 2)
    event = Event.objects.get(stream=dispute.stream, verb="return_order")
    assert event.data["triggers"] == ["round_order_returned"]
    assert [one.number for one in queries.rounds_of([dispute])[dispute.pk]] == [1, 2]


def test_a_second_order_that_comes_back_stays_in_its_round(district):
    dispute = unsettled(district)
    turn(NOW)
    send(district, dispute)
    taker = district.people["community_officer"]
    cases.move(dispute, "return_order", by=taker.pk, roles=FIELD, at=NOW + HOUR, why="人手不够")
    assert (dispute.state, dispute.round) == ("review", 2)


def test_a_repeat_call_reopens_and_goes_to_review(district):
    dispute = settled(district)
    cases.link(world.incident(district.near, at=NOW), dispute, by=None, at=NOW, why="头一回", first=True)
    cases.link(world.incident(district.near, at=NOW + 30 * DAY), dispute, by=None, at=NOW + 30 * DAY, why="又吵")
    assert fresh(dispute).state == "reopened"
    turn(NOW + 30 * DAY)
    assert fresh(dispute).state == "review"
    assert "round_repeated" in opening(dispute).data["triggers"]


def test_a_call_after_years_is_sorted_anew_by_the_desk(district):
    dispute = settled(district)
    cases.link(world.incident(district.near, at=NOW), dispute, by=None, at=NOW, why="头一回", first=True)
    late = NOW + 400 * DAY
    cases.link(world.incident(district.near, at=late), dispute, by=None, at=late, why="又吵")
    turn(late)
    assert fresh(dispute).state == "reopened"


def test_dissatisfied_at_the_callback_goes_to_review(district):
    dispute = settled(district)
    cases.note(dispute, "callback", by=None, roles=frozenset(), at=NOW + DAY, callback_reached=True,
               callback_dissatisfied=True)  # fmt: skip
    cases.move(dispute, "reopen", by=None, roles=frozenset({"system"}), at=NOW + DAY)
    turn(NOW + DAY)
    assert fresh(dispute).state == "review"
    assert "round_dissatisfied" in opening(dispute).data["triggers"]


@pytest.mark.parametrize("facts", [{"level": 1}, {"minors": True}, {"group_event": True}, {"violence": True}])
def test_a_grave_one_is_not_cut_off_while_somebody_is_there(district, facts):
    dispute = handled(district, level=facts.get("level", 3))
    marks = {name: value for name, value in facts.items() if name != "level"}
    if marks:
        Standing.objects.filter(dispute=dispute).update(**marks)
    turn(NOW + HOUR)
    assert fresh(dispute).state == "handling"
    cases.move(dispute, "report_unsettled", by=None, roles=FIELD, at=NOW + HOUR, why="谈不拢")
    turn(NOW + 2 * HOUR)
    assert fresh(dispute).state == "review"
    assert len(opening(dispute).data["triggers"]) == 2


def scope(district, role: str = "dispatcher"):
    return district.scope(role)


def review(district, dispute: Dispute, role: str = "dispatcher", at: Any = NOW, **parts: str) -> str:
    by = district.people[role].pk
    return actions.review(fresh(dispute), {**WRITTEN, **parts}, by=by, scope=scope(district, role), at=at)


def send(district, dispute: Dispute, at: Any = NOW) -> Order:
    review(district, dispute, at=at)
    taker, by = district.people["community_officer"], district.people["dispatcher"].pk
    return actions.send(fresh(dispute), taker, "按研判办", by=by, scope=scope(district), at=at)


def test_the_review_keeps_its_headings_and_the_order_goes_to_the_community(district):
    dispute = unsettled(district)
    Dispute.objects.filter(pk=dispute.pk).update(owner=district.people["officer"])
    turn(NOW)
    text = review(district, dispute, conduct="推过人")
    assert text == "争议焦点：猪栏的粪水\n当事人言行：推过人\n处置意见：社区上门定排水沟"
    order = send(district, dispute, NOW + HOUR)
    community = district.people["community_officer"]
    assert (order.to_account, order.round, fresh(dispute).state) == (community, 2, "ordered")
    assert fresh(dispute).owner == community
    kept = Involvement.objects.get(dispute=dispute, account=district.people["officer"], part="watcher")
    assert kept.until is None
    assert Event.objects.filter(stream=dispute.stream, verb="round_handed").count() == 1


def test_the_look_ahead_passes_over_nothing_that_a_turn_would_change(district, django_assert_max_num_queries):
    """Disputes of every kind: those that the look ahead leaves out, a turn leaves as they are."""
    waits, hurt = unsettled(district), unsettled(district)
    Standing.objects.filter(dispute=hurt).update(offence=True, sessions_failed=1)
    made = [waits, hurt, handled(district), settled(district), world.dispute(district.near, at=NOW)]
    back = handled(district)
    Order.objects.filter(dispute=back).update(state="returned", ended_at=NOW)
    made.append(back)
    rows = list(Dispute.objects.select_related("standing").filter(pk__in=[one.pk for one in made]).order_by("pk"))
    with django_assert_max_num_queries(len(rows) + 2):
        ahead = turning._to_turn(rows)
    assert {waits.pk, hurt.pk, back.pk} <= set(ahead)
    assert len(ahead) < len(made)
    for one in made:
        assert turning.turn(one.pk, at=NOW + HOUR) is False or one.pk in ahead


def test_what_a_review_and_an_order_may_not_lack(district):
    dispute = unsettled(district)
    by, held = district.people["dispatcher"].pk, scope(district)
    assert code(actions.review, dispute, WRITTEN, by=by, scope=held, at=NOW) == "round_not_review"
    turn(NOW)
    assert code(review, district, dispute, plan=" ") == "round_plan_missing"
    assert code(review, district, dispute, focus="") == "round_focus_missing"
    assert code(review, district, dispute, source="水" * 1_001) == "round_long"
    assert code(review, district, dispute, role="officer") == "not_your_role"
    community = district.people["community_officer"]
    assert code(actions.send, dispute, community, "", by=by, scope=held, at=NOW) == "lacks"
    review(district, dispute)
    assert code(actions.send, dispute, district.people["officer"], "", by=by, scope=held, at=NOW) == "round_taker"
    assert fresh(dispute).state == "review"
    Dispute.objects.filter(pk=dispute.pk).update(place=None)
    assert code(actions.send, dispute, community, "", by=by, scope=held, at=NOW) == "round_no_place"


def test_rounds_go_on_and_each_keeps_its_review(district):
    dispute = unsettled(district)
    turn(NOW)
    send(district, dispute, NOW + HOUR)
    cases.move(dispute, "start", by=None, roles=FIELD, at=NOW + 2 * HOUR)
    cases.move(dispute, "report_unsettled", by=None, roles=FIELD, at=NOW + 3 * HOUR, why="还是不肯")
    turn(NOW + 4 * HOUR)
    review(district, dispute, at=NOW + 5 * HOUR, plan="请司法所一起")
    first, second, third = queries.rounds_of([dispute])[dispute.pk]
    assert (first.end, second.end, third.end) == (RoundEnd.UNSETTLED, RoundEnd.UNSETTLED, RoundEnd.RUNNING)
    assert "社区上门" in second.review
    assert "请司法所一起" in third.review
    assert second.taker == district.people["community_officer"].name
    assert third.triggers == ("round_unsettled",)


def settled_in_round_two(district) -> Dispute:
    dispute = unsettled(district)
    turn(NOW)
    send(district, dispute, NOW + HOUR)
    cases.move(dispute, "start", by=None, roles=FIELD, at=NOW + 2 * HOUR)
    given = {"settled_by": "测", "settled_how": "reconciliation", "settled_on": NOW.date(), "terms": "无"}
    cases.move(dispute, "settle", by=None, roles=FIELD, at=NOW + 3 * HOUR, given=given)
    return dispute


def test_success_counts_what_held(district):
    dispute = settled_in_round_two(district)
    (won,) = queries.succeeded(SYSTEM, NOW + DAY)
    assert (won.number, won.over, won.settled, won.held) == (2, 1, 1, 1)
    cases.link(world.incident(district.near, at=NOW + DAY), dispute, by=None, at=NOW + DAY, why="又吵")
    turn(NOW + DAY)
    (lost,) = queries.succeeded(SYSTEM, NOW + 2 * DAY)
    assert (lost.over, lost.settled, lost.held) == (1, 1, 0)


def test_what_a_process_remembers_of_rounds_is_what_the_ledger_says(district):
    dispute = settled_in_round_two(district)
    for step in range(2):
        one = fresh(dispute)
        for _again in range(2):
            (rounds,) = queries._ended([(one.pk, one.version, one.touched_at)])
            whole = queries.rounds_of([dispute])[dispute.pk]
            assert [(r.number, r.end, r.held) for r in rounds] == [(r.number, r.end, r.held) for r in whole]
        if not step:
            cases.link(world.incident(district.near, at=NOW + DAY), dispute, by=None, at=NOW + DAY, why="又吵")
            turn(NOW + DAY)


def test_what_another_thread_lets_go_meanwhile_is_still_told(district, monkeypatch):
    one, two = (fresh(settled_in_round_two(district)) for _ in range(2))
    asked = [(one.pk, one.version, one.touched_at), (two.pk, two.version, two.touched_at)]
    first = queries._ended(asked[:1])

    def meanwhile(steps: Any) -> Any:
        queries._remembered.clear()
        return fold(steps)

    monkeypatch.setattr(queries, "fold", meanwhile)
    assert queries._ended(asked)[:1] == first
    monkeypatch.setattr(queries, "KEPT", 1)
    assert [len(rounds) for rounds in queries._ended(asked)] == [2, 2]
    assert len(queries._remembered) == 1


def test_each_tab_lists_what_it_counts(district):
    for n in range(3):
        dispute = unsettled(district)
        turn(NOW)
        if n:
            review(district, dispute)
    counted = queries.counts(SYSTEM)
    assert counted == {tab: queries.listed(SYSTEM, tab).count() for tab in counted}
    assert (counted["review"], counted["send"]) == (1, 2)
    late = LatePaginator(queries.listed(SYSTEM, "send"), 1, counted["send"])
    shown = [list(late.page(n)) for n in (1, 2)]
    assert [one for page in shown for one in page] == list(queries.listed(SYSTEM, "send"))


def test_rounds_from_the_sixth_on_are_told_as_one(district, monkeypatch):
    told = tuple(Success(number=n, over=10, settled=5, held=n) for n in (1, 2, 5, 6, 8))
    monkeypatch.setattr(queries, "success", lambda disputes: told)
    said = [(one.number, one.over, one.held) for one in queries.succeeded(SYSTEM, NOW)]
    assert said == [(2, 10, 2), (5, 10, 5), (6, 20, 14)]
    page = as_(district.people["chief"]).get("/second/")
    assert "第 6 轮起化解" in text(page)


def test_officer_and_chief_are_told(district):
    dispute = unsettled(district)
    Dispute.objects.filter(pk=dispute.pk).update(owner=district.people["community_officer"])
    turn(NOW)
    ledger.seal(at=NOW)
    notices.tell(at=NOW)
    told = set(Notice.objects.filter(verb="open_review").values_list("account__username", flat=True))
    assert {"t-community_officer", "t-chief"} <= told


def test_a_clock_that_was_set_back_forgets_nothing(district):
    turn(NOW + 10 * DAY)
    assert Reach.objects.get().at == NOW + 10 * DAY
    dispute = unsettled(district)
    assert turn(NOW + HOUR) == 1
    assert fresh(dispute).state == "review"


def test_the_day_owes_the_penalty_and_the_look_back(district):
    dispute = handled(district)
    Penalty.objects.create(dispute=dispute, cause="failed", since=NOW, owed_until=NOW + 14 * HOUR)
    Escalation.objects.create(
        dispute=dispute, incident=world.incident(district.near, at=NOW), at=NOW, marked_at=NOW - 2 * DAY
    )
    found = {(one.kind.value, one.number) for one in day.open_items(NOW, NOW + 11 * HOUR)}
    assert found == {("penalty", dispute.number), ("round", dispute.number)}
    assert not Clock.objects.filter(dispute=dispute, rule="penalty").exists()

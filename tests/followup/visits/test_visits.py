"""Visits are planned by themselves, written down once, and mean something for the dispute."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from tests import world
from tests.world import CHINA, NOW
from twinloop.cases import actions as cases
from twinloop.cases.models import Clock, Dispute, Involvement, Term
from twinloop.decide import Refused
from twinloop.followup.visits import actions, day, linking, queries, turning
from twinloop.followup.visits.actions import Made
from twinloop.followup.visits.models import Callback, Link, Reach, Watch
from twinloop.ledger import actions as ledger
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.notices import actions as notices
from twinloop.notices.models import Notice

DESK, SYSTEM_ROLE = frozenset({"dispatcher"}), frozenset({"system"})
DAY = timedelta(days=1)


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        yield world.district()


def handled(district, *, level: int = 3, at: datetime = NOW) -> Dispute:
    """Sent to the community officer, who has begun."""
    officer = district.people["community_officer"]
    dispute = world.dispute(district.near, by=officer, at=at)
    for side, name in (("a", "王秀兰"), ("b", "李建国")):
        cases.add_party(dispute, world.person(name), side=side, by=officer.pk, at=at)
    cases.move(dispute, "sort", by=None, roles=DESK, at=at, given={"type_code": "B1", "level": level})
    given = {"taker": officer, "text": "去看看", "in_community": True}
    cases.move(dispute, "order", by=None, roles=DESK, at=at, given=given)
    return cases.move(dispute, "start", by=officer.pk, roles=frozenset({"community_officer"}), at=at)


def settled(district, *, level: int = 3, at: datetime = NOW) -> Dispute:
    dispute = handled(district, level=level, at=at)
    given = {
        "settled_by": "测t-community_officer",
        "settled_how": "reconciliation",
        "settled_on": at.date(),
        "terms": "各退一步",
    }
    officer = district.people["community_officer"].pk
    return cases.move(dispute, "settle", by=officer, roles=frozenset({"community_officer"}), at=at, given=given)


def owed(dispute: Dispute) -> Callback | None:
    return Callback.objects.filter(dispute=dispute, state="planned").first()


def said(**facts: Any) -> Made:
    given = {"way": "visit", "reached": True, "outcome": "settled", "terms": "kept", "satisfaction": 5, "mind": "calm"}
    return Made(**{"on": NOW.date(), **given, **facts})


def made(row: Callback | None, at: datetime, **facts: Any) -> Callback:
    assert row is not None
    return actions.put_down(row, said(on=at.date(), **facts), by=None, at=at)


def refused(act: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, **more)
    return caught.value.code


@pytest.mark.parametrize(("level", "days"), [(1, 7), (2, 15), (3, 30)])
def test_a_settled_dispute_is_called_back_by_its_level(district, level, days):
    dispute = settled(district, level=level)
    assert turning.follow(at=NOW + timedelta(minutes=1)) == 1
    row = owed(dispute)
    assert row is not None
    assert (row.due_on, row.reason, row.owner) == (NOW.date() + days * DAY, "visit_callback", dispute.owner)


def test_open_ones_are_visited_by_level_and_level_three_only_when_asked(district):
    grave, slight = handled(district, level=1), handled(district, level=3)
    turning.follow(at=NOW)
    row = owed(grave)
    assert row is not None
    assert row.due_on == NOW.date() + 3 * DAY
    assert owed(slight) is None
    asked = actions.ask(slight, "妹妹打电话来", by_other=False, by=district.people["chief"].pk, at=NOW)
    assert asked is not None
    assert (asked.due_on, asked.reason) == (NOW.date(), "visit_asked")
    assert refused(actions.ask, slight, "  ", by_other=False, by=1, at=NOW) == "visit_not_asked"


def test_three_calm_visits_end_it_and_the_dispute_can_be_closed(district):
    dispute = settled(district)
    at = NOW
    for _ in range(3):
        at += 30 * DAY
        actions.reckon(dispute, at=at)
        made(owed(dispute), at)
    assert owed(dispute) is None
    assert Watch.objects.get(dispute=dispute).over_at == at
    assert Event.objects.filter(stream=dispute.stream, verb="visits_over").count() == 1
    assert not Term.objects.filter(dispute=dispute, performed_on=None).exists()  # 'all kept' performs what was promised
    dispute.refresh_from_db()
    closed = cases.move(dispute, "close", by=None, roles=frozenset({"chief"}), at=at)
    assert closed.state == "closed"
    assert not Clock.objects.filter(
        dispute=dispute, rule__startswith="callback_", met_at=None, dropped_at=None
    ).exists()


def test_nothing_is_closed_without_a_callback_that_reached_somebody(district):
    dispute = settled(district)
    more: dict[str, Any] = {"by": None, "roles": frozenset({"chief"}), "at": NOW + DAY}
    with pytest.raises(Refused) as caught:
        cases.move(dispute, "close", **more)
    assert "lack_callback" in str(caught.value.facts)
    actions.reckon(dispute, at=NOW + DAY)
    made(owed(dispute), NOW + DAY, reached=False, way="call")
    with pytest.raises(Refused) as caught:
        cases.move(dispute, "close", **more)
    assert "lack_callback" in str(caught.value.facts)
    row = owed(dispute)  # still owed: nobody was reached
    made(row, NOW + 2 * DAY)
    assert cases.move(dispute, "close", by=None, roles=frozenset({"chief"}), at=NOW + 2 * DAY).state == "closed"


@pytest.mark.parametrize("facts", [{"satisfaction": 2}, {"outcome": "unsettled"}, {"terms": "broken"}])
def test_who_is_not_satisfied_opens_it_again(district, facts):
    dispute = settled(district)
    actions.reckon(dispute, at=NOW)
    row = owed(dispute)
    assert row is not None
    assert refused(actions.put_down, row, said(**facts), by=None, at=NOW + DAY) == "visit_why"
    assert owed(dispute) is not None
    made(row, NOW + DAY, why="又放音响", **facts)
    dispute.refresh_from_db()
    assert dispute.state == "reopened"
    assert Event.objects.filter(stream=dispute.stream, verb="reopen").count() == 1


def test_a_closed_one_that_flares_up_is_opened_by_its_rolling_visit(district):
    dispute = settled(district)
    actions.reckon(dispute, at=NOW)
    made(owed(dispute), NOW + 30 * DAY)
    dispute = cases.move(dispute, "close", by=None, roles=frozenset({"chief"}), at=NOW + 31 * DAY)
    row = owed(dispute)
    assert row is not None  # rolling goes on after closing
    made(row, NOW + 60 * DAY, outcome="unsettled", why="又吵了")
    dispute.refresh_from_db()
    assert dispute.state == "reopened"


def test_nobody_is_called_back_before_settlement(district):
    dispute = handled(district, level=1)
    actions.reckon(dispute, at=NOW)
    made(owed(dispute), NOW + DAY)
    dispute.refresh_from_db()
    assert not dispute.standing.callback_reached  # a visit while it is open is no callback
    with pytest.raises(Refused, match="callback_too_early"):
        cases.note(dispute, "callback", by=None, roles=DESK, at=NOW, callback_reached=True)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"on": NOW.date() + 5 * DAY}, "visit_day"),
        ({"on": date(2020, 1, 1)}, "visit_day"),
        ({"way": "link"}, "visit_what"),
        ({"mind": ""}, "visit_mind"),
        ({"satisfaction": None}, "visit_satisfied"),
        ({"satisfaction": 6}, "visit_satisfied"),
        ({"outcome": ""}, "visit_outcome"),
        ({"spot": (1, 2)}, "visit_where"),
    ],
)
def test_what_cannot_be_is_refused_and_the_visit_is_still_owed(district, facts, code):
    dispute = settled(district)
    row = actions.reckon(dispute, at=NOW)
    assert row is not None
    assert refused(actions.put_down, row, said(**facts), by=None, at=NOW + DAY) == code
    assert owed(dispute) == row


def test_two_who_finish_one_visit(district):
    dispute = settled(district)
    row = actions.reckon(dispute, at=NOW)
    made(row, NOW + DAY)
    with pytest.raises(Refused) as caught:
        made(row, NOW + DAY, satisfaction=1, why="x")
    assert caught.value.code == "visit_over"
    dispute.refresh_from_db()
    assert dispute.state == "settled"


def test_another_hand_than_the_handler_s_when_it_is_asked_for(district):
    dispute = settled(district)
    helper = district.people["auxiliary"]
    row = actions.ask(dispute, "不要原来的人来", by_other=True, by=district.people["chief"].pk, at=NOW)
    assert row is not None
    row.refresh_from_db()
    assert row.owner is not None
    assert row.owner != dispute.owner
    assert Involvement.objects.filter(dispute=dispute, account=row.owner).exists()
    assert refused(actions.give, row, dispute.owner, by=1, at=NOW) == "visit_same_hand"
    actions.give(row, helper, by=district.people["chief"].pk, at=NOW)
    assert queries.mine(district.scope("auxiliary"), NOW.date()).get() == row
    assert refused(actions.give, row, district.people["agency"], by=1, at=NOW) == "visit_nobody"


def test_a_worker_that_was_down_catches_up_once_and_the_chief_is_told_once(district):
    dispute = settled(district, level=1)
    late = NOW + 20 * DAY
    assert turning.follow(at=late) == 1
    row = owed(dispute)
    assert row is not None
    assert row.due_on == NOW.date() + 7 * DAY
    assert (turning.climb(at=late), turning.climb(at=late)) == (1, 0)
    assert list(queries.late(district.scope("chief", late), late.date())) == [row]
    assert Event.objects.filter(stream=dispute.stream, verb="visit_late").count() == 1
    assert turning.follow(at=late + timedelta(hours=1)) == 0
    assert Callback.objects.filter(dispute=dispute).count() == 1


def test_a_clock_that_was_set_back_plans_nothing_twice(district):
    dispute = settled(district)
    turning.follow(at=NOW + DAY)
    turning.follow(at=NOW - DAY)
    turning.follow(at=NOW + timedelta(hours=2))
    assert Callback.objects.filter(dispute=dispute, state="planned").count() == 1
    assert Reach.objects.get().at == NOW + timedelta(hours=2)


def test_what_is_merged_is_no_longer_visited(district):
    one, other = settled(district), settled(district)
    turning.follow(at=NOW)
    cases.move(one, "merge", by=None, roles=DESK, at=NOW + DAY, why="同一件", given={"target": other})
    turning.follow(at=NOW + DAY)
    assert owed(one) is None
    assert Callback.objects.get(dispute=one).state == "dropped"


def test_a_visit_of_the_morning_is_no_callback_of_a_settlement_of_the_afternoon(district):
    """Written down in the evening by a phone without signal."""
    dispute = handled(district, level=1)
    row = actions.ask(dispute, "怕出事", by_other=False, by=district.people["chief"].pk, at=NOW)
    afternoon, evening = NOW + timedelta(hours=6), NOW + timedelta(hours=10)
    given = {"settled_by": "陈警官", "settled_how": "reconciliation", "settled_on": NOW.date(), "terms": "各退一步"}
    officer = district.people["community_officer"].pk
    cases.move(dispute, "settle", by=officer, roles=frozenset({"community_officer"}), at=afternoon, given=given)
    actions.reckon(dispute, at=afternoon)
    row = owed(dispute)
    assert refused(made, row, evening, hour=time(23, 30)) == "visit_day"  # not come yet
    written = made(row, evening, hour=time(10, 30))
    assert written.met_at == NOW + timedelta(hours=1, minutes=30)
    dispute.refresh_from_db()
    assert not dispute.standing.callback_reached
    row = owed(dispute)  # the callback is still owed
    assert row is not None
    assert (row.reason, row.due_on) == ("visit_callback", NOW.date() + 7 * DAY)
    made(row, evening, hour=time(18))
    dispute.refresh_from_db()
    assert dispute.standing.callback_reached
    assert owed(dispute).reason == "visit_rolling"


def test_without_an_hour_a_visit_of_the_settlement_s_day_counts_only_if_written_down_that_day(district):
    dispute = settled(district, level=1)
    row = actions.reckon(dispute, at=NOW)
    actions.put_down(row, said(on=NOW.date()), by=None, at=NOW + DAY)  # when, nobody said
    dispute.refresh_from_db()
    assert not dispute.standing.callback_reached
    made(owed(dispute), NOW + timedelta(days=1, minutes=5))
    dispute.refresh_from_db()
    assert dispute.standing.callback_reached


# ── a party's own word ──


def party(dispute: Dispute):
    return dispute.parties.order_by("pk").first()


def word(**facts: Any) -> Made:
    return said(way="link", mind="", **facts)


def test_a_party_s_own_answer_counts_and_may_contradict_ours(district):
    dispute = settled(district)
    row = actions.reckon(dispute, at=NOW)
    made(row, NOW + DAY)
    token, _link = linking.invite(dispute, party(dispute), by=district.people["officer"].pk, at=NOW + DAY)
    linking.answer(token, word(satisfaction=1, why="根本没修"), at=NOW + 2 * DAY)
    dispute.refresh_from_db()
    assert dispute.state == "reopened"
    rows = list(Callback.objects.filter(dispute=dispute))
    dispute.settled_at = NOW
    both = queries.sides(rows, dispute)
    assert both.differ
    assert (both.ours and both.ours.satisfaction, both.theirs and both.theirs.satisfaction) == (5, 1)


def test_a_party_s_own_answer_meets_the_callback_and_the_officer_s_visit_rolls_on(district):
    dispute = settled(district, level=2)
    row = actions.reckon(dispute, at=NOW)
    assert row is not None
    assert row.due_on == NOW.date() + 15 * DAY
    token, _link = linking.invite(dispute, party(dispute), by=district.people["officer"].pk, at=NOW)
    linking.answer(token, word(), at=NOW + 2 * DAY)
    row.refresh_from_db()
    assert (row.reason, row.due_on, row.state) == ("visit_rolling", NOW.date() + 17 * DAY, "planned")
    assert Watch.objects.get(dispute=dispute).over_at is None
    dispute.refresh_from_db()
    assert cases.move(dispute, "close", by=None, roles=frozenset({"chief"}), at=NOW + 3 * DAY).state == "closed"


def test_a_link_opens_once_and_no_guess_opens_it(district):
    dispute = settled(district)
    officer = district.people["officer"].pk
    token, link = linking.invite(dispute, party(dispute), by=officer, at=NOW)
    assert linking.opened(token, at=NOW) == link
    assert linking.opened(token[:-1] + "!", at=NOW) is None
    assert linking.opened(token, at=NOW - DAY) is None  # the clock was set back
    assert linking.opened(token, at=NOW + 15 * DAY) is None
    assert token.encode() not in bytes(Link.objects.get().digest)
    linking.answer(token, word(), at=NOW + DAY)
    dispute.refresh_from_db()
    assert dispute.standing.callback_reached
    assert linking.opened(token, at=NOW + DAY) is None
    assert refused(linking.answer, token, word(), at=NOW + DAY) == "link_gone"
    assert refused(linking.answer, "x", word(), at=NOW + DAY) == "link_gone"


def test_a_second_link_ends_the_first_and_none_is_made_before_settlement(district):
    dispute = settled(district)
    officer = district.people["officer"].pk
    first, _link = linking.invite(dispute, party(dispute), by=officer, at=NOW)
    linking.invite(dispute, party(dispute), by=officer, at=NOW + DAY)
    assert linking.opened(first, at=NOW + DAY) is None
    still = handled(district)
    assert refused(linking.invite, still, party(still), by=officer, at=NOW) == "link_state"
    assert refused(linking.invite, dispute, party(still), by=officer, at=NOW) == "link_party"


def test_festivals_are_met_ahead(district):
    assert actions.festivals(date(2026, 2, 1)) == [date(2026, 2, 15)]
    assert actions.festivals(date(2090, 2, 1)) == []
    dispute = settled(district, level=2, at=datetime(2026, 2, 10, 9, tzinfo=CHINA))
    row = actions.reckon(dispute, at=datetime(2026, 2, 10, 10, tzinfo=CHINA))
    assert row is not None
    assert (row.reason, row.due_on) == ("visit_festival", date(2026, 2, 13))


def test_a_visit_that_is_due_is_an_item_of_its_day(district):
    dispute = settled(district, level=1)
    turning.follow(at=NOW)
    row = owed(dispute)
    assert row is not None
    cut = datetime(2026, 4, 23, 20, tzinfo=CHINA)  # seven days later
    assert not list(day.open_items(NOW, cut - DAY))
    (item,) = day.open_items(NOW, cut)
    assert (item.key, item.owner, item.due) == (f"visit:{row.pk}", dispute.owner_id, cut)


def test_who_is_handed_a_visit_and_the_chief_of_a_late_one_are_told(district):
    dispute = settled(district)
    turning.follow(at=NOW)
    row = owed(dispute)
    assert row is not None
    actions.give(row, district.people["auxiliary"], by=district.people["chief"].pk, at=NOW)
    turning.climb(at=NOW + 40 * DAY)
    ledger.seal(at=NOW + 40 * DAY)
    notices.tell(at=NOW + 41 * DAY)
    late = Notice.objects.filter(verb="visit_late").values_list("account", flat=True)
    assert set(late) >= {district.people["chief"].pk}
    # what was handed over long ago is no news any more
    assert not Notice.objects.filter(verb="visit_given").exists()
    actions.give(row, district.people["community_officer"], by=district.people["chief"].pk, at=NOW + 41 * DAY)
    ledger.seal(at=NOW + 41 * DAY)
    notices.tell(at=NOW + 41 * DAY)
    assert Notice.objects.get(verb="visit_given").account == district.people["community_officer"]


def test_a_visit_of_before_the_settlement_sent_after_it_is_no_callback(district):
    dispute = handled(district, level=1)
    row = actions.reckon(dispute, at=NOW)
    given = {
        "settled_by": "x",
        "settled_how": "reconciliation",
        "settled_on": NOW.date() + 5 * DAY,
        "terms": "各退一步",
    }
    officer = district.people["community_officer"].pk
    roles = frozenset({"community_officer"})
    cases.move(dispute, "settle", by=officer, roles=roles, at=NOW + 5 * DAY, given=given)
    assert row is not None
    actions.put_down(row, said(on=NOW.date() + 3 * DAY), by=officer, at=NOW + 6 * DAY)
    dispute.refresh_from_db()
    assert not dispute.standing.callback_reached
    still = owed(dispute)
    assert still is not None
    assert (still.reason, still.due_on) == ("visit_callback", NOW.date() + 12 * DAY)


def test_the_handler_cannot_write_down_what_another_hand_was_asked_for(district):
    dispute = settled(district)
    row = actions.ask(dispute, "换个人来", by_other=True, by=district.people["chief"].pk, at=NOW)
    assert row is not None
    assert refused(actions.put_down, row, said(), by=dispute.owner_id, at=NOW) == "visit_same_hand"
    assert actions.put_down(row, said(), by=district.people["auxiliary"].pk, at=NOW).state == "done"


def test_a_try_that_reached_nobody_is_late_tomorrow_and_not_at_once(district):
    dispute = settled(district, level=1)
    late = NOW + 20 * DAY
    turning.follow(at=late)
    made(owed(dispute), late, reached=False, way="call")
    again = owed(dispute)
    assert again is not None
    assert again.due_on == late.date() + DAY
    assert turning.climb(at=late) == 0
    assert turning.climb(at=late + 2 * DAY) == 1


def test_a_lowered_level_moves_the_day_later_but_what_is_late_stays_late(district):
    dispute = settled(district, level=1)
    actions.reckon(dispute, at=NOW)
    Dispute.objects.filter(pk=dispute.pk).update(level=2)
    actions.reckon(dispute, at=NOW + DAY)
    row = owed(dispute)
    assert row is not None
    assert row.due_on == NOW.date() + 15 * DAY
    Dispute.objects.filter(pk=dispute.pk).update(level=3)
    actions.reckon(dispute, at=NOW + 20 * DAY)
    row.refresh_from_db()
    assert row.due_on == NOW.date() + 15 * DAY


@pytest.mark.parametrize("later", [timedelta(minutes=2), DAY], ids=["same day", "next day"])
def test_a_late_callback_that_was_tried_is_not_told_again_before_the_next_day_is_over(district, later):
    dispute = settled(district, level=1)
    turning.follow(at=NOW)
    late = NOW + 8 * DAY
    assert turning.climb(at=late) == 1
    made(owed(dispute), late, reached=False)
    turning.follow(at=late + later)
    turning.roll(at=late + later)
    assert turning.climb(at=late + later) == 0, "tried: whoever is to come has until the evening of the next day"
    after = owed(dispute)
    assert after is not None
    assert after.due_on == late.date() + DAY
    assert turning.climb(at=late + 2 * DAY) == 1, "nobody came again: told anew"


def test_many_looked_at_at_once_come_out_as_one_by_one(district):
    """The look ahead skips only what judging each under its lock would have left alone."""
    rows = [handled(district, level=level) for level in (1, 2, 3)] + [
        settled(district, level=level) for level in (1, 2, 3)
    ]
    turning.follow(at=NOW)
    made(owed(rows[3]), NOW + DAY)  # calm
    made(owed(rows[4]), NOW + DAY, mind="hostile", satisfaction=1, outcome="unsettled", why="还在骂")
    actions.put_down(owed(rows[0]), Made(on=NOW.date(), way="call", reached=False), by=None, at=NOW)
    Dispute.objects.filter(pk=rows[5].pk).update(level=1)
    for later in (timedelta(hours=1), 20 * DAY, 300 * DAY):
        turning._reckon_all([row.pk for row in rows], NOW + later)
        kept = list(Callback.objects.order_by("pk").values("pk", "state", "due_on", "reason", "owner"))
        for row in rows:
            actions.reckon(row, at=NOW + later)
        assert list(Callback.objects.order_by("pk").values("pk", "state", "due_on", "reason", "owner")) == kept


def test_a_morning_on_which_nothing_is_owed_locks_nobody(district, django_assert_num_queries):
    rows = [settled(district, level=2) for _ in range(6)]
    turning.follow(at=NOW)
    with django_assert_num_queries(4):
        turning._reckon_all([row.pk for row in rows], NOW + DAY)

"""The penalty procedure: owed on the day of failure, counted from it, paused by appraisals, extended once, decided."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests import world
from tests.followup.rounds.test_rounds import code, fresh, handled, turn
from tests.world import CHINA, NOW
from twinloop.cases import actions as cases
from twinloop.cases.models import Clock, Dispute, Standing
from twinloop.followup.rounds import actions
from twinloop.followup.rounds.models import Penalty
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIELD = frozenset({"officer", "community_officer"})


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        yield world.district()


def failed(district, *, at: datetime = NOW) -> Dispute:
    """An assault whose mediation one side refused."""
    dispute = handled(district, at=at)
    cases.note(dispute, "offence", by=None, roles=FIELD, at=at, offence=True)
    cases.note(dispute, "circumstances", by=None, roles=FIELD, at=at, party_unwilling=True)
    return fresh(dispute)


def charged(district, *, at: datetime = NOW) -> Penalty:
    dispute, officer = failed(district, at=at), district.people["officer"]
    return actions.open_penalty(dispute, "不愿调解", by=officer.pk, scope=district.scope("officer"), at=at)


def who(district, role: str, at: datetime) -> dict[str, Any]:
    return {"by": district.people[role].pk, "scope": district.scope(role), "at": at}


def clock(penalty: Penalty) -> Clock:
    return Clock.objects.get(
        dispute=penalty.dispute, rule__startswith="penalty", met_at__isnull=True, dropped_at__isnull=True
    )


def test_it_is_owed_until_midnight_then_the_chief_is_told_once(district):
    dispute = failed(district)
    turn(NOW + HOUR)
    row = Penalty.objects.get()
    assert (row.state, row.cause, row.owed_until) == (
        "owed",
        "refused",
        datetime(2026, 4, 16, 23, 59, 59, tzinfo=CHINA),
    )
    turn(NOW + 2 * HOUR)
    assert Penalty.objects.count() == 1
    for at in (NOW + DAY, NOW + DAY + HOUR):
        turn(at)
    verbs = [event.verb for event in Event.objects.filter(stream=dispute.stream, verb__startswith="penalty_")]
    assert sorted(verbs) == ["penalty_late", "penalty_owed"]
    assert fresh(dispute).state == "handling", "a person opens it, not the software"


def test_unsettled_with_an_offence_waits_for_the_penalty_and_not_for_a_review(district):
    dispute = failed(district)
    cases.move(dispute, "report_unsettled", by=None, roles=FIELD, at=NOW, why="谈不拢")
    turn(NOW + HOUR)
    assert (fresh(dispute).state, fresh(dispute).round) == ("unsettled", 1)


def test_willing_again_before_it_was_opened_nothing_is_owed(district):
    dispute = failed(district)
    turn(NOW)
    cases.note(dispute, "circumstances", by=None, roles=FIELD, at=NOW + HOUR, party_unwilling=False)
    turn(NOW + HOUR)
    assert Penalty.objects.get().state == "ended"


def test_opened_on_the_dispute_page_it_is_known_here_too(district):
    dispute = failed(district)
    turn(NOW)
    cases.move(dispute, "open_penalty", by=None, roles=FIELD, at=NOW + HOUR, why="不愿调解")
    turn(NOW + 2 * HOUR)
    row = Penalty.objects.get()
    assert (row.state, row.opened_at) == ("open", NOW + 2 * HOUR)


def test_its_days_count_from_the_failure(district):
    dispute = handled(district)
    cases.note(dispute, "offence", by=None, roles=FIELD, at=NOW, offence=True)
    cases.note(dispute, "terms_broken", by=None, roles=FIELD, at=NOW, terms_broken=True)
    officer = who(district, "officer", NOW + 3 * DAY)
    row = actions.open_penalty(fresh(dispute), "没有照办", **officer)
    assert row.since == NOW
    assert clock(row).due_at == datetime(2026, 5, 18, 23, 59, 59, tzinfo=CHINA), "30 days end on a Saturday"


def test_an_appraisal_takes_its_days_out(district):
    row = charged(district)
    actions.appraise(row, "轻微伤", "县公安局法医室", **who(district, "officer", NOW + DAY))
    assert clock(row).due_at is None
    assert code(actions.appraise, row, "再来", "别处", **who(district, "officer", NOW + DAY)) == "penalty_stands"
    leader = who(district, "chief", NOW + 2 * DAY)
    assert code(actions.extend, row, "市局", **leader) == "penalty_stands"
    assert code(actions.decide, row, "fine", "公（1）", NOW.date(), "", **leader) == "penalty_stands"
    assert code(actions.appraised, row, " ", **who(district, "officer", NOW + 9 * DAY)) == "penalty_what"
    actions.appraised(row, "轻微伤", **who(district, "officer", NOW + 9 * DAY))
    nine = datetime(2026, 5, 25, 23, 59, 59, tzinfo=CHINA)  # 30 days end on 16 May; nine were taken out
    assert clock(row).due_at == nine
    assert code(actions.appraised, row, "轻微伤", **who(district, "officer", NOW + 9 * DAY)) == "penalty_runs"


def test_it_is_extended_once_with_its_pauses(district):
    row = charged(district)
    actions.appraise(row, "轻微伤", "法医室", **who(district, "officer", NOW + DAY))
    actions.appraised(row, "轻微伤", **who(district, "officer", NOW + 5 * DAY))
    first = clock(row).due_at
    assert code(actions.extend, row, "市局", **who(district, "officer", NOW + 6 * DAY)) == "penalty_role"
    actions.extend(row, "市公安局", **who(district, "chief", NOW + 6 * DAY))
    longer = clock(row)
    assert (longer.rule, longer.started_at) == ("penalty_extended", row.since)
    assert first + 28 * DAY <= longer.due_at <= first + 34 * DAY
    assert code(actions.extend, row, "市局", **who(district, "chief", NOW + 7 * DAY)) == "penalty_extended"


def test_too_late_to_extend(district):
    row = charged(district)
    assert code(actions.extend, row, "市局", **who(district, "chief", NOW + 40 * DAY)) == "penalty_over"


def test_a_decision_is_kept_and_the_dispute_goes_on_being_watched(district):
    row = charged(district)
    leader = who(district, "chief", NOW + 3 * DAY)
    assert code(actions.decide, row, "", "公（1）", NOW.date(), "", **leader) == "penalty_what"
    assert code(actions.decide, row, "fine", "", NOW.date(), "", **leader) == "penalty_what"
    assert code(actions.decide, row, "fine", "公（1）", NOW.date() + 9 * DAY, "", **leader) == "penalty_day"
    assert code(actions.decide, row, "fine", "公（1）", NOW.date() - DAY, "", **leader) == "penalty_day"
    assert code(actions.decide, row, "fine", "公（1）", None, "", **leader) == "penalty_day"
    actions.decide(row, "fine", "渝公（治）决〔2026〕1号", NOW.date() + DAY, "罚款五百元", **leader)
    dispute = fresh(row.dispute)
    assert dispute.state == "penalty"
    assert dispute.standing.decision == "渝公（治）决〔2026〕1号 罚款"
    assert Clock.objects.get(dispute=dispute, rule="penalty").met_at == NOW + 3 * DAY
    assert code(actions.decide, row, "fine", "公（2）", NOW.date(), "", **leader) == "penalty_decided"
    assert (
        code(cases.move, dispute, "close_by_decision", by=None, roles=frozenset({"chief"}), at=NOW + 4 * DAY) == "lacks"
    )


def test_settled_by_both_sides_request_it_ends_and_broken_terms_begin_it_anew(district):
    row = charged(district)
    dispute = fresh(row.dispute)
    cases.note(dispute, "application", by=None, roles=frozenset({"chief"}), at=NOW + DAY, application_approved=True)
    given = {"settled_by": "测", "settled_how": "reconciliation", "settled_on": NOW.date() + DAY, "terms": "无"}
    cases.move(dispute, "settle", by=None, roles=FIELD, at=NOW + DAY, given=given)
    turn(NOW + DAY)
    assert Penalty.objects.get(pk=row.pk).state == "ended"
    assert Clock.objects.get(dispute=dispute, rule="penalty").dropped_at == NOW + DAY
    cases.note(dispute, "terms_broken", by=None, roles=FIELD, at=NOW + 5 * DAY, terms_broken=True)
    again = actions.open_penalty(fresh(dispute), "没有照办", **who(district, "officer", NOW + 6 * DAY))
    assert again.pk != row.pk
    assert again.since == NOW + 5 * DAY
    assert Standing.objects.get(dispute=dispute).decision == ""


def test_nothing_to_pause_extend_or_decide_once_it_is_over(district):
    row = charged(district)
    Penalty.objects.filter(pk=row.pk).update(state="ended", ended_at=NOW)
    for act, said in ((actions.appraise, ("伤", "处")), (actions.extend, ("局",))):
        assert code(act, row, *said, **who(district, "chief", NOW + DAY)) == "penalty_none"


def test_no_offence_no_procedure(district):
    dispute = handled(district)
    assert code(actions.open_penalty, dispute, "打人", **who(district, "officer", NOW)) == "no_offence"
    assert not Penalty.objects.exists()

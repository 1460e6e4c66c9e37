"""A preview writes nothing, and what it says is what happens once the set holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests import world
from tests.cases.test_parameters import TOMORROW, renamed, values
from tests.dispatch.orders.conftest import Floor, furnish
from tests.triage.test_repeats import AGAIN, FIRST
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute, Incident, ParameterSet, Standing
from twinloop.decide import Refused
from twinloop.decide.parameters import ParameterKind as K
from twinloop.dispatch.orders.queries import suggesting
from twinloop.dispatch.tuning import actions, queries, trying
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.follow import actions as follow
from twinloop.mediation.follow.models import Nomination
from twinloop.mediation.sessions import advising
from twinloop.triage import actions as triage
from twinloop.triage.models import Judgement, RepeatPair

LATER = NOW + timedelta(hours=15)  # on the next day, while the same people are on duty
DEBT = "报警人称王某去年借了他三万块钱，有借条，约好年底还，到现在一分不还，上门去要钱也不肯还钱"


@pytest.fixture
def floor(db: None) -> Any:
    with see_as(SYSTEM):
        yield furnish()


def asked(floor: Floor, kind: K, given: dict[str, Any], **more: Any) -> dict[str, Any]:
    follows = queries.start(kind, on=TOMORROW)[1]
    return {
        "kind": kind, "values": given, "since": TOMORROW, "why": "试一试", "follows": follows,
        "scope": floor.district.scope("bureau", NOW), "at": NOW,
    } | more  # fmt: skip


def refused(act: Any, **named: Any) -> str:
    with pytest.raises(Refused) as found:
        act(**named)
    return found.value.code


def judged(call: Incident, at: Any = NOW, marked: Any = ()) -> int:
    return int(triage.judge(call, by=None, at=at, marked=marked)["level"]["level"])


def test_levels_as_previewed_are_levels_as_judged_after_applying(floor):
    near = floor.district.near
    calls = [world.incident(near, narrative=DEBT, at=NOW - timedelta(hours=n)) for n in (3, 2)]
    marked: list[tuple[Incident, list[str]]] = [(calls[0], ["threat"]), (calls[1], [])]
    linked = world.incident(near, narrative=DEBT, at=NOW - timedelta(hours=1))
    dispute = cases.open_dispute(title="借款", by=None, at=NOW, incident=linked, place=near)
    Standing.objects.filter(dispute=dispute).update(violence=True)
    marked.append((linked, []))
    before = [judged(call, marked=marks) for call, marks in marked]
    given = values(K.SCORECARD, level_2_from=3, level_1_from=4)
    outcome, token = actions.preview(**asked(floor, K.SCORECARD, given))
    said = {one.number: (one.before, one.after) for one in outcome.tried.moved}
    actions.apply(**asked(floor, K.SCORECARD, given), token=token)
    after = [judged(call, LATER, marks) for call, marks in marked]
    numbers = [calls[0].number, calls[1].number, dispute.number]
    names = {1: "一级", 2: "二级", 3: "三级"}
    happened = {
        number: (names[one], names[two]) for number, one, two in zip(numbers, before, after, strict=True) if one != two
    }
    assert said == happened
    assert len(happened) == 2
    assert (outcome.tried.cases, outcome.tried.limited, sum(n for *_, n in outcome.table)) == (3, False, 2)


def test_a_dispute_of_many_reports_counts_once(floor):
    near = floor.district.near
    first = world.incident(near, narrative=DEBT, at=NOW - timedelta(days=3))
    dispute = cases.open_dispute(title="借款", by=None, at=NOW, incident=first, place=near)
    for n in (1, 2):
        cases.link(world.incident(near, narrative=DEBT, at=NOW - timedelta(days=n)), dispute, by=None, at=NOW, why="")
    outcome, _token = actions.preview(**asked(floor, K.SCORECARD, values(K.SCORECARD, level_1_from=7)))
    assert outcome.tried.cases == 1
    assert [(one.page, one.number) for one in outcome.tried.moved] == [("dispute", dispute.number)]


def test_who_goes_first_as_previewed_is_who_goes_first_after_applying(floor):
    call = floor.call()
    given = values(K.WEIGHTS, own_area=0, near=0, trait=0, traits_most=0, skill=[8, 30, 30])
    floor.send(floor.call(at=NOW - timedelta(minutes=9)), floor.best)
    before = suggesting.for_incident(call, at=NOW)[0].first
    outcome, token = actions.preview(**asked(floor, K.WEIGHTS, given))
    row = actions.apply(**asked(floor, K.WEIGHTS, given), token=token)
    suggested = suggesting.for_incident(call, at=LATER)[0]
    assert before is not None
    assert suggested.first is not None
    assert (before.pk, suggested.first.pk) == (floor.best.pk, floor.second.pk)
    assert [(o.before, o.after) for o in outcome.tried.moved if o.number == call.number] == [
        (before.name, suggested.first.name)
    ]
    assert suggested.version == row.version
    again, _token = actions.preview(**asked(floor, K.WEIGHTS, values(K.WEIGHTS, knows=13)))
    assert again.tried.changed == 0


def test_abstaining_and_asking_as_previewed_are_what_happens_after_applying(floor):
    near = floor.district.near
    world.incident(near, narrative=FIRST, at=NOW - timedelta(days=2))
    again = world.incident(near, narrative=AGAIN, at=NOW - timedelta(days=1))
    world.incident(near, narrative=DEBT, at=NOW)
    given = values(K.THRESHOLDS, repeats_suggest=0.99, repeats_join=0.99, sorting_least=0.95)
    outcome, token = actions.preview(**asked(floor, K.THRESHOLDS, given))
    actions.apply(**asked(floor, K.THRESHOLDS, given), token=token)
    said = [triage.weigh(call, by=None, at=LATER) for call in Incident.objects.order_by("received_at")]
    counts = outcome.tried.counts
    assert counts["sorting_after"] == sum(one["sorting"]["abstained"] for one in said)
    assert counts["repeats_after"] == sum(bool(one["repeats"]) for one in said)
    assert (counts["repeats_before"], counts["repeats_after"]) == (1, 0)
    assert (again.number, "会问", "不问") in {(m.number, m.before, m.after) for m in outcome.tried.moved}


def test_closing_a_type_names_the_cases_that_have_it(floor):
    call = floor.call(reported_type="B3")
    floor.call(reported_type="B1")
    Judgement.objects.create(what="sorting", incident=call, answer={"type": "B3"}, params_version="x", at=NOW)
    outcome, _token = actions.preview(**asked(floor, K.TYPES, renamed(active=False)))
    assert [one.number for one in outcome.tried.moved] == [call.number]
    assert outcome.tried.counts == {"suggested": 1, "renamed": 0}
    renaming, _token = actions.preview(**asked(floor, K.TYPES, renamed(name="小区物业")))
    assert (renaming.tried.changed, renaming.tried.counts["renamed"]) == (0, 1)


def test_mediation_as_previewed_is_what_is_suggested_and_nominated_after_applying(floor):
    near = floor.district.near
    call = world.incident(near, narrative=DEBT, at=NOW - timedelta(hours=1))
    dispute = cases.open_dispute(title="借款", by=None, at=NOW, incident=call, place=near)
    Dispute.objects.filter(pk=dispute.pk).update(level=3, started_on=TOMORROW - timedelta(days=500))
    Standing.objects.filter(dispute=dispute).update(sessions_failed=1)
    dispute.refresh_from_db()
    before = advising.advise(dispute, at=NOW).suggestion
    assert before is not None
    assert (before.strength, follow.propose(at=NOW)) == ("seek", 0)
    given = values(K.MEDIATION, follow_months=12, nominate_years=1, in_hand=1)
    outcome, token = actions.preview(**asked(floor, K.MEDIATION, given))
    row = actions.apply(**asked(floor, K.MEDIATION, given), token=token)
    assert [(o.page, o.number, o.before, o.after) for o in outcome.tried.moved] == [
        ("dispute", dispute.number, "寻诊", "随诊，提名")
    ]
    assert (outcome.tried.counts["nominated_before"], outcome.tried.counts["nominated_after"]) == (0, 1)
    after = advising.advise(dispute, at=LATER).suggestion
    assert after is not None
    assert (after.strength, follow.propose(at=LATER)) == ("follow", 1)
    assert Nomination.objects.get().version == row.version
    assert advising.version(LATER) == row.version
    assert advising.version(NOW) != row.version


@pytest.mark.parametrize("kind", K)
def test_a_preview_writes_nothing(floor, kind):
    floor.call(narrative=FIRST, at=NOW - timedelta(days=2))
    floor.call(narrative=AGAIN)
    changed = {
        K.SCORECARD: {"level_2_from": 1}, K.WEIGHTS: {"load": 1}, K.THRESHOLDS: {"repeats_suggest": 0.01},
        K.MEDIATION: {"follow_calls": 1}, K.TYPES: renamed(active=False),
    }  # fmt: skip
    before = [model.objects.count() for model in (ParameterSet, Event, Judgement, RepeatPair)]
    actions.preview(**asked(floor, kind, values(kind, **changed[kind])))
    assert [model.objects.count() for model in (ParameterSet, Event, Judgement, RepeatPair)] == before


def test_only_the_last_month_counts_and_the_limit_is_said(floor, monkeypatch):
    floor.call(at=NOW - timedelta(days=31))
    for n in range(3):
        floor.call(at=NOW - timedelta(days=n))
    given = asked(floor, K.WEIGHTS, values(K.WEIGHTS, load=1))
    assert (actions.preview(**given)[0].tried.cases, actions.preview(**given)[0].tried.limited) == (3, False)
    monkeypatch.setattr(trying, "MOST_CALLS", 2)
    assert (actions.preview(**given)[0].tried.cases, actions.preview(**given)[0].tried.limited) == (2, True)


def test_nothing_is_applied_that_was_not_previewed_by_the_same_person(floor):
    given = values(K.SCORECARD, level_2_from=4)
    right = asked(floor, K.SCORECARD, given)
    _outcome, token = actions.preview(**right)
    other = values(K.SCORECARD, level_2_from=5)
    for wrong in (
        {"token": ""}, {"token": token + "x"}, {"token": token, "values": other},
        {"token": token, "since": TOMORROW + timedelta(days=1)},
        {"token": token, "scope": floor.district.scope("system_admin", NOW)},
        {"token": token, "kind": K.WEIGHTS, "values": values(K.WEIGHTS, load=1)},
    ):  # fmt: skip
        assert refused(actions.apply, **(right | wrong)) == "parameter_not_previewed"
    assert not ParameterSet.objects.exists()
    assert actions.apply(**right, token=token).values["level_2_from"] == 4


def test_a_set_that_changed_meanwhile_is_not_written_over(floor):
    one, two = (values(K.SCORECARD, level_2_from=n) for n in (4, 5))
    _outcome, first = actions.preview(**asked(floor, K.SCORECARD, one))
    late = asked(floor, K.SCORECARD, two)
    _outcome, second = actions.preview(**late)
    actions.apply(**asked(floor, K.SCORECARD, one), token=first)
    assert refused(actions.apply, **late, token=second) == "parameter_changed"
    assert refused(actions.preview, **late) == "parameter_changed"
    assert ParameterSet.objects.get().values["level_2_from"] == 4

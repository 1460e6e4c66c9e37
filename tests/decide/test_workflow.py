"""The life of a dispute: an example table for each rule; the walks over the whole table stand beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from twinloop.decide import Refused, words, workflow
from twinloop.decide.workflow import Action, Facts, How, Lack, MoveRefusal, Owner, Params, Role, State, Trigger

SETTLED = Facts(
    level=3, settled_by="周明远", settled_how=How.RECONCILIATION, settled_on=date(2026, 4, 16), terms_given=True
)


def refusal(state: State, action: Action, role: Role, facts: Facts) -> Refused:
    with pytest.raises(Refused) as caught:
        workflow.check_move(state, action, role, facts)
    assert not workflow.can_move(state, action, role, facts)
    return caught.value


def test_owner_of_every_state_and_level():
    assert set(workflow.OWNERS) == set(State)
    assert [workflow.owner(State.SETTLED, level) for level in (1, 2, 3, None)] == [
        Owner.BUREAU,
        Owner.CHIEF,
        Owner.COMMUNITY_OFFICER,
        Owner.COMMUNITY_OFFICER,
    ]
    assert workflow.owner(State.ORDERED, 1) is Owner.ORDERED


def test_closing_lists_everything_that_is_missing():
    facts = replace(SETTLED, level=1, terms_owed=(1, 2, 3), terms_performed=(1,), callback_dissatisfied=True)
    refused = refusal(State.SETTLED, Action.CLOSE, Role.CHIEF, facts)
    assert refused.facts["lacks"] == (Lack.CALLBACK, Lack.CONTENT, Lack.PERFORMED, Lack.LEADER)
    assert words.tell(refused) == "还差四样：一次接通的回访，回访没有不满意，协议第 2、3 条履行，包案领导签字"


def test_closing_sentence_is_the_one_of_the_look():
    refused = refusal(State.SETTLED, Action.CLOSE, Role.COMMUNITY_OFFICER, replace(SETTLED, terms_owed=(2,)))
    assert words.tell(refused) == "还差两样：一次接通的回访，协议第 2 条履行"


def test_closing_needs_nothing_more_than_a_callback_and_performed_terms():
    facts = replace(SETTLED, callback_reached=True, terms_owed=(1,), terms_performed=(1,))
    assert workflow.check_move(State.SETTLED, Action.CLOSE, Role.COMMUNITY_OFFICER, facts) is State.CLOSED


GATE = {"gate_open": False, "gate_articles": ("程序规定 179(4)",), "gate_reasons": ("a_party_refuses",)}


@pytest.mark.parametrize(
    ("state", "action", "facts", "code", "sentence"),
    [
        (State.HANDLING, Action.OPEN_MEDIATION, {}, MoveRefusal.GATE_UNKNOWN, "还差一样：能否调解的核对"),
        (
            State.HANDLING,
            Action.OPEN_MEDIATION,
            GATE,
            MoveRefusal.GATE_SHUT,
            "不能调解：一方明确不愿意（程序规定第 179 条第 4 项）",
        ),
        (
            State.MEDIATING,
            Action.AGREE,
            {"domestic_violence": True, "gate_open": True},
            MoveRefusal.NOT_BY_MEDIATION,
            "家庭暴力不以调解或和解化解（反家庭暴力法第 16 条，反家庭暴力法第 17 条）",
        ),
        (
            State.HANDLING,
            Action.SETTLE,
            {"domestic_violence": True, "settled_how": How.RECONCILIATION},
            MoveRefusal.NOT_BY_MEDIATION,
            "家庭暴力不以调解或和解化解（反家庭暴力法第 16 条，反家庭暴力法第 17 条）",
        ),
        (
            State.HANDLING,
            Action.SETTLE,
            {"settled_how": How.MEDIATION, **GATE},
            MoveRefusal.GATE_SHUT,
            "不能调解：一方明确不愿意（程序规定第 179 条第 4 项）",
        ),
        (
            State.HANDLING,
            Action.OPEN_PENALTY,
            {"reason_given": True},
            MoveRefusal.NO_OFFENCE,
            "不能转处罚：没有违反治安管理行为的记录（程序规定第 178 条第 2 款）",
        ),
        (
            State.SETTLED,
            Action.OPEN_PENALTY,
            {"offence": True},
            MoveRefusal.TERMS_KEPT,
            "不能转处罚：协议没有被违反（程序规定第 185 条）",
        ),
        (
            State.PENALTY,
            Action.SETTLE,
            {"decision_given": True},
            MoveRefusal.ALREADY_DECIDED,
            "不能登记化解：已经作出处理决定（程序规定第 186 条）",
        ),
        (State.CLOSED, Action.REOPEN, {}, MoveRefusal.NO_CAUSE, "不能重开：没有重复警情、违约或回访不满意"),
        (State.HANDLING, Action.OPEN_REVIEW, {"level": 3}, MoveRefusal.NO_TRIGGER, "不能转研判：没有二次处置的情形"),
        (State.CLOSED, Action.SORT, {}, MoveRefusal.NOT_FROM_STATE, "已销号的纠纷不能分流"),
        (State.MEDIATING, Action.FAIL_MEDIATION, {}, MoveRefusal.LACKS, "还差一样：理由"),
        (State.MERGED, Action.SPLIT, {"reason_given": True}, MoveRefusal.LACKS, "还差一样：原来的状态"),
        (
            State.ORDERED,
            Action.RECALL_ORDER,
            {"state_before": State.HANDLING},
            MoveRefusal.LACKS,
            "还差一样：原来的状态",
        ),
        (
            State.REVIEW,
            Action.ORDER,
            {},
            MoveRefusal.LACKS,
            "还差三样：研判记录，接令人，派往属地社区",
        ),
        (
            State.HANDLING,
            Action.SETTLE,
            {"settled_by": "周明远", "settled_on": date(2026, 4, 1), "settled_how": How.WARNING_LETTER},
            MoveRefusal.LACKS,
            "还差两样：协议内容（没有约定也要写明），告诫书送达双方、通知村（居）委会并安排查访",
        ),
    ],
)
def test_refusal_says_what_is_missing_or_which_article_forbids(state, action, facts, code, sentence):
    role = next(m for m in workflow.TRANSITIONS if m.action is action).roles
    refused = refusal(state, action, sorted(role)[0], Facts(**facts))
    assert (refused.code, words.tell(refused)) == (code, sentence)


def test_a_stranger_is_told_who_may():
    refused = refusal(State.REGISTERED, Action.SORT, Role.RESIDENT, SETTLED)
    assert words.tell(refused) == "分流只能由综合指挥室、所长办理"
    assert words.tell(refused, "en") == "Sort: only for dispatcher, station chief"


def test_split_leads_back_to_where_the_dispute_stood():
    facts = Facts(reason_given=True, state_before=State.PENALTY)
    assert workflow.check_move(State.MERGED, Action.SPLIT, Role.CHIEF, facts) is State.PENALTY


def test_target_refuses_a_way_back_that_nobody_knows():
    with pytest.raises(Refused) as caught:
        workflow.target(State.MERGED, Action.SPLIT, Facts())
    assert caught.value.facts["lacks"] == (Lack.BEFORE,)


@pytest.mark.parametrize(
    ("facts", "triggers"),
    [
        ({}, ()),
        ({"order_returned": True}, (Trigger.ORDER_RETURNED,)),
        ({"sessions_failed": 1}, ()),
        ({"sessions_failed": 2}, (Trigger.SESSIONS_FAILED,)),
        ({"level": 1}, (Trigger.LEVEL_ONE,)),
        ({"level": 2}, ()),
        ({"group_event": True, "minors": True}, (Trigger.GROUP_EVENT, Trigger.MINORS)),
        ({"violence": True}, (Trigger.VIOLENCE,)),
        ({"linked_days": 90}, (Trigger.REPEATED,)),
        ({"linked_days": 91}, ()),
        ({"first_unsettled": True}, (Trigger.UNSETTLED,)),
    ],
)
def test_second_round_opens_by_itself(facts, triggers):
    assert workflow.second_round(Facts(**facts)) == triggers


@pytest.mark.parametrize(
    ("facts", "owed"),
    [
        ({"offence": True, "sessions_failed": 1}, True),
        ({"offence": True, "party_unwilling": True}, True),
        ({"offence": True, "terms_broken": True}, True),
        ({"offence": True}, False),
        ({"sessions_failed": 1}, False),
    ],
)
def test_penalty_is_owed_once_an_assault_is_not_mediated(facts, owed):
    assert workflow.penalty_owed(Facts(**facts)) is owed


def test_params_move_the_trigger_and_refuse_nonsense():
    params = Params.from_mapping({"repeat_days": 30, "sessions_failed": 3})
    assert workflow.second_round(Facts(linked_days=31, sessions_failed=2), params) == ()
    with pytest.raises(ValueError, match="repeat_days"):
        Params.from_mapping({"repeat_days": 0})
    with pytest.raises(TypeError):
        Params.from_mapping({"days": 30})

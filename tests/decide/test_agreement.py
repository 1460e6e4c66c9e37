"""May it be signed: every lack and every wrong, and sums that add up to the fen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinloop.decide import Refused, words
from twinloop.decide.agreement import BARRED, Draft, Instalment, Promise, Signer, check_agreement, instalments, yuan

TODAY = date(2026, 4, 16)
SOON = date(2026, 5, 1)
PAY = Promise(by_side="b", what="赔修墙的钱", how="转账", fen=80_000, on=SOON)
BOTH = (Signer(side="a", signed=True), Signer(side="b", signed=True))
GOOD = Draft(signers=BOTH, matter="李家挖沟，王家墙裂", promises=(PAY,), mediator_signed=True)
THREE = (
    Instalment(fen=30_000, on=SOON),
    Instalment(fen=30_000, on=date(2026, 6, 1)),
    Instalment(fen=20_000, on=date(2026, 7, 1)),
)


def said(draft: Draft) -> str:
    with pytest.raises(Refused) as refused:
        check_agreement(draft, TODAY)
    return words.tell(refused.value)


@pytest.mark.parametrize(
    "draft",
    [
        GOOD,
        replace(GOOD, promises=(replace(PAY, on=TODAY),)),
        replace(GOOD, promises=(replace(PAY, on=None, instalments=THREE),)),
        replace(GOOD, promises=(replace(PAY, fen=0, how=""),)),
        replace(GOOD, is_oral=True, signers=(Signer(side="a"), Signer(side="b"))),
        replace(GOOD, signers=(replace(BOTH[0], is_minor=True, guardian_present=True), BOTH[1])),
    ],
)
def test_a_whole_agreement_may_be_signed(draft):
    check_agreement(draft, TODAY)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"signers": BOTH[:1]}, "第 1 条没有写明哪一方来办"),
        ({"signers": BOTH[1:]}, "还差一样：至少两方当事人（人民调解法第 29 条）"),
        ({"matter": " "}, "还差一样：纠纷的主要事实和争议事项（人民调解法第 29 条）"),
        ({"promises": ()}, "还差一样：约定的内容（人民调解法第 29 条）"),
        ({"promises": (replace(PAY, how=""),)}, "还差一样：钱怎样付（人民调解法第 29 条）"),
        ({"promises": (replace(PAY, on=None),)}, "还差一样：履行的期限（人民调解法第 29 条）"),
        (
            {"signers": (replace(BOTH[0], is_minor=True), BOTH[1])},
            "还差一样：未成年人的监护人到场（人民调解法第 29 条）",
        ),
        ({"mediator_signed": False}, "还差一样：调解员签名（人民调解法第 29 条）"),
        (
            {"signers": (Signer(side="a"), BOTH[1]), "matter": ""},
            "还差两样：纠纷的主要事实和争议事项，各方签名或者捺指印（人民调解法第 29 条）",
        ),
        ({"promises": (replace(PAY, on=TODAY - timedelta(days=1)),)}, "第 1 条的日期已经过了"),
        ({"promises": (PAY, replace(PAY, fen=-1))}, "第 2 条的金额不对：要大于 0"),
        (
            {"promises": (replace(PAY, fen=90_050, instalments=THREE),)},
            "第 1 条的分期加起来是 800 元，不是 900.50 元",
        ),
        (
            {"promises": (replace(PAY, instalments=(THREE[1], THREE[0], THREE[2])),)},
            "第 1 条的分期日期要从早到晚，不能重复",
        ),
        ({"promises": (replace(PAY, instalments=(replace(THREE[0], fen=0),)),)}, "第 1 条的金额不对：要大于 0"),
        (
            {"promises": (replace(PAY, what="收钱后不追究刑事责任"),)},
            "第 1 条不能这样约定：“不追究刑事责任”（司法确认规定第 7 条）",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_named(change, sentence):
    assert said(replace(GOOD, **change)) == sentence


@pytest.mark.parametrize("phrase", BARRED)
def test_a_promise_that_binds_nobody_is_refused_by_its_words(phrase):
    assert phrase in said(replace(GOOD, promises=(replace(PAY, what=f"双方{phrase}"),)))


@given(st.integers(1, 10**9), st.integers(1, 36))
def test_instalments_add_up_to_the_fen_and_differ_by_one_at_most(fen, count):
    days = tuple(TODAY + timedelta(days=30 * n) for n in range(count))
    if fen < count:
        with pytest.raises(Refused):
            instalments(fen, days)
        return
    parts = instalments(fen, days)
    assert sum(part.fen for part in parts) == fen
    assert max(part.fen for part in parts) - min(part.fen for part in parts) <= 1
    check_agreement(replace(GOOD, promises=(replace(PAY, fen=fen, on=None, instalments=parts),)), TODAY)


@pytest.mark.parametrize(("fen", "text"), [(0, "0"), (5, "0.05"), (120_050, "1,200.50"), (100_000_000, "1,000,000")])
def test_money_is_written_as_people_write_it(fen, text):
    assert yuan(fen) == text


def test_nothing_is_paid_in_no_instalments():
    with pytest.raises(Refused) as refused:
        instalments(100, ())
    assert words.tell(refused.value) == "1 元分不成 0 期"

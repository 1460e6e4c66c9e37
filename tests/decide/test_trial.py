"""`twinloop try`: one line in, one out, same order; what cannot be read is refused on its own line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.decide.samples import RULES
from twinloop.decide import Refused, trial


def run(decision: str, *lines: object, lang: str = "zh") -> tuple[int, list[dict[str, Any]]]:
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    written: list[str] = []
    status = trial.run(decision, texts, written.append, lang=lang)
    assert all(text.endswith("\n") and text.count("\n") == 1 for text in written)
    return status, [json.loads(text) for text in written]


CLOCK = {"id": "a", "rule": "transfer", "start": "2026-04-15T11:00:00+08:00"}
RISK = {"id": "a", "at": "2026-04-15T20:00:00+08:00"}
GATE = {"id": "a", "track": "people", "facts": {"nature": "civil", "party_refuses": False}}


def test_gate_answers():
    assert run("gate", GATE) == (
        0,
        [{"id": "a", "allowed": True, "articles": ["人民调解法 17"], "reasons": ["双方没有拒绝调解"]}],
    )


def test_gate_names_the_missing_fact():
    status, [answer] = run("gate", {"id": 7, "track": "people", "facts": {"nature": "civil"}})
    assert (status, answer["id"], answer["allowed"]) == (0, 7, False)
    assert answer["reasons"] == ["还不知道当事人是否不愿意（party_refuses）"]


def test_gate_without_facts_knows_nothing():
    _, [answer, null] = run("gate", {"id": "a", "track": "police"}, {"id": "b", "track": "police", "facts": None})
    assert answer["reasons"] == null["reasons"]
    assert not answer["allowed"]


@pytest.mark.parametrize(
    ("pauses", "due", "warn"),
    [
        ([], "2026-04-16T11:00:00+08:00", "2026-04-16T06:12:00+08:00"),
        (None, "2026-04-16T11:00:00+08:00", "2026-04-16T06:12:00+08:00"),
        (
            [["2026-04-15T13:00:00+08:00", "2026-04-15T06:30:00Z"]],
            "2026-04-16T12:30:00+08:00",
            "2026-04-16T07:42:00+08:00",
        ),
        ([["2026-04-15T13:00:00+08:00", None]], None, None),
    ],
)
def test_clocks_answers(pauses, due, warn):
    assert run("clocks", {**CLOCK, "pauses": pauses}) == (0, [{"id": "a", "due": due, "warn_at": warn}])


def test_risk_answers():
    status, [answer] = run("risk", {**RISK, "facts": {"broken_agreement": True, "amount_yuan": 8000}})
    assert status == 0
    assert answer == {
        "id": "a",
        "level": 2,
        "points": 4,
        "floor": 2,
        "expires_at": "2026-07-14T20:00:00+08:00",
        "reasons": [
            {"factor": "broken_agreement", "points": 4, "words": "协议签了没有履行（不低于二级）"},
        ],
    }


def test_words_come_in_english_too():
    _, [answer] = run("risk", {**RISK, "facts": {"threat": True}}, lang="en")
    assert answer["reasons"][0]["words"] == "threats"


def test_labels_are_skipped():
    labelled = {**GATE, "truth": 1, "trap": "x", "expect": {"allowed": False}}
    assert run("gate", labelled) == run("gate", GATE)


def test_refused_line_keeps_its_place_and_the_others_go_on():
    status, answers = run(
        "risk", "\ufeff" + json.dumps(RISK), "", {**RISK, "id": "b", "facts": {"religion": "x"}}, RISK
    )
    assert status == 1
    assert [answer["id"] for answer in answers] == ["a", "b", "a"]
    assert answers[1]["refused"] == {
        "key": "religion",
        "line": 3,
        "reason": "religion 不得用于评定等级：只看纠纷中发生的事",
    }


def bad(field: str) -> dict[str, Any]:
    return {"field": field, "line": 1, "reason": f"第 1 行 {field} 的值不对"}


@pytest.mark.parametrize(
    ("decision", "line", "refused"),
    [
        ("gate", {**GATE, "tracks": 1}, {"key": "tracks", "line": 1, "reason": "第 1 行有不认识的键：tracks"}),
        ("gate", {**GATE, "facts": {"age": 9}}, {"key": "age", "line": 1, "reason": "不认识的键：age"}),
        ("gate", {**GATE, "facts": {"slight": "yes"}}, {"field": "slight", "line": 1, "reason": "slight 的值不对"}),
        ("gate", {**GATE, "facts": []}, {"field": "facts", "line": 1, "reason": "第 1 行 facts 的值不对"}),
        ("gate", {**GATE, "track": "court"}, {"field": "track", "line": 1, "reason": "第 1 行 track 的值不对"}),
        ("gate", {"id": "a"}, {"field": "track", "line": 1, "reason": "第 1 行还差一样：track"}),
        ("gate", {**GATE, "id": None}, {"field": "id", "line": 1, "reason": "第 1 行还差一样：id"}),
        ("gate", {**GATE, "id": [1]}, {"field": "id", "line": 1, "reason": "第 1 行 id 的值不对"}),
        (
            "gate",
            '{"id": "a", "track": "people", "facts": {"minor": true, "minor": false}}',
            {"key": "minor", "line": 1, "reason": "第 1 行的键出现两次：minor"},
        ),
        ("gate", "{", {"field": "line", "line": 1, "reason": "第 1 行不是一个 JSON 对象"}),
        ("gate", "[1]", {"field": "line", "line": 1, "reason": "第 1 行不是一个 JSON 对象"}),
        ("risk", '{"id": "a", "at": NaN}', {"field": "line", "line": 1, "reason": "第 1 行不是一个 JSON 对象"}),
        ("risk", "[" * 100_000, {"field": "line", "line": 1, "reason": "第 1 行不是一个 JSON 对象"}),
        ("clocks", {**CLOCK, "rule": "lunch"}, bad("rule")),
        ("clocks", {**CLOCK, "start": 20260415}, bad("start")),
        (
            "clocks",
            {**CLOCK, "start": "2026-04-15T25:00:00+08:00"},
            bad("start"),
        ),
        (
            "clocks",
            {**CLOCK, "pauses": [["x", None]]},
            bad("pauses"),
        ),
        ("clocks", {**CLOCK, "pauses": [[None]]}, bad("pauses")),
        ("clocks", {**CLOCK, "pauses": "no"}, bad("pauses")),
        (
            "clocks",
            {**CLOCK, "start": "2026-04-15T11:00:00"},
            {"field": "start", "line": 1, "reason": "start 的时间没有时区（例 2026-04-15T11:00:00+08:00）"},
        ),
        (
            "clocks",
            {**CLOCK, "rule": "penalty", "start": "2031-03-03T09:00:00+08:00"},
            {
                "field": "start",
                "line": 1,
                "reason": "2031 年的放假安排还没有录入，由管理员在“设置 · 节假日”补录",
            },
        ),
        (
            "clocks",
            {**CLOCK, "start": "1999-03-03T09:00:00+08:00"},
            {"field": "start", "line": 1, "reason": "1999-03-03 没有生效的时限规则：移送"},
        ),
        (
            "clocks",
            {**CLOCK, "start": "9999-12-31T09:00:00+08:00"},
            bad("start"),
        ),
        (
            "risk",
            {**RISK, "at": "9999-12-31T09:00:00+08:00"},
            bad("at"),
        ),
        ("risk", {"id": "a", "facts": {}}, {"field": "at", "line": 1, "reason": "第 1 行还差一样：at"}),
    ],
)
def test_line_that_cannot_be_read_names_the_key(decision, line, refused):
    status, [answer] = run(decision, line)
    assert (status, answer["refused"]) == (1, refused)


def test_half_a_surrogate_pair_does_not_stop_the_file():
    written: list[str] = []
    status = trial.run("gate", ['{"id": "\\ud800", "track": "people"}'], written.append)
    assert status == 0
    assert json.loads(written[0].encode("utf-8"))["id"] == "\ud800"


def test_unknown_decision_is_refused_before_anything_is_read():
    with pytest.raises(Refused) as caught:
        trial.run("horoscope", iter([]), print)
    assert (caught.value.code, caught.value.facts["known"]) == ("unknown_decision", tuple(trial.DECISIONS))


@pytest.mark.parametrize("decision", ["gate", "clocks", "risk"])
def test_shared_file_runs_whole(decision):
    path = RULES / f"{decision}.jsonl"
    if not path.exists():
        pytest.skip(f"{path.name} is not beside this repository")
    lines = path.read_text(encoding="utf-8").splitlines()
    status, answers = run(decision, *lines)
    expected = [json.loads(line) for line in lines]
    assert [answer["id"] for answer in answers] == [line["id"] for line in expected]
    assert [answer["id"] for answer in answers if "refused" in answer] == [
        line["id"] for line in expected if line["expect"].get("refused")
    ]
    assert status == (1 if decision == "risk" else 0)

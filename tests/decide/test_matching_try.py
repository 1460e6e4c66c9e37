"""`twinloop try matching`: what a line may say, what is refused, and how a batch answers on its own lines."""

from __future__ import annotations

from typing import Any

import pytest

from tests.decide.test_trial import run

CALL = {"type": "B1", "place_code": "360724100201", "at": "2026-04-16T09:00:00+08:00", "parties": ["x1"]}
CHEN = {
    "id": "陈立群", "skills": {"B1": 3}, "traits": ["patient"], "communities": ["360724100201"], "on_duty": True,
    "load": 0, "handled": {"B1": [11, 10]}, "related_to": [],
}  # fmt: skip
LI = {"id": "李建平", "skills": ["B1"], "traits": [], "on_duty": True, "load": 0, "handled": {}, "related_to": ["x1"]}
HUANG = {"id": "黄志成", "skills": ["B2"], "on_duty": True, "load": 1, "handled": {"x1": 1}}
LINE = {"id": "a", "call": CALL, "people": [CHEN, LI, HUANG]}


def test_a_line_answers_with_a_ranked_list_and_reasons():
    status, [answer] = run("matching", LINE)
    assert status == 0
    assert [(one["id"], one["score"]) for one in answer["ranked"]] == [("陈立群", 53.9), ("黄志成", 10)]
    assert [reason["words"] for reason in answer["ranked"][0]["reasons"]] == [
        "B1 专长，3 级", "责任社区", "自述：耐心倾听", "B1 办过 11 起化解 10 起", "空闲",
    ]  # fmt: skip
    assert answer["ranked"][1]["reasons"][0] == {"factor": "knows", "points": 12, "words": "办过当事人的事，认得"}
    assert answer["barred"] == [{"id": "李建平", "reasons": ["与当事人有亲属关系，回避"]}]
    assert answer["shortfalls"] == []


def test_words_come_in_english_too():
    _, [answer] = run("matching", LINE, lang="en")
    assert answer["barred"][0]["reasons"] == ["related to a party"]


def refusal(**change: Any) -> tuple[str, str]:
    status, [answer] = run("matching", {**LINE, **change})
    assert status == 1
    said = answer["refused"]
    return said.get("key") or said.get("field"), said["reason"]


@pytest.mark.parametrize("key", ["ethnicity", "religion", "gender", "age", "health", "hukou"])
def test_what_a_person_is_may_not_be_asked(key):
    assert refusal(people=[{**CHEN, key: 1}]) == (key, f"{key} 不得用来选人：只看能做什么、做过什么")
    assert refusal(call={**CALL, key: 1})[0] == key
    assert refusal(people=[{**CHEN, "traits": [key]}])[0] == key


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"people": [{**CHEN, "rank": 1}]}, "rank"),
        ({"call": {**CALL, "mood": 1}}, "mood"),
        ({"call": {**CALL, "at": None}}, "call.at"),
        ({"call": {**CALL, "at": "2026-04-16T09:00:00"}}, "call.at"),
        ({"call": {**CALL, "at": "gestern"}}, "call.at"),
        ({"call": {**CALL, "type": "E1"}}, "call.type"),
        ({"call": {**CALL, "place_code": "36"}}, "call.place_code"),
        ({"call": {**CALL, "level": 4}}, "call.level"),
        ({"call": {**CALL, "needs_sworn": "yes"}}, "needs_sworn"),
        ({"call": []}, "call"),
        ({"people": {}}, "people"),
        ({"people": None}, "people"),
        ({"people": [{**CHEN, "id": None}]}, "people.id"),
        ({"people": [CHEN, CHEN]}, "people"),
        ({"people": [{**CHEN, "skills": {"B1": 4}}]}, "skills"),
        ({"people": [{**CHEN, "skills": {"邻里": 1}}]}, "skills"),
        ({"people": [{**CHEN, "handled": {"B1": [1, 2]}}]}, "handled"),
        ({"people": [{**CHEN, "handled": {"B1": "many"}}]}, "handled"),
        ({"people": [{**CHEN, "load": -1}]}, "load"),
        ({"people": [{**CHEN, "load": True}]}, "load"),
        ({"people": [{**CHEN, "communities": ["东岭"]}]}, "communities"),
        ({"people": [{**CHEN, "on_duty": "yes"}]}, "on_duty"),
    ],
)
def test_a_wrong_line_names_what_is_wrong(change, named):
    assert refusal(**change)[0] == named


def test_missing_facts_are_unknown():
    status, [answer] = run("matching", {"id": 1, "call": {"at": CALL["at"]}, "people": [{"id": 7}, CHEN]})
    assert status == 0
    assert answer["barred"] == [{"id": "7", "reasons": ["不知道是否在岗"]}]
    assert [reason["words"] for reason in answer["ranked"][0]["reasons"]] == ["空闲"]


def test_a_bare_number_of_handled_cases_says_nothing_of_success():
    _, [answer] = run("matching", {**LINE, "people": [{**CHEN, "handled": {"B1": 11}}]})
    assert "success" not in [reason["factor"] for reason in answer["ranked"][0]["reasons"]]


CAPPED = [{**CHEN, "capacity": 1, "skills": {"B1": 3, "B2": 3}}, {**HUANG, "capacity": 2, "skills": {"B1": 2}}]


def test_lines_of_one_batch_are_assigned_together_and_each_answers_on_its_own_line():
    status, answers = run(
        "matching",
        {"id": "alone", "call": CALL, "people": CAPPED},
        {"id": "one", "call": CALL, "people": CAPPED, "batch": 1},
        "{broken",
        {"id": "two", "call": {**CALL, "type": "B2"}, "batch": 1},
        {"id": "three", "call": {**CALL, "level": 1}, "people": CAPPED, "batch": "other"},
        {"id": "four", "call": CALL, "people": CAPPED},
    )
    assert status == 1
    assert [answer["id"] for answer in answers] == ["alone", "one", None, "two", "three", "four"]
    assert [answer.get("assigned", "-") for answer in answers] == ["-", "黄志成", "-", "陈立群", "陈立群", "-"]
    assert answers[1]["ranked"][0]["id"] == "陈立群"  # the best for this call alone goes where nobody else can


def test_too_few_people_say_so():
    _, answers = run(
        "matching",
        {"id": "slight", "call": CALL, "people": [CAPPED[0]], "batch": 1},
        {"id": "grave", "call": {**CALL, "level": 1}, "batch": 1},
    )
    assert [answer["assigned"] for answer in answers] == [None, "陈立群"]
    assert answers[0]["shortfalls"][-1] == "人不够：先派更急的，这件还要等"


@pytest.mark.parametrize(
    ("second", "named"),
    [
        ({"id": "two", "call": CALL, "people": [CHEN], "batch": 1}, "people"),
        ({"id": "one", "call": CALL, "batch": 1}, "call"),
        ({"id": "two", "call": {**CALL, "type": "X"}, "batch": 1}, "call.type"),
    ],
)
def test_a_line_that_does_not_fit_its_batch_is_refused_and_the_others_go_on(second, named):
    status, answers = run("matching", {"id": "one", "call": CALL, "people": CAPPED, "batch": 1}, second)
    assert status == 1
    assert answers[0]["assigned"] == "陈立群"
    assert answers[1]["refused"]["field"] == named


def test_a_batch_without_people_is_refused():
    _, [answer] = run("matching", {"id": "one", "call": CALL, "batch": 1})
    assert answer["refused"]["field"] == "people"

"""Reasons are kept as codes with values: what was stored under one language is read in the other."""

from __future__ import annotations

import json
import re

import pytest
from django.conf import settings
from django.utils import translation

from tests import world
from tests.world import NOW
from twinloop.decide import matching, risk, sorting
from twinloop.dispatch.orders.queries import board, calling
from twinloop.intake.doors import judging
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.triage import actions, spoken
from twinloop.triage.models import Judgement

KNIFE = "邻居拿菜刀讲要砍死我全家，因为排水沟的事，电话 13900000127"
BOTH = "他家漏水，吵架"
QUOTED = re.compile("“[^”]*”")
HAN = re.compile("[\u4e00-\u9fff]")
SPOKE = (sorting.SortingReason.PHRASES, sorting.SortingReason.RULE, sorting.SortingReason.BESIDE)


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        yield world.district()


def kept(district, text, lang="zh-hans"):
    incident = world.incident(district.near, narrative=text)
    with translation.override(lang):
        actions.judge(incident, by=district.people["dispatcher"].pk, at=NOW)
    return incident


def rows(incident):
    return {row.what: row for row in Judgement.objects.filter(incident=incident, by__isnull=True)}


@pytest.mark.parametrize("stored", ["zh-hans", "en"])
def test_a_reason_is_said_in_the_language_of_whoever_reads(district, stored):
    found = rows(kept(district, KNIFE, stored))
    with translation.override("zh-hans"):
        assert spoken.all_said(found["sorting"].reasons)[0].startswith("像邻里相邻：“")
        assert "有凶器（不低于一级）" in spoken.all_said(found["level"].reasons)
        assert any(line.startswith("刀械凶器：“") for line in spoken.flags_said(found["sorting"].answer))
    with translation.override("en"):
        said = [*spoken.all_said(found["sorting"].reasons), *spoken.all_said(found["level"].reasons),
                *spoken.flags_said(found["sorting"].answer)]  # fmt: skip
        assert said[0].startswith("like neighbours: “")
        assert "a weapon (never milder than level 1)" in said
        assert not [line for line in said if HAN.search(QUOTED.sub("", line))]


def test_no_word_of_a_language_is_stored_beside_the_phrases(district):
    for row in rows(kept(district, KNIFE)).values():
        plain = json.dumps([row.answer, row.reasons], ensure_ascii=False)
        phrases = re.sub(r'"(phrases?)": (\[[^]]*\]|"[^"]*")', "", plain)
        assert not HAN.search(phrases), row.what
        assert "13900000127" not in plain


def test_a_doubt_is_said_in_both_languages():
    found = sorting.sort(BOTH, least=1.0)
    one = spoken.doubt(found)
    assert isinstance(one, dict)
    assert spoken.doubt(sorting.sort(KNIFE, least=0.0)) == ""
    for lang, words in (("zh-hans", "请人来定"), ("en", "a person decides")):
        with translation.override(lang):
            assert spoken.said(one).endswith(words)


def test_every_code_has_a_sentence_in_both_languages(district):
    codes = [spoken.counted(risk.Reason(factor, risk.heading(factor), 3, 5, 1, None)) for factor in risk.Factor]
    facts = {"type": "B1", "grade": 2, "trait": "firm", "handled": 3, "settled": 2, "load": 1, "recent": 4, "mean": 3}
    codes += [spoken.merit(one, facts, against=one is matching.Merit.BUSY) for one in matching.Merit]
    codes += [spoken.reason(sorting.Reason(one, sorting.SortingLabel.B1, ("吵",))) for one in SPOKE]
    codes += [{"code": str(one), "label": "B1", "other": "B2"} for one in sorting.SortingDoubt]
    for lang in ("zh-hans", "en"):
        with translation.override(lang):
            said = spoken.all_said(json.loads(json.dumps(codes)))
            assert all(said)
            assert not [line for line in said if "{" in line or "unknown" in line or "未知" in line]
            assert sum(line.startswith("−") for line in said) == 1


def test_what_was_kept_as_words_is_shown_as_it_stands(district):
    incident = kept(district, KNIFE)
    old = {"code": "weapon", "words": "刀械凶器：“菜刀”", "heard": False}
    said = {**rows(incident)["sorting"].answer, "flags": [old], "doubt": "分不清"}
    with translation.override("en"):
        assert spoken.flags_said(said) == ["刀械凶器：“菜刀”"]
        assert spoken.told(said)["doubt"] == "分不清"
        assert spoken.all_said(["像邻里相邻：“排水沟”"]) == ["像邻里相邻：“排水沟”"]


def test_pages_and_the_answer_to_a_sender_speak_english(district, client):
    incident = kept(district, KNIFE)
    client.force_login(district.people["chief"])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    text = client.get("/judgements/").content.decode()
    assert "B1 neighbours" in text
    assert "like neighbours" in text
    assert "a weapon (never milder than level 1)" in text
    assert "像邻里相邻" not in text
    assert "有凶器" not in text
    with translation.override("en"):
        said = judging.suggestion_of(incident)
    assert said["reasons"][0].startswith("like neighbours")
    assert {flag["words"].partition(":")[0] for flag in said["flags"]} == {"weapon", "threat to kill"}


def test_the_board_speaks_english(district):
    incident = kept(district, KNIFE)
    with translation.override("en"):
        seen = board._dressed(type(incident).objects.filter(pk=incident.pk), at=NOW).get()
        assert {words.partition(":")[0] for words in board.flags_of(seen)} == {"weapon", "threat to kill"}
        sorted_, level = calling._said(incident)
    assert sorted_.reasons[0].startswith("like neighbours: “")
    assert sorted_.headline == "B1 neighbours"
    assert "a weapon (never milder than level 1)" in [words for _points, words, _source in level.points]

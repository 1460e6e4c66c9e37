"""Sorting: the same answer for the same words, flags with recall first, doubt where nothing is said."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinloop.decide import sorting, words
from twinloop.decide.sorting import SortingFlag, SortingLabel, corpus, model, training
from twinloop.decide.sorting.features import HEAD, LONGEST, TAIL, coded, features, named, sizes
from twinloop.decide.sorting.model import shipped
from twinloop.decide.sorting.texts import blunt, plain

DEV = Path(__file__).resolve().parents[3] / "shared" / "data" / "narratives"
LOAN = "老李去年借给同村人三万块，打了借条，年底到期不还，今天去讨债对方躲着不见"
ANY = st.text(alphabet=st.sampled_from("老公打人借钱不还，。物业吵工资 拆迁请问派出所A1 \n"), max_size=120)


def test_the_shipped_model_was_trained_from_the_shipped_corpus():
    assert model.shipped().corpus == corpus.fingerprint(), "run python -m twinloop.decide.sorting.training"


def test_the_model_file_is_small():
    assert model.SHIPPED.stat().st_size < 2_000_000


def test_confidence_is_drawn_back_with_the_length_and_an_older_file_still_reads():
    shipped = model.shipped()
    assert model.unpack(model.pack(shipped)).longer == shipped.longer > 0
    held = dict(np.load(io.BytesIO(model.pack(shipped)), allow_pickle=False))
    held["figures"] = held["figures"][:2]  # as it was before lengths were told
    older = io.BytesIO()
    np.savez_compressed(older, **held)
    flat = model.unpack(older.getvalue())
    assert flat.longer == 0
    letter = LOAN + "。村里来人劝过两次都没有结果，望领导重视，" * 20
    assert sorting.sort(letter, shipped).confidence < sorting.sort(letter, flat).confidence
    assert sorting.sort(LOAN[:30], shipped).confidence > sorting.sort(LOAN[:30], flat).confidence


@given(ANY | st.text(max_size=60), st.sampled_from([1, 40]))
@settings(max_examples=60, deadline=None)
def test_grams_as_numbers_are_the_strings_of_a_text_and_how_often_they_occur(text, times):
    text = plain(text * times)
    read = blunt(text)
    if len(read) > HEAD + TAIL:
        read = read[:HEAD] + "。" + read[-TAIL:]
    read = "".join(character if ord(character) < 0x10000 else "\ufffd" for character in read.replace("\0", ""))
    slow = Counter(read[n : n + size] for size in range(1, LONGEST + 1) for n in range(len(read) - size + 1))
    found = features(text.replace("\0", ""))
    names = [named(code) for code in found.codes.tolist()]
    assert dict(zip(names, found.often.tolist(), strict=True)) == slow
    assert names == sorted(names)
    assert found.length == len(read)
    assert coded(names).tolist() == found.codes.tolist()
    assert sizes(found.codes).tolist() == [len(name) for name in names]


def test_a_model_learnt_before_grams_were_numbers_reads_alike_in_any_order():
    held = dict(np.load(model.SHIPPED, allow_pickle=False))
    words = held["vocabulary"].tobytes().decode().split("\n")
    turned = np.arange(len(words))[::-1]
    held["vocabulary"] = np.frombuffer("\n".join(words[n] for n in turned).encode(), dtype=np.uint8)
    held["idf"], held["weights"] = held["idf"][turned], held["weights"][turned]
    older = io.BytesIO()
    np.savez(older, **held)
    assert sorting.sort(LOAN, model.unpack(older.getvalue())) == sorting.sort(LOAN)
    assert sorting.sort(LOAN, model.unpack(model.pack(shipped()))) == sorting.sort(LOAN)


@given(ANY)
@settings(max_examples=60, deadline=None)
def test_shares_add_up_and_the_same_words_get_the_same_answer(text):
    found = sorting.sort(text)
    assert found == sorting.sort(text)
    assert 0 <= found.confidence <= 1
    assert all(other.confidence <= found.confidence for other in found.alternatives)
    assert all(phrase in "".join(text.lower().split()) for r in found.reasons for phrase in r.phrases)


@given(ANY, st.integers(0, 40))
@settings(max_examples=40, deadline=None)
def test_white_space_and_full_width_make_no_difference(text, at):
    spaced = text[:at] + " \u3000\t" + text[at:]
    wide = text.translate({ord("A"): "Ａ", ord("1"): "１", ord(","): "，"})
    assert sorting.sort(spaced) == sorting.sort(text) == sorting.sort(wide)


@pytest.mark.parametrize("text", ["", "   ", "。。。", "？！", "\n"])
def test_nothing_written_is_no_guess(text):
    found = sorting.sort(text)
    assert found.doubt == "doubt_empty"
    assert sorting.told(found)


@pytest.mark.parametrize("text", ["嗯", "qwrtz xx", "1234567", "啊啊"])
def test_nonsense_abstains(text):
    assert sorting.sort(text).abstained


def test_cross_validation_reads_a_hand_whole_or_not_at_all_and_mixes_no_hands():
    again = [one for one in corpus.samples(calls=0, letters=0, retold=1) if one.share == 1]
    files = [*corpus.hands("letters"), *corpus.hands("calls")]
    assert len(files) == 20
    first = again[0].group
    for number, hand in enumerate(files):
        mine = [one for one in again if one.group == first + number]
        assert [(one.label, one.text) for one in mine if one.is_whole] == list(hand)
        assert {one.is_letter for one in mine if one.is_whole} == {number < len(corpus.hands("letters"))}
    assert {one.group - first for one in again} == set(range(len(files)))


def test_a_letter_without_a_stop_is_retold_by_its_clauses():
    run_on = "楼上漏水漏了三年，找了物业物业不管，找了社区社区让找物业，家里墙都黑了，请叫他把防水重做"
    told = {corpus.Writer(seed).retold(run_on, [run_on]) for seed in range(12)}
    assert len(told) > 6
    assert any("防水" not in one for one in told)
    assert any("漏了三年" not in one for one in told)


def test_a_letter_is_held_back_where_fewer_than_95_of_a_hundred_unread_ones_were_right():
    best = np.linspace(0.99, 0.51, 100)
    shares = np.stack([best, 1 - best], axis=1)
    weak = np.array([0] * 90 + [1] * 10)  # right but for the ten least sure
    assert training._threshold(shares, weak) == pytest.approx(best[93])
    often = np.arange(100) % 5 // 4  # every fifth wrong: then three in ten abstain, no more
    assert training._threshold(shares, often) == pytest.approx(np.quantile(best, 0.30))


def test_no_gram_longer_than_three_characters_is_learnt():
    assert sizes(shipped().codes).max() == training.LEARNT


@pytest.mark.parametrize("label", SortingLabel)
def test_every_label_has_words_and_frames_of_its_own(label):
    assert words.say(label, "zh")
    assert words.say(label, "en")
    assert sum(frame.label is label for frame in corpus.frames()) >= 25


def test_a_clear_case_names_its_type_and_the_words_for_it():
    found = sorting.sort(LOAN)
    assert (found.kind, found.type, found.abstained) == ("dispute", "C1", False)
    assert any(phrase in LOAN for phrase in found.reasons[0].phrases)
    assert sorting.told(found)[0].startswith("像债务借贷")


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("老公喝醉了又打我，脸都肿了", SortingFlag.DOMESTIC_VIOLENCE),
        ("佢拿皮带抽老婆，细伢子在哭", SortingFlag.DOMESTIC_VIOLENCE),
        ("隔壁家暴，女的在喊救命", SortingFlag.DOMESTIC_VIOLENCE),
        ("继父把七岁的崽锁在屋里不给饭食", SortingFlag.CHILD_AT_RISK),
        ("女儿才五岁放学没接到，不见了", SortingFlag.CHILD_AT_RISK),
        ("报警人讲不想活了，站在楼顶", SortingFlag.SELF_HARM),
        ("女的讲要喝农药死给他看", SortingFlag.SELF_HARM),
        ("朋友发了遗书，电话打不通", SortingFlag.SELF_HARM),
        ("邻居扬言要杀他全家", SortingFlag.DEATH_THREAT),
        ("讲再来要账就砍死我", SortingFlag.DEATH_THREAT),
        ("男的手上拿着一把菜刀在门口骂", SortingFlag.WEAPON),
        ("两家抄起锄头扁担对峙", SortingFlag.WEAPON),
        ("他拿锄头挖我家水沟，讲谁来就打谁", SortingFlag.WEAPON),
        ("追到田里，拿铁锹铲人", SortingFlag.WEAPON),
        ("用锤子敲墙，上去讲两句就把锤子举起来", SortingFlag.WEAPON),
    ],
)
def test_flags_are_raised(text, flag):
    found = [one for one in sorting.sort(text).flags if one.code is flag]
    assert found
    assert found[0].phrase in text


def test_the_words_of_a_flag_are_those_about_the_one_at_risk():
    found = sorting.sort("他说要拿刀砍死我，孩子吓哭了，已经打过三次电话")
    assert {flag.code: flag.phrase for flag in found.flags}[SortingFlag.CHILD_AT_RISK] == "孩子吓哭了"


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("夫妻争吵，老公没有打人", SortingFlag.DOMESTIC_VIOLENCE),
        ("两人吵架，没有拿刀", SortingFlag.WEAPON),
        ("楼上噪音吵死了，烦死人", SortingFlag.DEATH_THREAT),
        ("楼盘跳楼价促销，买了不退钱", SortingFlag.SELF_HARM),
        ("老人讲梦见有人拿刀追他", SortingFlag.WEAPON),
        ("物业收费贵，业主不满", SortingFlag.CHILD_AT_RISK),
        ("今早拿锄头挖我家的水沟，粪水倒灌进厨房", SortingFlag.WEAPON),
        ("楼上装修天天用锤子敲墙，打电话给物业也不管", SortingFlag.WEAPON),
    ],
)
def test_denial_idiom_and_dreams_raise_no_flag(text, flag):
    assert flag not in {one.code for one in sorting.sort(text).flags}


def test_what_is_told_of_long_ago_is_kept_and_marked():
    found = sorting.sort("听说他以前拿刀砍过人，今天只是来要工钱")
    assert found.flags
    assert all(flag.heard for flag in found.flags)


# --- labelled samples nobody trained on -------------------------------------------------------------------------------
# thresholds a little under what was measured; the third that was read while developing is left out


def _macro(pairs):
    labels = {true for true, _ in pairs}
    total = 0.0
    for label in labels:
        hit = sum(a == b == label for a, b in pairs)
        total += 2 * hit / (sum(a == label for a, _ in pairs) + sum(b == label for _, b in pairs))
    return total / len(labels)


@pytest.mark.skipif(
    not DEV.exists(),
    reason="no folder 'shared' beside the repository: the labelled samples are not part of the product",
)
@pytest.mark.parametrize(("file", "read", "macro", "right"), [
    ("dev_short.jsonl", 0, 0.80, 0.91), ("dev_messages.jsonl", 1, 0.70, 0.86),
])  # fmt: skip
def test_samples_nobody_tuned_to(file, read, macro, right):
    lines = [json.loads(line) for line in (DEV / file).read_text(encoding="utf-8").splitlines()]
    lines = [line for n, line in enumerate(lines) if n % 3 != read]
    found = [(line["type"] or line["kind"], sorting.sort(line["text"])) for line in lines]
    kept = [(true, one) for true, one in found if not one.abstained]
    assert _macro([(true, one.label.value) for true, one in found]) >= macro
    assert len(kept) >= 0.65 * len(found)
    assert sum(true == one.label for true, one in kept) >= right * len(kept)


@pytest.mark.parametrize(("characters", "least"), [(20, 0.75), (100, 0.75), (150, 0.69), (200, 0.63), (900, 0.63)])
def test_a_call_is_held_back_sooner_than_a_letter(characters, least):
    text = "".join(chr(0x4E00 + n) for n in range(characters))
    held = replace(shipped(), threshold=0.63)
    assert held.least(features(text)) == pytest.approx(least)
    assert replace(held, threshold=0.9).least(features(text)) == pytest.approx(0.9)

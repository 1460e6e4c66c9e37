"""Earlier reports that a process keeps ready: as they stand, and not more than so many."""

from __future__ import annotations

from typing import Any

import pytest

from tests.world import NOW
from twinloop.decide import linkage
from twinloop.triage import repeats_ready
from twinloop.triage.repeats_ready import CHINA, prepared

AT = int(NOW.timestamp() * 1_000_000)


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(repeats_ready, "_ready", type(repeats_ready._ready)())


def row(pk: int, text: str = "楼上漏水，双方争吵", dispute: int | None = None) -> tuple[Any, ...]:
    return pk, AT, dispute, text, "示例路1号", "360702001001", None, None, None


def test_a_report_is_read_once_as_long_as_it_stands_as_it_is():
    first = prepared(row(1))
    assert prepared(row(1)) is first
    assert first == linkage.prepare(
        linkage.Report("1", NOW.astimezone(CHINA), "楼上漏水，双方争吵", "", "360702001001", "示例路1号", ())
    )


def test_a_report_that_changed_is_read_again_and_the_old_one_forgotten():
    prepared(row(1))
    changed = prepared(row(1, "宅基地界址争执"))
    assert changed.item.report.text == "宅基地界址争执"
    assert prepared(row(1)).item.report.text == "楼上漏水，双方争吵"
    assert len(repeats_ready._ready) == 1


def test_those_that_were_not_asked_for_the_longest_time_go_first(monkeypatch):
    monkeypatch.setattr(repeats_ready, "KEPT", 2)
    for pk in (1, 2, 1, 3):
        prepared(row(pk))
    assert list(repeats_ready._ready) == [1, 3]


def test_words_that_two_reports_share_are_kept_once():
    one, two = prepared(row(1)), prepared(row(2))
    for ours, theirs in ((one.keys, two.keys), (one.item.story.terms, two.item.story.terms)):
        kept = {said: said for said in theirs}
        assert all(kept[said] is said for said in ours if said in kept)

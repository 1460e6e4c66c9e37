"""How common words are is counted once an hour, whatever the age of the reports that are compared."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import world
from tests.world import NOW
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.triage import repeats_finding as finding

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def full(monkeypatch):
    """A count of one report is a full one; of fewer it holds for less (test_candidates)."""
    monkeypatch.setattr(finding, "_counted", {})
    monkeypatch.setattr(finding, "HELD_IN_FULL", 1)


def test_reports_of_past_years_do_not_make_it_count_anew(monkeypatch):
    added = []
    counts = finding.linkage.Background.add
    monkeypatch.setattr(
        finding.linkage.Background, "add", lambda self, profile: (added.append(profile), counts(self, profile))
    )
    with see_as(SYSTEM):
        near = world.district().near
        reports = [
            world.incident(near, at=NOW - timedelta(days=90 * n), narrative=f"楼上漏水，把天花板泡坏了（{n}）")
            for n in range(4)
        ]
        for report in reports:
            finding.found(finding.asked_of(report), least=0.5)
    assert len(added) == len(reports), "each of the newest once"


def test_an_hour_later_it_counts_again(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(finding, "monotonic", lambda: now[0])
    with see_as(SYSTEM):
        world.incident(world.district().near, at=NOW)
        first = finding._known()
        now[0] = finding.FRESH - 1
        assert finding._known() is first
        now[0] = finding.FRESH
        assert finding._known() is not first


def test_a_batch_that_came_in_since_has_it_counted_again_once(monkeypatch):
    with see_as(SYSTEM):
        report = world.incident(world.district().near, at=NOW)
        first = finding._known()
        monkeypatch.setattr(finding, "LATER", 2)
        late = [world.incident(None, at=NOW) for _ in range(2)]
        for asked, is_first in (([report], True), (late[:1], True), (late, False)):
            finding.found_of(asked, least=0.5)
            assert (finding._known() is first) is is_first
        second = finding._known()
        finding.found_of(late, least=0.5)
        assert finding._known() is second

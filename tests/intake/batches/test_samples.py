"""The eight samples and the real messages that lie beside the repository, through the command itself."""

from __future__ import annotations

import json

import pytest

from tests.intake.batches.bringing import bring
from twinloop.cases.models import Feedback, Incident
from twinloop.ledger.sight import SYSTEM, see_as

pytestmark = pytest.mark.django_db


def _samples(shared):
    folder = shared / "data" / "rules" / "bad_inputs"
    if not folder.is_dir():
        pytest.skip("no samples beside the repository")
    return folder, [json.loads(line) for line in (folder / "expect.jsonl").read_text("utf-8").splitlines()]


def _outcome(told):
    accepted, rejected, _same = told.counts
    if told.last["refused"]:
        return "file_refused", 0, 0
    said = "accepted" if not rejected else "some_rejected" if accepted else "all_rejected"
    return said, accepted, rejected


def test_each_sample_ends_as_it_should(shared):
    folder, samples = _samples(shared)
    wrong = []
    for sample in samples:
        if sample["kind"] == "people":
            continue  # tests/people
        told = bring(sample["kind"], folder / sample["file"])
        right = [(o["expect"], o["good_rows"], o["bad_rows"]) for o in (sample, *sample.get("also", []))]
        found = _outcome(told)
        if found not in right or told.status != (0 if found[0] == "accepted" else 1):
            wrong.append((sample["file"], found, told))
    assert wrong == []


@pytest.mark.parametrize(("file", "replies"), [("complaints_883.csv", False), ("replied_2816.csv", True)])
def test_the_real_messages_come_in_once(shared, file, replies):
    path = shared / "data" / "messages" / file
    if not path.exists():
        pytest.skip("no messages beside the repository")
    first = bring("messages", path)
    rows = first.counts[0] + first.counts[1]
    assert rows > 500
    assert first.counts[1] <= rows * 0.01, first.reasons[:5]
    with see_as(SYSTEM):
        assert Incident.objects.count() == first.counts[0]
        assert (Feedback.objects.count() > 0) is replies
    second = bring("messages", path)
    assert second.counts == (0, first.counts[1], first.counts[0])
    with see_as(SYSTEM):
        assert Incident.objects.count() == first.counts[0]

"""`twinloop try` as people type it: a process of its own, without database or settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def run(decision: str, text: str, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TWINLOOP_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "twinloop", "try", decision, "-"],
        input=text, capture_output=True, text=True, check=False, env=clean | env,
    )  # fmt: skip


def test_answers_come_in_order_and_a_refused_line_stops_nobody():
    lines = [
        {"id": "1", "rule": "transfer", "start": "2026-04-15T11:00:00+08:00", "pauses": []},
        {"id": "2", "rule": "transfer", "start": "2026-04-15T11:00:00+08:00", "pauses": [], "colour": "red"},
        {"id": "3", "rule": "penalty", "start": "2026-05-11T09:00:00+08:00", "pauses": [], "expect": {"due": ""}},
    ]
    done = run("clocks", "\n".join(json.dumps(line) for line in lines))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [a["id"] for a in answers] == ["1", "2", "3"]
    assert answers[0]["due"] == "2026-04-16T11:00:00+08:00"
    assert answers[1]["refused"]["key"] == "colour"
    assert answers[2]["due"] == "2026-06-10T23:59:59+08:00"


@pytest.mark.parametrize(("decision", "status"), [("nonsense", 2), ("gate", 0)])
def test_wrong_use_has_its_own_status(decision, status):
    assert run(decision, "").returncode == status


def test_the_samples_come_out_right(shared: Path):
    for decision in ("gate", "clocks", "risk"):
        samples = [json.loads(x) for x in (shared / f"data/rules/{decision}.jsonl").read_text("utf-8").splitlines()]
        done = run(decision, "\n".join(json.dumps(s, ensure_ascii=False) for s in samples))
        answers = {a["id"]: a for a in map(json.loads, done.stdout.splitlines())}
        for sample in samples:
            assert fits(answers[sample["id"]], sample["expect"], answers), (sample["id"], answers[sample["id"]])


def fits(answer: dict[str, Any], expect: dict[str, Any], answers: dict[str, Any]) -> bool:
    checks = {
        "allowed": lambda v: answer["allowed"] is v,
        "articles_any": lambda v: answer["allowed"] or any(n in a for n in v for a in answer["articles"]),
        "due": lambda v: answer["due"] == v,
        "level": lambda v: answer["level"] == v,
        "level_at_most": lambda v: answer["level"] <= v,
        "level_in": lambda v: answer["level"] in v,
        "not_milder_than": lambda v: answer["level"] <= answers[v]["level"],
        "refused": lambda v: "refused" in answer,
        "key": lambda v: answer["refused"]["key"] == v,
    }
    return all(checks[key](value) for key, value in expect.items() if key in checks)

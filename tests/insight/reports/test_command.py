"""`twinloop report`: what it makes, what it refuses, its exit status."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
import time_machine
from click.testing import CliRunner

from tests.insight.reports.district import AT, alone, build
from twinloop.cli import twinloop
from twinloop.insight.reports.models import Report
from twinloop.ledger.sight import SYSTEM, see_as


@pytest.fixture
def april(db, monkeypatch):
    monkeypatch.setattr("twinloop.launch.started.database", nullcontext)  # the test's own is running
    with time_machine.travel(AT, tick=False):
        with see_as(SYSTEM):
            found, _made = build()
        yield found


def run(*args: str):
    return CliRunner().invoke(twinloop, ["report", *args])


def test_one_is_made_and_made_again_without_a_new_version(april):
    answer = run("month")
    assert (answer.exit_code, answer.output) == (0, "全区 · 2026年4月 · 月报 · v1\n")
    assert run("month", "2026-04-30").output.endswith("v1 (unchanged)\n")
    assert "近村派出所 · 2026年4月" in run("month", "2026-04-01", "--station", "T1").output
    assert "近村 · 2026年第1季度" in run("quarter", "2026-02-01", "--place", "990001001201").output


def test_without_a_kind_it_makes_what_is_owed_once(april):
    with see_as(SYSTEM):
        alone(april)
    assert run().exit_code == 0
    with see_as(SYSTEM):
        count = Report.objects.count()
    assert count
    assert run().output == "0 reports made\n"


def test_refusals_are_one_and_wrong_use_is_two(april):
    answer = run("month", "2026-05-03")
    assert answer.exit_code == 1
    assert "这一期到 2026-05-31 才过完" in answer.output
    for wrong in (("decade",), ("month", "zz"), ("month", "2026-04-01", "--station", "no"), ("--station", "T1"),
                  ("month", "2026-04-01", "--place", "x"), ("day", "--station", "T1", "--place", "x")):  # fmt: skip
        assert run(*wrong).exit_code == 2, wrong
    assert "7 days" in run("--help").output

"""`twinloop export`: what an account sees and no more, masked, harmless, logged, whole or not at all."""

from __future__ import annotations

import csv
import json
from contextlib import nullcontext
from io import StringIO

import openpyxl
import pytest
import time_machine
from click.testing import CliRunner
from django.db import connection

from tests import world
from tests.world import NOW
from twinloop.cli import twinloop
from twinloop.exchange import leaving
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Account


@pytest.fixture
def cases(db, monkeypatch):
    """Two disputes, one out of the community officer's area; a title with a telephone and a formula."""
    monkeypatch.setattr("twinloop.launch.started.database", nullcontext)  # the test's own is running
    with time_machine.travel(NOW, tick=True):
        with see_as(SYSTEM):
            district = world.district()
            near = world.dispute(district.near, title="=1+1 打 13912345678")
            far = world.dispute(district.far)
            world.incident(district.near, narrative="@SUM 两家争地界，电话13912345678")
        yield district, near, far


def run(*args: object):
    return CliRunner().invoke(twinloop, ["export", *map(str, args)])


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))


def test_an_account_takes_out_what_it_sees_and_nothing_else(cases, tmp_path):
    _district, near, far = cases
    for who, want in (("bureau", {near.number, far.number}), ("community_officer", {near.number}), ("auditor", set())):
        out = tmp_path / f"{who}.jsonl"
        answer = run("disputes", "--as", f"t-{who}", "--output", out)
        assert (answer.exit_code, answer.output) == (0, f"{out}: {len(want)}\n")
        assert {json.loads(line)["number"] for line in out.read_text("utf-8").splitlines()} == want
        assert out.stat().st_mode & 0o077 == 0, "only its owner may read it"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_tables_are_masked_and_run_nothing(cases, tmp_path):
    _district, near, _far = cases
    out = tmp_path / "all.csv"
    assert run("disputes", "--as", "t-bureau", "--output", out, "--since", "2000-01-01").exit_code == 0
    row = next(row for row in read(out.read_text("utf-8")) if row["number"] == near.number)
    assert row["title"].startswith("'=1+1")
    assert "13912345678" not in out.read_text("utf-8")
    assert row["registered_at"].endswith("+08:00")
    book = tmp_path / "calls.xlsx"
    assert run("incidents", "--as", "t-bureau", "--output", book).exit_code == 0
    sheet = openpyxl.load_workbook(book).active
    heads = [one.value for one in sheet[2]]
    said = sheet[3][heads.index("narrative")]
    assert (said.data_type, said.value[:5]) == ("s", "'@SUM")
    assert "13912345678" not in said.value


def test_filters_narrow_and_events_name_their_dispute(cases, tmp_path):
    _district, near, far = cases
    out = tmp_path / "far.jsonl"
    assert run("disputes", "--as", "t-bureau", "--output", out, "--place", far.place.code).exit_code == 0
    assert [json.loads(line)["number"] for line in out.read_text("utf-8").splitlines()] == [far.number]
    assert run("disputes", "--as", "t-bureau", "--output", out, "--since", "2999-01-01", "--replace").exit_code == 0
    assert out.read_text("utf-8") == ""
    # a community whose number ends in naughts is not all whose numbers begin so
    round_ = world._place("990001001200", "整村", "community", near.place.parent)
    assert run("disputes", "--as", "t-bureau", "--output", out, "--place", round_.code, "--replace").exit_code == 0
    assert out.read_text("utf-8") == ""
    assert run("disputes", "--as", "t-bureau", "--output", out, "--place", "990001001", "--replace").exit_code == 0
    assert len(out.read_text("utf-8").splitlines()) == 2
    state = near.state
    assert run("disputes", "--as", "t-bureau", "--output", out, "--state", state, "--replace").exit_code == 0
    assert {json.loads(line)["state"] for line in out.read_text("utf-8").splitlines()} == {state}
    assert run("disputes", "--as", "t-bureau", "--output", out, "--type", "A1", "--replace").exit_code == 0
    story = tmp_path / "story.csv"
    assert run("events", "--as", "t-community_officer", "--output", story).exit_code == 0
    rows = read(story.read_text("utf-8"))
    assert {row["dispute"] for row in rows} == {near.number}
    assert all(len(row["hash"]) == 64 and isinstance(json.loads(row["after"]), dict) for row in rows)


def test_the_ledger_says_who_took_how_much_out(cases, tmp_path):
    run("disputes", "--as", "t-bureau", "--output", tmp_path / "a.csv", "--level", 3)
    with see_as(SYSTEM):
        event = Event.objects.get(verb="exported")
        assert event.by.username == "t-bureau"
        assert (event.data["what"], event.data["rows"], event.data["query"]) == ("disputes", 0, "level=3")
        assert event.is_look


def test_what_breaks_in_the_midst_leaves_nothing(cases, tmp_path, monkeypatch):
    def some(scope, filters):
        yield {"number": "1"}
        raise OSError("the disk is full")

    monkeypatch.setitem(leaving.KINDS, "disputes", leaving.Kind(("number",), some))
    out = tmp_path / "a.csv"
    out.write_text("before", "utf-8")
    answer = run("disputes", "--as", "t-bureau", "--output", out, "--replace")
    assert (answer.exit_code, answer.output) == (1, f"Error: 写不成 {out}：the disk is full\n")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert out.read_text("utf-8") == "before"
    with see_as(SYSTEM):
        assert not Event.objects.filter(verb="exported").exists()


def test_refusals_are_one_and_wrong_use_is_two(cases, tmp_path, monkeypatch):
    out = tmp_path / "a.csv"
    with see_as(SYSTEM):
        Account.objects.filter(username="t-chief").update(is_active=False)
    answer = run("disputes", "--as", "t-chief", "--output", out)
    assert (answer.exit_code, out.exists()) == (1, False)
    assert "没有启用" in answer.output
    nowhere = run("disputes", "--as", "t-bureau", "--output", out, "--place", "999999999999")
    assert (nowhere.exit_code, out.exists()) == (1, False)
    assert "没有这个地方" in nowhere.output
    monkeypatch.setattr(leaving, "SHEET", 1)
    refused = run("disputes", "--as", "t-bureau", "--output", tmp_path / "a.xlsx")
    assert "一张表" in refused.output
    with connection.cursor() as cursor:  # half read, and closed
        cursor.execute("SELECT count(*) FROM pg_cursors WHERE name LIKE '_django%'")
        assert cursor.fetchone() == (0,)
    out.write_text("mine", "utf-8")
    for wrong in (
        ("disputes", "--as", "t-bureau", "--output", out),
        ("disputes", "--as", "nobody", "--output", tmp_path / "b.csv"),
        ("disputes", "--as", "t-bureau", "--output", tmp_path / "b.pdf"),
        ("disputes", "--as", "t-bureau", "--output", tmp_path / "none" / "b.csv"),
        ("disputes", "--as", "t-bureau", "--output", tmp_path / "b.csv", "--place", "中村"),
        ("disputes", "--as", "t-bureau", "--output", tmp_path / "b.csv", "--place", "3607021"),
        ("disputes", "--as", "t-bureau", "--output", tmp_path / "b.csv", "--since", "yesterday"),
        ("incidents", "--as", "t-bureau", "--output", tmp_path / "b.csv", "--level", 3),
        ("disputes", "--as", "t-bureau", "--output", tmp_path / "b.csv", "--state", "gone"),
        ("disputes", "--as", "t-bureau", "--output", tmp_path / "b.csv", "--type", "Z9"),
        ("people", "--as", "t-bureau", "--output", tmp_path / "b.csv"),
    ):
        assert run(*wrong).exit_code == 2, wrong
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert out.read_text("utf-8") == "mine"

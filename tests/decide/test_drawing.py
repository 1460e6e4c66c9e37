"""The page drawn from the table is fresh, and says so when it is not."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from twinloop.decide import drawing, workflow

PAGE = Path(__file__).resolve().parents[2] / "docs" / "workflow.md"


def test_page_in_the_repository_is_fresh():
    assert drawing.main(["--check", str(PAGE)]) == 0


def test_check_names_a_stale_and_a_missing_page(tmp_path, capsys):
    page = tmp_path / "workflow.md"
    assert drawing.main(["--check", str(page)]) == 1
    assert drawing.main([str(page)]) == 0
    assert drawing.main(["--check", str(page)]) == 0
    page.write_text(page.read_text(encoding="utf-8") + "x", encoding="utf-8")
    assert drawing.main(["--check", str(page)]) == 1
    assert "stale" in capsys.readouterr().err


def test_diagram_draws_every_state_and_action():
    text = drawing.diagram()
    assert all(f" as {state}" in text for state in workflow.State)
    assert "ordered --> review: 退单" in text
    assert "any --> merged: 并入" in text


def test_runs_as_a_command(monkeypatch):
    monkeypatch.setattr("sys.argv", ["drawing", "--check", str(PAGE)])
    with pytest.raises(SystemExit) as caught:
        runpy.run_path(drawing.__file__, run_name="__main__")
    assert caught.value.code == 0

"""The database of tests and of `bench/`: filled alike; only the tests' own is given a name when it is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import template


def test_a_bench_fills_without_a_name_and_the_tests_name_what_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[object] = []
    monkeypatch.setattr(template, "fill", lambda: done.append("filled"))
    monkeypatch.setattr(template, "name", lambda *names: done.append(names))
    template.main([])
    template.main(["filling", "whole", "failed"])
    assert done == ["filled", "filled", ("filling", "whole")]


def test_why_it_failed_is_written_down(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fill() -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(template, "fill", fill)
    with pytest.raises(OSError, match="the disk is full"):
        template.main(["filling", "whole", str(tmp_path / "failed")])
    assert "the disk is full" in (tmp_path / "failed").read_text("utf-8")

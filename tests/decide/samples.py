"""The worked examples that lie in the folder `shared` beside the repository; absent elsewhere, and then skipped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

RULES = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "rules"


def samples(name: str) -> list[Any]:
    """Parameters for pytest: one (line, expect) a sample, or one skipped where the file is absent."""
    path = RULES / name
    if not path.exists():
        return [pytest.param(None, None, marks=pytest.mark.skip(reason=f"{name} is not beside this repository"))]
    lines = [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines() if text.strip()]
    return [pytest.param(line, line["expect"], id=line["id"]) for line in lines]

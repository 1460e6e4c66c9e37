"""What an import did or would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """A file to read: where it lies and what it was called."""

    path: Path
    name: str


@dataclass(frozen=True)
class BadRow:
    file: str
    sheet: str
    row: int
    reasons: Sequence[tuple[str, str]]  # column ("" = the whole row), sentence


@dataclass
class Result:
    """`accepted` are new, `unchanged` were there already; `refused` names files and why."""

    accepted: int = 0
    rejected: int = 0
    unchanged: int = 0
    refused: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    mapping: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    heads: list[str] = field(default_factory=list)  # every column of the files
    rejects: list[Path] = field(default_factory=list)
    batch: int | None = None
    whole: bool = True  # False where only the first rows were looked at
    bad: list[BadRow] = field(default_factory=list)  # the first ones
    good: list[tuple[str, str, str, str]] = field(default_factory=list)  # form, number, moment, masked text

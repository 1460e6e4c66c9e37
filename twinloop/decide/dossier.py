"""The thirteen parts of a mediation dossier (卷宗): which must be there for this case, which are missing.

The order is that of the forms in use for people's mediation; what must be kept is 人民调解法 art. 27 (registration,
record, agreement), what else is needed follows from what happened. Method: docs/methods/dossier.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Part(IntEnum):
    COVER = 1
    CONTENTS = 2
    APPLICATION = 3
    REGISTRATION = 4
    RIGHTS = 5
    INQUIRY = 6
    EVIDENCE = 7
    MINUTES = 8
    AGREEMENT = 9
    VISITS = 10
    CONFIRMATION = 11
    STATEMENT = 12
    BACK = 13


MADE_WITH_IT = frozenset({Part.COVER, Part.CONTENTS, Part.STATEMENT, Part.BACK})  # printed with the dossier


@dataclass(frozen=True)
class Facts:
    """`counts`: papers on file for each part (0 or more). Raises ValueError for a negative count."""

    mediated: bool = False
    ordinary: bool = False  # 普通程序
    agreed: bool = False
    confirmation_asked: bool = False
    counts: Mapping[Part, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if any(count < 0 for count in self.counts.values()):
            raise ValueError("a count of papers is not negative")


@dataclass(frozen=True)
class Line:
    """One part: papers on file; `why`: code of the reason for which it must be there, empty where it may be absent."""

    part: Part
    count: int
    why: str = ""

    @property
    def is_missing(self) -> bool:
        return bool(self.why) and self.count == 0


def check(facts: Facts) -> tuple[Line, ...]:
    """Every part in order. A case that was never mediated needs none of them."""
    why = {
        Part.APPLICATION: "ordinary" if facts.ordinary else "",
        Part.REGISTRATION: "registered",
        Part.RIGHTS: "told",
        Part.INQUIRY: "ordinary" if facts.ordinary else "",
        Part.MINUTES: "recorded",
        Part.AGREEMENT: "agreed" if facts.agreed else "",
        Part.VISITS: "agreed" if facts.agreed else "",
        Part.CONFIRMATION: "asked" if facts.confirmation_asked else "",
    }
    return tuple(
        Line(part, 1, "with_it") if part in MADE_WITH_IT
        else Line(part, facts.counts.get(part, 0), why.get(part, "") if facts.mediated else "")
        for part in Part
    )  # fmt: skip


def missing(facts: Facts) -> tuple[Line, ...]:
    return tuple(line for line in check(facts) if line.is_missing)

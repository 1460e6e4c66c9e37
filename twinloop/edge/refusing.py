"""What every expected no of the edge has in common: a code, and the facts that make its sentence."""

from __future__ import annotations

from enum import StrEnum

from twinloop.edge.words import say


class Refusing(Exception):  # noqa: N818 - the house calls an expected no "refused"
    """`facts` never hold a secret or the refused value itself."""

    code: StrEnum

    def __init__(self, code: StrEnum, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return say(self.code, "en", **self.facts)

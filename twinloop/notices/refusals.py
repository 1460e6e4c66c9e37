"""An expected no, said in this room's words: pages ask here, so that they need not know how an action refuses."""

from __future__ import annotations

from collections.abc import Callable

from twinloop.decide import Refused
from twinloop.notices import words


def attempt(act: Callable[[], object]) -> str:
    """The sentence of the refusal; empty when it was done."""
    try:
        act()
    except Refused as refused:
        return str(words.REFUSALS[refused.code])
    return ""

"""Trying an act for a page: done, or why not in one sentence. Pages never judge and never see a code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from twinloop.cases.actions.moving import Change, Conflict
from twinloop.cases.telling import language, sentence
from twinloop.decide import Refused
from twinloop.edge import words as edge
from twinloop.edge.uploads import UploadRefused


@dataclass(frozen=True)
class No:
    """422: `sentence`. 409: somebody was quicker, `changes` say how."""

    status: int
    sentence: str = ""
    changes: list[Change] = field(default_factory=list)


def attempt(act: Callable[[], object]) -> No | None:
    """Run `act`; None when it is done."""
    try:
        act()
    except Refused as refused:
        return No(422, sentence(refused))
    except UploadRefused as refused:
        return No(422, edge.say(refused.code, language(), **refused.facts))
    except Conflict as conflict:
        return No(409, changes=conflict.changes)
    return None

"""One sentence for one refusal, wherever it is shown: shut button, refused post, API."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.utils.translation import get_language

from twinloop.cases.words import ENDED, REFUSALS
from twinloop.decide import Refused, words
from twinloop.decide.workflow import State
from twinloop.edge import words as edge


def language() -> str:
    """The language of this request, as the plain tables name it."""
    return words.ENGLISH if (get_language() or "").startswith("en") else words.CHINESE


def tables() -> Mapping[str, object]:
    """Every room's `words.REFUSALS`: an action of a late room is refused in the API by the same sentence."""
    return gathered("REFUSALS")


def why_ended(why: str) -> str:
    """Why something ended: a person's own words, or those for the software's code (`ENDED`, a dispute's state)."""
    if why in ENDED:
        return str(ENDED[why])
    return words.say(State(why), language()) if why in set(State) else why


@cache
def gathered(table: str) -> Mapping[str, Any]:
    """A table that every room may have in its `words`: how an early room speaks for a late one."""
    found: dict[str, Any] = {}
    for room in (config.name for config in apps.get_app_configs() if config.name.startswith("twinloop.")):
        if find_spec(f"{room}.words") is None:
            continue
        own = getattr(import_module(f"{room}.words"), table, {})
        twice = set(found) & set(own)
        assert not twice, f"{room}: {table} named elsewhere too: {sorted(twice)}"
        found |= own
    return found


def sentence(refused: Refused) -> str:
    """What is missing, or which article forbids it, in the language of this request."""
    if refused.code in tables():
        return str(tables()[refused.code]).format_map(refused.facts)
    if refused.code == "gate_shut":
        refused = _without_gaps(refused)
    try:
        return words.tell(refused, language())
    except KeyError:
        return edge.say(refused.code, language(), **refused.facts)


def _without_gaps(refused: Refused) -> Refused:
    """The record keeps that facts were unknown, not which: said once, in place of one empty sentence for each."""
    why = refused.facts.get("why")
    reasons: tuple[object, ...] = why if isinstance(why, tuple) else ()
    told = [str(REFUSALS["gate_facts"]) if reason == "unknown" else reason for reason in reasons]
    facts = {**refused.facts, "why": tuple(dict.fromkeys(told))}
    return Refused(refused.code, articles=refused.articles, **facts)

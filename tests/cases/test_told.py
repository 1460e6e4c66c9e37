"""Whatever is recorded about a dispute has words on its timeline, in whichever room it is recorded."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from twinloop.cases.actions.noting import KINDS
from twinloop.cases.telling import gathered
from twinloop.cases.timeline import VERBS
from twinloop.decide.workflow import Action
from twinloop.dispatch.orders import actions as _orders

PACKAGE = Path(_orders.__file__).parents[3]
# functions that hand a verb on to `record`, and where in their arguments it stands
WRITERS = {"record": 1, "told": 1, "_tell": 1}
CASE_ROOMS = ("intake", "dispatch", "mediation", "followup")  # where such a function writes about a case
UNSEEN = {"looked", "unmasked", "exported"}  # looks: shown to auditors, not in a timeline


def _literals(node: ast.expr) -> Iterator[str]:
    """Verbs that an argument may have: a literal, or one of two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def recorded() -> dict[str, str]:
    """verb → file, of what is written to a stream that is, or may be, a dispute's."""
    found: dict[str, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = WRITERS.get(name)
            if place is None or len(node.args) <= place:
                continue
            stream = ast.unparse(node.args[0])
            room = path.relative_to(PACKAGE).parts[0]
            of_case = (
                room in CASE_ROOMS
                if name != "record"
                else "dispute" in stream or (room == "cases" and "stream_of" in stream)
            )
            if of_case:
                found |= {verb: str(path.relative_to(PACKAGE)) for verb in _literals(node.args[place])}
    return found


def test_every_event_of_a_dispute_has_words():
    known = {*VERBS, *gathered("EVENTS"), *Action, *UNSEEN}
    found = recorded()
    assert {"dispute_opened", "clock_met", "order_sent", "petition_accepted"} <= set(found)  # the walk sees them
    assert {verb: where for verb, where in found.items() if verb not in known} == {}


def test_every_kind_of_note_has_words():
    assert {f"noted_{kind}" for kind in KINDS} <= set(VERBS)


def test_no_room_speaks_for_another():
    assert set(VERBS).isdisjoint(gathered("EVENTS"))
    assert all(len(pair) == 2 and str(pair[1]) for pair in gathered("EVENTS").values())

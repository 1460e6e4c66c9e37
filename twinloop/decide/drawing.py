"""Draws ``docs/workflow.md`` from the table: ``python -m twinloop.decide.drawing [--check] docs/workflow.md``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from twinloop.decide import words, workflow
from twinloop.decide.workflow import Move, State

# An arrow out of nearly every box would hide all others: these start from one box, 'any'.
_MANY = 5
_ANY = "any"

_HEAD = """# The life of a dispute

Drawn from the table in `twinloop/decide/workflow.py`; do not edit it here. Write it anew with
`python -m twinloop.decide.drawing docs/workflow.md`; `make check` compares the two.
Rules and articles: `docs/methods/workflow.md`.
"""


def _both(code: str) -> str:
    return f"{words.template(code, words.CHINESE)} `{code}`"


def _arrows(move: Move) -> list[tuple[str, str]]:
    if move.to is None:
        ends = [state for state in State if state in move.back_to]
        targets = [_ANY] if len(ends) > _MANY else [str(state) for state in ends]
        return [(str(source), end) for source in sorted(move.sources) for end in targets]
    sources = [_ANY] if len(move.sources) > _MANY else sorted(move.sources)
    return [(str(source), str(move.to)) for source in sources]


def diagram(moves: Iterable[Move] = workflow.TRANSITIONS) -> str:
    """The table as a Mermaid state diagram, in the table's order; labels in Chinese."""
    lines = ["stateDiagram-v2", "    direction LR", f'    state "任何状态 any" as {_ANY}']
    lines += [f'    state "{words.say(state)} {state}" as {state}' for state in State]
    lines.append(f"    [*] --> {State.REGISTERED}")
    for move in moves:
        lines += [f"    {source} --> {end}: {words.say(move.action)}" for source, end in _arrows(move)]
    lines.append(f"    {State.CLOSED} --> [*]")
    return "\n".join(lines)


def _cell(codes: Iterable[str]) -> str:
    return "<br>".join(codes) or "–"


def _states(states: frozenset[State]) -> str:
    missing = [state for state in State if state not in states]
    if len(states) > _MANY and len(missing) <= _MANY:
        return "any but " + ", ".join(f"`{state}`" for state in missing)
    return _cell(f"`{state}`" for state in State if state in states)


def _row(move: Move) -> str:
    to = f"`{move.to}`" if move.to else "back to: " + _states(move.back_to)
    roles = _cell(f"`{role}`" for role in workflow.Role if role in move.roles)
    lacks = _cell(words.template(lack, words.ENGLISH).format(terms="n") for lack in move.lacks)
    bars = _cell((bar.__doc__ or "").split("\n")[0].rstrip(".") for bar in move.bars)
    return f"| {_both(move.action)} | {_states(move.sources)} | {to} | {roles} | {lacks} | {bars} |"


def tables() -> str:
    """The moves with who, what and what forbids them; then the owner of the next step."""
    lines = ["| action | from | to | who | must be on record | refused unless |", "|---|---|---|---|---|---|"]
    lines += [_row(move) for move in workflow.TRANSITIONS]
    lines += ["", "## Whose turn it is", "", "| state | owner of the next step |", "|---|---|"]
    lines += [f"| {_both(state)} | {_both(workflow.OWNERS[state])} |" for state in State]
    levels = " · ".join(f"level {level}: {_both(workflow.responsible(level))}" for level in (1, 2, 3))
    return "\n".join([*lines, "", f"`by_level`: {levels}."])


def page() -> str:
    return f"{_HEAD}\n```mermaid\n{diagram()}\n```\n\n## Moves\n\n{tables()}\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or with ``--check`` say whether the one on disk is fresh; 0, or 1 if it is stale."""
    parser = argparse.ArgumentParser(prog="python -m twinloop.decide.drawing", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--check", action="store_true", help="compare only; exit status 1 if the page is stale")
    chosen = parser.parse_args(arguments)
    if not chosen.check:
        chosen.file.write_text(page(), encoding="utf-8")
        return 0
    if chosen.file.exists() and chosen.file.read_text(encoding="utf-8") == page():
        return 0
    sys.stderr.write(f"{chosen.file} is stale: run python -m twinloop.decide.drawing {chosen.file}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())

"""Figures of a set in words: what stands beside each, how steps and floors are written, what differs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from twinloop.cases.telling import language
from twinloop.cases.words import CATEGORIES, LEVELS
from twinloop.decide import risk
from twinloop.decide.parameters import Change, ParameterKind
from twinloop.decide.parameters.figures import label as coded
from twinloop.decide.words import say
from twinloop.dispatch.tuning import words

__all__ = ["CATEGORIES", "TOP", "changed", "factors_by_heading", "label", "name", "steps", "steps_read"]

TOP = ("level_2_from", "level_1_from", "valid_days")


def label(name: str) -> str:
    """What stands beside a figure; a code (B3) stands for itself."""
    found = coded(name)
    return found if type(found) is str else say(found, language())


def name(kind: ParameterKind) -> str:
    return say(kind, language())


def factors_by_heading() -> list[tuple[str, list[str]]]:
    """The article's four headings, each with its facts."""
    return [
        (say(head, language()), [str(factor) for factor in risk.Factor if risk.heading(factor) is head])
        for head in risk.Heading
    ]


def steps(rows: Iterable[Sequence[float]]) -> str:
    """[[1, 3], [2, 6]] → 1=3，2=6."""
    return _("，").join(f"{_plain(start)}={points}" for start, points in rows)


def _plain(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)


def steps_read(text: str, step: re.Pattern[str]) -> list[list[float]] | None:
    """What `steps` writes, with any usual mark between; None where it cannot be read."""
    found: list[list[float]] = []
    for part in filter(None, re.split(r"[,，;；、\s]+(?=\d)", text.strip(" ,，;；、"))):
        match = step.fullmatch(part.strip())
        if match is None:
            return None
        start = float(match[1])
        found.append([int(start) if start.is_integer() else start, int(match[2])])
    return found or None


def changed(changes: Iterable[Change]) -> list[tuple[str, str, str]]:
    """(what, before, after) of every figure that differs."""
    return [(_path(c.path), _value(c.path, c.before), _value(c.path, c.after)) for c in changes]


def _path(path: tuple[str, ...]) -> str:
    outer = path[0]
    if outer in ("points", "steps", "floor"):
        return f"{label(path[1])} · {label(outer)}"
    return " · ".join(label(part) for part in path)


def _value(path: tuple[str, ...], value: Any) -> str:
    if value is None:
        return str(words.OWN) if path == ("sorting_least",) else "–"
    if isinstance(value, bool):
        return str(words.YES if value else words.NO)
    if path[0] == "floor":
        return _("%(level)s，从 %(least)s 起") % {"level": LEVELS[value[0]], "least": f"{value[1]:g}"}
    if path[0] == "steps":
        return steps(value)
    if isinstance(value, list):
        return _("、").join(f"{one:g}" if isinstance(one, int | float) else str(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value) or "–"

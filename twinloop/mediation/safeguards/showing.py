"""A safeguard as its page shows it: each step with what was done, and the form for what may still be put down."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from twinloop.cases.telling import language
from twinloop.decide.words import cite, say
from twinloop.edge.masks import mask_text
from twinloop.mediation.safeguards import forms, queries, words
from twinloop.mediation.safeguards.models import Safeguard, Step


@dataclass
class Row:
    """One kind of step."""

    kind: str
    word: str
    article: str
    done: Sequence[tuple[Step, str]]
    form: forms.Step | None
    shut: str
    open: bool


def rows(found: Safeguard, steps: Sequence[Step], on: date, slot: str, typed: forms.Step | None) -> list[Row]:
    return [_row(found, kind, [s for s in steps if s.kind == kind], on, typed if slot == kind else None)
            for kind in words.STEPS]  # fmt: skip


def _row(found: Safeguard, kind: str, done: list[Step], on: date, typed: forms.Step | None) -> Row:
    word, article = words.STEPS[kind]
    after_letter = kind in (*words.SERVICES, "visits")
    shut = str(words.REFUSALS["safeguard_no_letter"]) if after_letter and found.letter != "issued" else ""
    once = kind in words.SERVICES and bool(done)
    form = None if shut or once else forms.of(kind, auto_id=f"{kind}-%s", initial={"once": uuid.uuid4(), "on": on})
    shown = [(step, mask_text(step.text)) for step in done]
    return Row(kind, str(word), cite(article, language()), shown, typed or form, shut, typed is not None)


def dues(found: Safeguard, steps: Sequence[Step]) -> list[tuple[str, str, datetime]]:
    return [
        (say(due.what, language()), cite(due.article, language()), due.due_at) for due in queries.dues(found, steps)
    ]

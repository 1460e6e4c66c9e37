"""Kinds of files: each says its columns, reads a row into facts, writes records, and takes them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twinloop.decide import Refused
from twinloop.intake.batches.kinds import calls, figures, messages, petitions, volunteers
from twinloop.intake.batches.records import Form

# in the order in which they are written: a call before its orders, an order before its feedback
FORMS: Mapping[str, Sequence[Form]] = {
    "jjd": calls.FORMS,
    "messages": (messages.FORM,),
    "petitions": (petitions.FORM,),
    "volunteers": (volunteers.FORM,),
    "indicators": (figures.FORM,),
}


def forms_of(kind: str) -> Sequence[Form]:
    if kind not in FORMS:
        raise Refused("batch_kind", kind=kind[:20])
    return FORMS[kind]


def form_named(code: str) -> Form:
    return next(form for forms in FORMS.values() for form in forms if form.code == code)

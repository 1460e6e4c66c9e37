"""What the software would say, and what it said: nothing here stores anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from twinloop.cases.models import Incident
from twinloop.cases.parameters import in_force
from twinloop.cases.queries import shown_type_names, types
from twinloop.cases.words import KINDS
from twinloop.decide import sorting
from twinloop.decide.parameters import ParameterKind
from twinloop.ledger.sight import Scope
from twinloop.places.models import Place
from twinloop.triage import learned, levels, repeats, spoken
from twinloop.triage.models import Judgement


@dataclass(frozen=True)
class Option:
    """A kind and type that may be picked; `share` in percent."""

    kind: str
    type: str
    name: str
    share: int


@dataclass(frozen=True)
class Flagged:
    code: str
    words: str
    heard: bool


@dataclass(frozen=True)
class Suggestion:
    """What intake shows while the text is being typed. `doubt`: why no type is put forward, "" where one is."""

    best: Option
    others: Sequence[Option]
    doubt: str
    flags: Sequence[Flagged]
    reasons: Sequence[str]
    level: levels.Level | None
    repeats: Sequence[Any] = field(default_factory=tuple)  # as `triage.repeats` gives them
    version: str = ""


def suggestion(
    text: str,
    phone: str = "",
    place: Place | None = None,
    *,
    at: datetime,
    scope: Scope,
    address: str = "",
    marked: Sequence[str] = (),
) -> Suggestion:
    """Type, flags, repeats and level for what was typed so far. Stores nothing; `at` is when it was reported.

    `marked`: circumstances that a person ticked; they count for the level as they will when it is registered.
    """
    held = in_force(at)
    found = learned.sorted_by(held, text)
    names = shown_type_names()
    return Suggestion(
        best=option(found.label, found.confidence, names),
        others=[option(other.label, other.confidence, names) for other in found.alternatives],
        doubt=spoken.said(spoken.doubt(found)),
        flags=[flagged(flag) for flag in found.flags],
        reasons=[spoken.said(spoken.reason(one)) for one in found.reasons],
        level=levels.suggested(found.flags, levels.facts_marked(marked), at=at, params=held.scorecard)
        if found.kind in levels.KINDS
        else None,
        repeats=repeats.candidates(text, phone=phone, place=place, address=address, at=at, scope=scope, held=held),
        version=held.marked(ParameterKind.THRESHOLDS, found.version),
    )


def flagged(flag: sorting.Flag) -> Flagged:
    kept = spoken.flag(flag)
    return Flagged(kept["code"], spoken.flag_said(kept), flag.heard)


def option(label: sorting.SortingLabel, confidence: float, names: Mapping[str, str]) -> Option:
    """A label in the district's own words."""
    kind, code = label.kind, label.type or ""
    return Option(kind, code, f"{code} {names.get(code, code)}" if code else str(KINDS[kind]), round(100 * confidence))


def latest(incident: Incident, what: str) -> Judgement | None:
    """The newest suggestion of the software about an incident."""
    return Judgement.objects.filter(incident=incident, what=what, by__isnull=True).order_by("-id").first()


def newest(incident: Incident, whats: Sequence[str]) -> dict[str, Judgement]:
    """`latest` for several at once."""
    found = Judgement.objects.filter(incident=incident, what__in=whats, by__isnull=True).order_by("id")
    return {one.what: one for one in found}


def type_in_force(code: str, on: date) -> bool:
    return any(known.code == code for known in types(on))

"""Why the software suggests what it suggests: kept as codes with values, said in the language of whoever reads.

Three kinds of codes: what spoke for a type (`SortingReason`), what counted for the level (`risk.Factor`) and what spoke
for a person (`matching.Merit`). Until 2026-11-27 sentences were kept, in the language of the moment; those are shown as
they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from twinloop.cases.queries import shown_type_names
from twinloop.cases.telling import language
from twinloop.decide import matching, risk, sorting, words
from twinloop.edge.masks import mask_text

Kept = dict[str, Any]  # code, and what fills its sentence: what JSON can hold

_FACTORS, _MERITS = frozenset(risk.Factor), frozenset(matching.Merit)


def reason(found: sorting.Reason) -> Kept:
    """What spoke for a type, the phrases of the text masked."""
    phrases = [mask_text(phrase) for phrase in found.phrases]
    return {"code": found.code.value, "label": found.label.value if found.label else "", "phrases": phrases}


def flag(found: sorting.Flag) -> Kept:
    return {"code": found.code.removeprefix("flag_"), "phrase": mask_text(found.phrase), "heard": found.heard}


def doubt(found: sorting.Sorted) -> Kept | str:
    """Why it abstains, "" where it does not."""
    if found.doubt is None:
        return ""
    other = found.alternatives[0].label if found.alternatives else found.label
    return {"code": found.doubt.value, "label": found.label.value, "other": other.value}


def counted(found: risk.Reason) -> Kept:
    """A fact of the scorecard; its points stand beside it."""
    return {"code": found.factor.value, "value": found.value, "floor": found.floor}


def merit(code: matching.Merit, facts: Mapping[str, object], *, against: bool) -> Kept:
    return {"code": code.value, "facts": dict(facts), "against": against}


def said(one: Kept | str) -> str:
    """One reason, doubt or line of a level as a sentence; what speaks against a person begins with a minus."""
    if isinstance(one, str):
        return one
    code, lang = str(one["code"]), language()
    if code in _FACTORS:
        note = words.say(risk.RiskNote.FLOOR, lang, floor=one["floor"]) if one["floor"] else ""
        return words.say(risk.Factor(code), lang, value=one["value"]) + note
    if code in _MERITS:
        return ("−" if one["against"] else "") + words.say(matching.Merit(code), lang, **_facts(one["facts"]))
    labels = {name: _label(one[name], lang) for name in ("label", "other") if one.get(name)}
    if code.startswith("doubt_"):
        return words.say(sorting.SortingDoubt(code), lang, **labels)
    between = ", " if lang == words.ENGLISH else "、"
    phrases = between.join(f"“{phrase}”" for phrase in one["phrases"])
    return words.say(sorting.SortingReason(code), lang, phrases=phrases, **labels)


def all_said(kept: Iterable[Kept | str]) -> list[str]:
    return [said(one) for one in kept]


def flag_said(one: Mapping[str, Any]) -> str:
    """家庭暴力：“老公又打我”"""
    if "words" in one:  # kept before 2026-11-27
        return str(one["words"])
    code = sorting.SortingReason.HEARD if one["heard"] else sorting.SortingReason.FLAG
    name = words.say(sorting.SortingFlag(f"flag_{one['code']}"), language())
    return words.say(code, language(), flag=name, phrases=one["phrase"])


def flags_said(answer: Mapping[str, Any]) -> list[str]:
    """Flags of a kept answer that are about now and here, as sentences: what a board or a phone shows."""
    return [flag_said(one) for one in answer.get("flags", []) if isinstance(one, dict) and not one.get("heard")]


def told(answer: Mapping[str, Any]) -> dict[str, Any]:
    """A kept answer of sorting with its flags and its doubt in words: for whoever shows it whole."""
    flags = [dict(one) | {"words": flag_said(one)} for one in answer["flags"]]
    return dict(answer) | {"flags": flags, "doubt": said(answer["doubt"])}


def _facts(kept: Mapping[str, Any]) -> dict[str, object]:
    """Types by the district's name for them: 邻里相邻 instead of B1."""
    facts = dict(kept)
    if "trait" in facts:
        facts["trait"] = matching.Trait(facts["trait"])
    if "type" in facts:
        facts["type"] = shown_type_names().get(facts["type"], facts["type"])
    return facts


def _label(code: str, lang: str) -> str:
    return words.say(sorting.SortingLabel(code), lang)

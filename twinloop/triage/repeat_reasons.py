"""What spoke for or against one quarrel: kept as codes and masked facts, said in the language of whoever reads.

Until 2026-11-27 sentences were kept, in the language of the moment; those are shown as they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from twinloop.cases.telling import language
from twinloop.decide import linkage
from twinloop.decide.words import say
from twinloop.edge.masks import mask_name, mask_text

LEAST = 0.5  # bits under which a sign is not worth a line

Kept = dict[str, Any]  # code, bits, facts


def kept(evidence: Iterable[linkage.Evidence]) -> list[Kept]:
    """The heaviest first, names and numbers masked: what JSON can hold."""
    ranked = sorted((s for s in evidence if abs(s.bits) >= LEAST), key=lambda s: (-abs(s.bits), s.code))
    return [
        {"code": str(sign.code), "bits": round(sign.bits, 1), "facts": {n: _masked(n, v) for n, v in sign.facts}}
        for sign in ranked
    ]


def said(reasons: Iterable[Kept | str]) -> list[str]:
    """Each as a sentence with its bits."""
    return [one if isinstance(one, str) else _said(one) for one in reasons]


def reasons(evidence: Iterable[linkage.Evidence]) -> list[str]:
    """The sentences of a comparison of this moment."""
    return said(kept(evidence))


def _masked(name: str, value: object) -> object:
    if isinstance(value, (list, tuple)):
        return [_masked(name, one) for one in value]
    if not isinstance(value, str):
        return value
    return mask_name(value) if name in {"one", "two"} else mask_text(value)


def _said(one: Mapping[str, Any]) -> str:
    facts = {name: tuple(value) if isinstance(value, list) else value for name, value in one["facts"].items()}
    return f"{mask_text(say(linkage.Sign(one['code']), language(), **facts))} {one['bits']:+.1f}"

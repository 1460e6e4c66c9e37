"""What is known of one report before it is compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from twinloop.decide import Refused

# most texts name no sum, day, firm or flat: one set for all of them, where ten thousand reports are kept
NONE: frozenset[Any] = frozenset()


class LinkageRefusal(StrEnum):
    NO_OFFSET = "linkage_no_offset"
    BAD_FACT = "linkage_bad_fact"
    UNKNOWN_FACT = "linkage_unknown_fact"
    NOT_IN_ORDER = "linkage_not_in_order"


@dataclass(frozen=True, slots=True)
class Person:
    """One party as it was written down; empty = not known. ``name`` may be 我爸, 陈某, a firm or a flat."""

    name: str = ""
    id_number: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """One incident. ``phone`` is the caller's; ``place_code`` 12 digits of a community, or a township's."""

    id: str
    received_at: datetime
    text: str
    phone: str = ""
    place_code: str = ""
    address: str = ""
    parties: tuple[Person, ...] = ()

    def __post_init__(self) -> None:
        if self.received_at.tzinfo is None:
            raise Refused(LinkageRefusal.NO_OFFSET, field="received_at")

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any], received_at: datetime) -> Report:
        """Read a JSON-like line; null = not known. Raises ``Refused`` naming ``field`` or ``key``."""
        parties = raw.get("parties") or []
        if not isinstance(parties, list) or not all(isinstance(party, dict) for party in parties):
            raise Refused(LinkageRefusal.BAD_FACT, field="parties")
        texts = {name: _text(raw.get(name), name) for name in ("text", "phone", "place_code", "address")}
        return cls(id=str(raw["id"]), received_at=received_at, parties=tuple(map(_person, parties)), **texts)


def _text(value: object, field: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused(LinkageRefusal.BAD_FACT, field=field)
    return value.strip()


def _person(raw: Mapping[str, Any]) -> Person:
    for key in raw:
        if key not in {"name", "id_number", "phone"}:
            raise Refused(LinkageRefusal.UNKNOWN_FACT, key=f"parties.{key}")
    return Person(**{name: _text(raw.get(name), f"parties.{name}") for name in ("name", "id_number", "phone")})

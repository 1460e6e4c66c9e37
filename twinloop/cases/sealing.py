"""Identity fields of a case: sealed for keeping, masked for showing, indexed for finding."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from twinloop.edge import masks, searchkeys
from twinloop.edge.keyring import BlindField, Purpose
from twinloop.ledger.ring import ring


@dataclass(frozen=True)
class Identity:
    """What is known of a person, already checked at the edge; empty = not known."""

    name: str = ""
    id_number: str = ""
    phone: str = ""
    address: str = ""


def seal(value: str, context: str) -> bytes | None:
    """`context` ties the token to its row and field ("party:12:phone"); None for nothing."""
    return ring().encrypt(value, context) if value else None


def open_(token: bytes | memoryview | None, context: str) -> str:
    return ring().decrypt(bytes(token), context) if token else ""


def keys(who: Identity) -> list[uuid.UUID]:
    """Blind indexes under which the person is found: each stands for one exact way of asking."""
    if not (who.name or who.id_number or who.phone):
        return []
    blind = ring().blind
    return sorted({blind(form, field) for form, field in _forms(who)})


class Seals:
    """The same for rows by the thousand: the ring is looked at once, indexes come as the text of an array."""

    def __init__(self) -> None:
        self._ring = ring()
        self._decrypt = self._ring.decrypt

    def open_(self, token: bytes | memoryview | None, context: str) -> str:
        return self._decrypt(bytes(token), context) if token else ""

    def seal(self, value: str, context: str) -> bytes | None:
        return self._ring.encrypt(value, context) if value else None

    def keys(self, who: Identity) -> str:
        """As `keys`, in PostgreSQL's own writing."""
        if not (who.name or who.id_number or who.phone):
            return "{}"
        blind = self._ring.blind_hex
        return "{" + ",".join(sorted({blind(form, field) for form, field in _forms(who)})) + "}"


def _forms(who: Identity) -> Iterator[tuple[str, BlindField]]:
    if who.name:
        yield from ((form, BlindField.NAME) for form in _names(who.name))
    if who.id_number:
        yield who.id_number, BlindField.ID_NUMBER
        yield "tail" + searchkeys.id_tail(who.id_number), BlindField.ID_NUMBER
    if who.phone:
        yield who.phone, BlindField.PHONE
        yield "0000" + searchkeys.phone_tail(who.phone), BlindField.PHONE


def key(field: str, value: str, *, key_id: str | None = None) -> uuid.UUID:
    """The index of one value; `key_id` asks for an older index key."""
    return ring().blind(value, field, key_id=key_id)


def name_key(form: str, *, key_id: str | None = None) -> uuid.UUID:
    return key(BlindField.NAME, form, key_id=key_id)


def name_keys(forms: Iterable[str]) -> list[uuid.UUID]:
    """`name_key` of many, the ring looked at once."""
    blind = ring().blind
    return [blind(form, BlindField.NAME) for form in forms]


def index_keys() -> list[str]:
    """Every index key that the ring still holds, oldest first."""
    return [one.id for one in ring().keys if one.purpose is Purpose.BLIND]


def _names(name: str) -> set[str]:
    """The ways in which a name is asked for: simplified, by sound, by initials."""
    return {searchkeys.name_key(name), *searchkeys.name_sounds(name), *searchkeys.name_initials(name)}


def asked(kind: searchkeys.QueryKind, value: str) -> uuid.UUID | None:
    """The index of what somebody typed; None where that kind of thing is not found by an index."""
    kinds = searchkeys.QueryKind
    match kind:
        case kinds.NAME | kinds.PINYIN:
            return name_key(value)
        case kinds.ID_NUMBER:
            return key("id_number", value)
        case kinds.ID_TAIL:
            return key("id_number", "tail" + value)
        case kinds.PHONE:
            return key("phone", value)
        case kinds.PHONE_TAIL:
            return key("phone", "0000" + value)
        case _:
            return None


def masked(who: Identity) -> Identity:
    return Identity(
        name=masks.mask_name(who.name) if who.name else "",
        id_number=masks.mask_id(who.id_number) if who.id_number else "",
        phone=masks.mask_phone(who.phone) if who.phone else "",
        address=masks.mask_address(who.address) if who.address else "",
    )

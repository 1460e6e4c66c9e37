"""Identity of staff: sealed for keeping, indexed for finding, masked for showing.

The one place of this room that knows the key ring; models and pages see tokens, indexes and masks.
"""

from __future__ import annotations

from datetime import date

from twinloop.edge.identity import check_id, check_name, check_phone
from twinloop.edge.keyring import BlindField
from twinloop.edge.masks import mask_id, mask_phone
from twinloop.edge.searchkeys import name_initials, name_key, name_sounds, phone_tail, pinyin_key
from twinloop.ledger.ring import ring
from twinloop.people.models import Account

FIELDS = ("id_number", "phone")

__all__ = [
    "FIELDS", "check_id", "check_name", "check_phone", "fill", "masked", "name_key", "opened", "pinyin_key",
    "pinyin_of",
]  # fmt: skip


def fill(account: Account, *, id_number: str | None = None, phone: str | None = None, on: date) -> None:
    """Check, seal and index what is given ("" takes it away, None leaves it). `account` must have its pk."""
    assert account.pk, "the token is tied to the row"
    if id_number is not None:
        value = check_id(id_number, on=on).value if id_number else ""
        account.id_number_sealed = ring().encrypt(value, _context(account, "id_number")) if value else None
        account.id_number_index = ring().blind(value, BlindField.ID_NUMBER) if value else None
    if phone is not None:
        found = check_phone(phone).value if phone else ""
        account.phone_sealed = ring().encrypt(found, _context(account, "phone")) if found else None
        account.phone_tail = phone_tail(found) if found else ""


def index_of(id_number: str) -> object:
    """The index under which an identity number is kept."""
    return ring().blind(id_number, BlindField.ID_NUMBER)


def opened(account: Account, field: str) -> str:
    """The plain value; whoever calls this writes a look into the ledger."""
    token = {"id_number": account.id_number_sealed, "phone": account.phone_sealed}[field]
    return ring().decrypt(bytes(token), _context(account, field)) if token else ""


def masked(account: Account, field: str) -> str:
    value = opened(account, field)
    if not value:
        return ""
    return mask_id(value) if field == "id_number" else mask_phone(value)


def _context(account: Account, field: str) -> str:
    return f"account:{account.pk}:{field}"


def pinyin_of(name: str) -> str:
    """What a name is found by when it is typed by sound: full and by initials, every reading of the surname."""
    return " ".join(dict.fromkeys((*name_sounds(name), *name_initials(name))))[:120]

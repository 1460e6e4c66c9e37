"""Under which blind keys a person is compared: exactly the name, the number, the telephone; never sounds or tails."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable

from twinloop.cases import sealing
from twinloop.cases.models import Party
from twinloop.cases.sealing import Identity
from twinloop.edge import searchkeys
from twinloop.ledger.models import Event
from twinloop.ledger.ring import ring

FIELDS = ("name", "id_number", "phone")


def current() -> str:
    """The index key with which keys are made now."""
    return ring().blind_id


def of_person(who: Identity, key_id: str | None = None) -> list[uuid.UUID]:
    """Every key that is known: one that meets a party's is enough. `key_id` asks for an older index key."""
    found = _numbers(who, key_id)
    if who.name:
        found.append(sealing.name_key(searchkeys.name_key(who.name), key_id=key_id))
    return sorted(found)


def of_mediator(who: Identity, key_id: str | None = None) -> list[uuid.UUID]:
    """The mediator's own keys: by number or telephone where one is known, so that a namesake is no conflict."""
    return sorted(_numbers(who, key_id)) or of_person(who, key_id)


def of_parties(parties: Iterable[Party]) -> set[uuid.UUID]:
    """Every key under which one of them may be barred.

    Their own indexes are enough as long as one index key was ever used. After a rotation a bar may still stand under an
    older one, so that the parties are opened and compared under each: nobody sees what was opened.
    """
    found, every = set(), sealing.index_keys()
    for party in parties:
        found.update(party.search_keys)
        if len(every) > 1:
            who = opened(party, "party")
            found.update(key for key_id in every for key in of_person(who, key_id))
    return found


def opened(row: object, prefix: str) -> Identity:
    """What lies sealed in the row's columns; empty where it has none."""
    pk = row.pk  # type: ignore[attr-defined]
    return Identity(
        **{field: sealing.open_(getattr(row, f"{field}_sealed", None), f"{prefix}:{pk}:{field}") for field in FIELDS}
    )


def sealed(who: Identity, context: str, *fields: str) -> dict[str, bytes | None]:
    """The sealed columns of a row; `context` is its prefix and key ("bar:7")."""
    return {f"{field}_sealed": sealing.seal(getattr(who, field), f"{context}:{field}") for field in fields}


def lost(made_with: Collection[str]) -> set[str]:
    """Those of these index keys that the ring no longer holds: what they made meets nobody any more.

    What was made before this was written down (empty) counts as long as no index key was ever given up.
    """
    known = set(sealing.index_keys())
    if "" in made_with and Event.objects.filter(stream="setting:keys", verb="index_rotated").count() < len(known):
        known.add("")
    return set(made_with) - known


def _numbers(who: Identity, key_id: str | None) -> list[uuid.UUID]:
    typed = (("id_number", who.id_number), ("phone", who.phone))
    return [sealing.key(field, value, key_id=key_id) for field, value in typed if value]

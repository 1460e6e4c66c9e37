"""Under which blind keys a person is compared: exactly the name, the number, the telephone; never sounds or tails."""

from __future__ import annotations

import uuid

from twinloop.cases import sealing
from twinloop.cases.sealing import Identity
from twinloop.edge import searchkeys


def of_person(who: Identity) -> list[uuid.UUID]:
    """Every key that is known: one that meets a party's is enough."""
    found = _numbers(who)
    if who.name:
        found.append(sealing.name_key(searchkeys.name_key(who.name)))
    return sorted(found)


def of_mediator(who: Identity) -> list[uuid.UUID]:
    """The mediator's own keys: by number or telephone where one is known, so that a namesake is no conflict."""
    return sorted(_numbers(who)) or of_person(who)


def _numbers(who: Identity) -> list[uuid.UUID]:
    typed = (("id_number", who.id_number), ("phone", who.phone))
    return [sealing.key(field, value) for field, value in typed if value]

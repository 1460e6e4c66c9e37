"""A new key for what is sealed: every token is opened with the old key and sealed with the new one, in small steps.

Each step commits by itself, so that a rotation that is interrupted goes on where it stopped: `reseal` touches only
tokens of other keys than the current one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import models, transaction

from twinloop.cases import sealing
from twinloop.cases.models import Incident, Party
from twinloop.decide import Refused
from twinloop.edge.keyring import Cipher, Digest
from twinloop.ledger.actions import record
from twinloop.ledger.ring import ring
from twinloop.people.models import Account

STEP = 500


@dataclass(frozen=True)
class Sealed:
    """A table with sealed columns: column → field name in the token's context ("party:12:phone")."""

    model: type[models.Model]
    prefix: str
    columns: dict[str, str]


@dataclass(frozen=True)
class Indexed:
    """A table with blind indexes. `reindex` computes them anew for some rows and gives how many were written;
    `needs` counts rows that only this index key explains, because nothing sealed stands behind them.
    """

    model: type[models.Model]
    reindex: Callable[[list[int]], int]
    needs: Callable[[str], int] = lambda _key: 0


TABLES = (
    Sealed(Party, "party", {f"{f}_sealed": f for f in ("name", "id_number", "phone", "address")}),
    Sealed(Incident, "incident", {"caller_name_sealed": "name", "caller_phone_sealed": "phone"}),
    Sealed(Account, "account", {"id_number_sealed": "id_number", "phone_sealed": "phone"}),
)


def tables() -> tuple[Sealed, ...]:
    """Those above and what later rooms seal: each says so in its own `sealed_tables.py`."""
    return (*TABLES, *_said("TABLES"))


def indexes() -> tuple[Indexed, ...]:
    """Those of this room and what later rooms compare by blind keys (`INDEXES` of `sealed_tables.py`)."""
    own = ((Party, _reindex_parties), (Incident, _reindex_incidents), (Account, _reindex_accounts))
    return (*(Indexed(model, reindex) for model, reindex in own), *_said("INDEXES"))


def _said(name: str) -> Iterator[Any]:
    for room in (config.name for config in apps.get_app_configs() if config.name.startswith("twinloop.")):
        if find_spec(f"{room}.sealed_tables") is not None:
            yield from getattr(import_module(f"{room}.sealed_tables"), name, ())


def rotate(*, at: datetime, cipher: Cipher | None = None) -> int:
    """Make a new encryption key current and seal everything with it; gives the number of rows written."""
    ring().rotate(on=at.date(), cipher=cipher)
    rows = reseal()
    record("setting:keys", "keys_rotated", by=None, at=at, key=ring().current_id, rows=rows)
    return rows


def reseal() -> int:
    """Seal anew what older keys still hold."""
    return sum(_reseal(table, pks) for table in tables() for pks in _steps(table.model))


@transaction.atomic
def _reseal(table: Sealed, pks: list[int]) -> int:
    found, written = ring(), 0
    for row in table.model._default_manager.select_for_update(no_key=True).filter(pk__in=pks):
        changed = []
        for column, name in table.columns.items():
            token = getattr(row, column)
            if token and found.needs_rotation(bytes(token)):
                context = f"{table.prefix}:{row.pk}:{name}"
                setattr(row, column, found.encrypt(found.decrypt(bytes(token), context), context))
                changed.append(column)
        if changed:
            row.save(update_fields=changed)
            written += 1
    return written


def rotate_blind(*, at: datetime, digest: Digest | None = None) -> int:
    """Make a new index key current and compute every index anew. Until it is done, searches miss what is still old."""
    ring().rotate_blind(on=at.date(), digest=digest)
    rows = reindex()
    record("setting:keys", "index_rotated", by=None, at=at, key=ring().blind_id, rows=rows)
    return rows


def reindex() -> int:
    """Compute every index anew; also the way on for a rotation that was interrupted."""
    return sum(index.reindex(pks) for index in indexes() for pks in _steps(index.model))


@transaction.atomic
def _reindex_parties(pks: list[int]) -> int:
    for party in Party.objects.select_for_update(no_key=True).filter(pk__in=pks):
        opened = {
            name: sealing.open_(getattr(party, f"{name}_sealed"), f"party:{party.pk}:{name}")
            for name in ("name", "id_number", "phone")
        }
        Party.objects.filter(pk=party.pk).update(search_keys=sealing.keys(sealing.Identity(**opened)))
    return len(pks)


@transaction.atomic
def _reindex_incidents(pks: list[int]) -> int:
    for incident in Incident.objects.select_for_update(no_key=True).filter(pk__in=pks).exclude(search_keys=[]):
        who = sealing.Identity(
            name=sealing.open_(incident.caller_name_sealed, f"incident:{incident.pk}:name"),
            phone=sealing.open_(incident.caller_phone_sealed, f"incident:{incident.pk}:phone"),
        )
        Incident.objects.filter(pk=incident.pk).update(search_keys=sealing.keys(who))
    return len(pks)


@transaction.atomic
def _reindex_accounts(pks: list[int]) -> int:
    rows = Account.objects.select_for_update(no_key=True).filter(pk__in=pks, id_number_sealed__isnull=False)
    for account in rows:
        plain = sealing.open_(account.id_number_sealed, f"account:{account.pk}:id_number")
        Account.objects.filter(pk=account.pk).update(id_number_index=sealing.key("id_number", plain))
    return len(pks)


def retire(key_id: str, *, at: datetime) -> None:
    """Forget an old key for good; refused while anything is still sealed with it."""
    in_use = sum(_uses(table, key_id) for table in tables()) + sum(one.needs(key_id) for one in indexes())
    if in_use:
        raise Refused("key_in_use", key=key_id, count=in_use)
    ring().retire(key_id, in_use=0)
    record("setting:keys", "key_retired", by=None, at=at, key=key_id)


def _uses(table: Sealed, key_id: str) -> int:
    """Tokens of one table that name the key in their header: version, algorithm, then four bytes of key id."""
    wanted = bytes.fromhex(key_id)
    rows: Any = table.model._default_manager.values_list(*table.columns).iterator(chunk_size=5000)
    return sum(bytes(token)[2:6] == wanted for row in rows for token in row if token)


def _steps(model: type[models.Model]) -> Iterator[list[int]]:
    last = 0
    while pks := list(model._default_manager.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:STEP]):
        yield pks
        last = pks[-1]

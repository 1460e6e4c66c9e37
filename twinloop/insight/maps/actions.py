"""Bringing boundaries, taking them back, setting the ground of tiles: by a named person, each with its event."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from twinloop.decide import Refused
from twinloop.insight.maps import bringing, queries
from twinloop.insight.maps.models import Ground, Layer, Shape
from twinloop.ledger.actions import record
from twinloop.ledger.sight import Scope

LONGEST = 200  # of an address, as the table holds it
SIGNS = ("{z}", "{x}", "{y}")
# what may stand in an address: it is written into a header, so nothing that ends or adds to a directive
PLAIN = re.compile(r"[A-Za-z0-9._~/:?&=%@+{}-]+")
HOST = re.compile(r"(?=.{1,100}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", re.IGNORECASE)


def _check(scope: Scope) -> None:
    if not scope.has(*queries.SETTERS):
        raise Refused("map_role")


@transaction.atomic
def bring(draft: bringing.Draft, name: str, *, good_only: bool, by: int, scope: Scope, at: datetime) -> Layer:
    """All good features in one layer, or nothing. Raises `Refused` where a bad one was not left out by hand."""
    _check(scope)
    if not draft.good:
        raise Refused("map_none_good")
    if draft.bad and not good_only:
        raise Refused("map_some_bad", count=len(draft.bad))
    try:
        with transaction.atomic():
            layer = Layer.objects.create(name=name[:120], digest=draft.digest, by_id=by, at=at)
    except IntegrityError:
        raise Refused("map_layer_known") from None
    Shape.objects.bulk_create(bringing.rows(draft, layer))
    record(
        layer.stream, "map_layer_brought", by=by, at=at, name=layer.name, sha256=draft.digest, count=len(draft.good),
        left=len(draft.bad), replaced=draft.replaced,
    )  # fmt: skip
    return layer


@transaction.atomic
def undo(layer: Layer, *, by: int, scope: Scope, at: datetime) -> None:
    """Out of use as a whole; what an older layer says of a place holds again. Raises `Refused` the second time."""
    _check(scope)
    if not Layer.objects.filter(pk=layer.pk, undone_at__isnull=True).update(undone_by=by, undone_at=at):
        raise Refused("map_layer_undone")
    record(layer.stream, "map_layer_undone", by=by, at=at, name=layer.name)


@transaction.atomic
def set_ground(address: str, credit: str, *, by: int, scope: Scope, at: datetime) -> Ground | None:
    """From now on these tiles; an empty address: none, and no request leaves. None where nothing changed."""
    _check(scope)
    address, credit = address.strip(), " ".join(credit.split())[:120]
    if address:
        check_address(address)
        if not credit:
            raise Refused("map_ground_credit")
    now = queries.ground()
    held = (now.address, now.credit) if now else ("", "")
    if held == (address, credit if address else ""):
        return None
    made = Ground.objects.create(address=address, credit=credit if address else "", by_id=by, at=at)
    record("setting:map", "map_ground_set", by=by, at=at, host=host(address), before={"host": host(held[0])})
    return made


def host(address: str) -> str:
    return urlsplit(address).netloc if address else ""


def check_address(address: str) -> None:
    """https://host[:port]/…{z}…{x}…{y}…, each once, nothing else in braces, one plain host. Raises `Refused`."""
    if len(address) > LONGEST or not PLAIN.fullmatch(address):
        raise Refused("map_ground_signs")
    if not address.startswith("https://"):
        raise Refused("map_ground_https")
    try:
        parts = urlsplit(address)
        good = bool(HOST.fullmatch(parts.hostname or "")) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise Refused("map_ground_host")
    rest = address.removeprefix(f"https://{parts.netloc}")
    if any(rest.count(sign) != 1 for sign in SIGNS):
        raise Refused("map_ground_template")
    if any(sign in re.sub(r"\{[zxy]\}", "", rest) for sign in "{}"):
        raise Refused("map_ground_template")

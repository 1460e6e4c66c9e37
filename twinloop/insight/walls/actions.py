"""Screens: opened with a link that is shown once, bound to the first device that uses it, stopped at any time."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from twinloop.decide import Refused
from twinloop.insight.walls import queries
from twinloop.insight.walls.models import Screen
from twinloop.ledger.actions import record
from twinloop.ledger.sight import Scope
from twinloop.people.models import Unit

LINK_DAYS = 7


@transaction.atomic
def make(name: str, unit: Unit | None, scope: Scope, *, by: int, at: datetime) -> tuple[Screen, str]:
    """A screen and its link, which nobody can read again. Raises `Refused` for what the viewer may not hang up."""
    if unit is not None and unit.kind != Unit.Kind.STATION:
        raise Refused("wall_unit")
    if not scope.has("bureau") and (unit is None or unit.pk not in scope.stations):
        raise Refused("wall_station")
    if Screen.objects.filter(name=name, unit=unit, revoked_at__isnull=True).exists():
        raise Refused("wall_named", name=name)
    link = secrets.token_urlsafe(32)
    screen = Screen.objects.create(
        name=name, unit=unit, link_hash=queries.hashed(link), link_until=at + timedelta(days=LINK_DAYS),
        made_by_id=by, made_at=at,
    )  # fmt: skip
    record(screen.stream, "wall_made", by=by, at=at, screen=name, unit=unit.pk if unit else None)
    return screen, link


def check_link(link: str, *, at: datetime) -> Screen:
    """The screen that a link still opens. Raises `Refused` where it opens none."""
    screen = queries.linked(link)
    if screen is None:
        raise Refused("wall_link_unknown")
    if screen.device_hash is not None:
        raise Refused("wall_link_spent")
    if screen.link_until <= at:
        raise Refused("wall_link_over", days=LINK_DAYS)
    return screen


@transaction.atomic
def bind(link: str, *, at: datetime) -> tuple[Screen, str]:
    """Give the device its own secret and spend the link; of two devices at once one wins."""
    screen = check_link(link, at=at)
    secret = secrets.token_urlsafe(32)
    free = Screen.objects.filter(pk=screen.pk, device_hash__isnull=True, revoked_at__isnull=True)
    if not free.update(device_hash=queries.hashed(secret), bound_at=at, seen_at=at):
        raise Refused("wall_link_spent")
    record(screen.stream, "wall_bound", by=None, at=at, screen=screen.name)
    return screen, secret


@transaction.atomic
def revoke(screen: Screen, *, by: int, at: datetime) -> None:
    """The device shows nothing from its next question on. Raises `Refused` where it was stopped before."""
    if not Screen.objects.filter(pk=screen.pk, revoked_at__isnull=True).update(revoked_by=by, revoked_at=at):
        raise Refused("wall_gone")
    record(screen.stream, "wall_revoked", by=by, at=at, screen=screen.name)

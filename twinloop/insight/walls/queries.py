"""Screens: which one asks, what it may see, and the list of them."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db.models import QuerySet

from twinloop.insight.walls.models import Screen
from twinloop.ledger.sight import Scope
from twinloop.people.models import Unit

COOKIE = "twinloop_wall"  # holds the secret of a bound device
VIEWERS = ("dispatcher", "chief", "bureau")
MAKERS = ("chief", "bureau")
SEEN_EVERY = timedelta(minutes=5)


def hashed(secret: str) -> bytes:
    """Both secrets are 256 random bits: nobody finds them by trying, and a plain digest is enough."""
    return hashlib.sha256(f"twinloop wall {secret}".encode()).digest()


def screen_of(secret: str) -> Screen | None:
    """The screen of a device, while it is in use. One query, none without a secret."""
    if not secret:
        return None
    return Screen.objects.filter(device_hash=hashed(secret), revoked_at__isnull=True).select_related("unit").first()


def linked(link: str) -> Screen | None:
    """The screen of a link, spent or not, while it is in use."""
    return Screen.objects.filter(link_hash=hashed(link), revoked_at__isnull=True).select_related("unit").first()


def sight_of(screen: Screen) -> Scope:
    """What the wall counts for a screen: the district, or one station. It names no account: it may do nothing."""
    if screen.unit_id is None:
        return Scope(roles=frozenset({"bureau"}), sees_all=True)
    return Scope(roles=frozenset({"chief"}), stations=frozenset({screen.unit_id}))


def mark_seen(screen: Screen, *, at: datetime) -> None:
    if screen.seen_at is None or at - screen.seen_at >= SEEN_EVERY:
        Screen.objects.filter(pk=screen.pk).update(seen_at=at)


def screens(scope: Scope) -> QuerySet[Screen]:
    """Those that the viewer may stop: a chief's of the own station, a bureau leader's all. Those in use first."""
    found = Screen.objects.select_related("unit", "made_by", "revoked_by").order_by("-revoked_at", "-made_at", "-pk")
    return found if scope.has("bureau") else found.filter(unit__in=scope.stations)


def units(scope: Scope) -> QuerySet[Unit]:
    """The stations that the viewer may hang up."""
    found = Unit.objects.filter(kind=Unit.Kind.STATION, closed_on__isnull=True).order_by("code")
    return found if scope.has("bureau") else found.filter(pk__in=scope.stations)

"""What the command room and the leaders must see on whatever page they have open: disputes that heat up."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest

from twinloop.mediation.joint import queries
from twinloop.mediation.joint.models import Heat
from twinloop.people.scope import NOBODY

SEERS = ("dispatcher", "chief", "bureau")
MOST = 9


def hot(request: HttpRequest) -> Sequence[Heat]:
    """Nobody goes on with them yet. Two queries a page at most, none for other roles."""
    known: Sequence[Heat] | None = getattr(request, "hot", None)
    if known is None:
        held = getattr(request, "scope", NOBODY)
        known = queries.hot(held, most=MOST) if held.has(*SEERS) else []
        request.hot = known  # type: ignore[attr-defined]
    return known


def count(request: HttpRequest) -> int:
    return len(hot(request))


def strip(request: HttpRequest) -> Sequence[Heat]:
    """For the top of a page; the first page and those of whistles show them by themselves."""
    return [] if request.path == "/" or request.path.startswith("/whistles/") else hot(request)[:3]

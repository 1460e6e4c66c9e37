"""Whose days change hears of it; so do the two of a swap."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from twinloop.ledger.models import Event
from twinloop.notices.telling import Telling, key_of
from twinloop.rosters.words import EVENTS


def _person(event: Event) -> Iterable[int | None]:
    """Of the stream, unless it was they who did it."""
    person = key_of(event)
    return [] if event.by_id == person else [person]


def _mine(event: Event) -> tuple[str, str]:
    return "", reverse("my_rota")


TOLD_TO = {
    verb: Telling(said, icon, _person, _mine, is_urgent=verb == "rota_days_changed")
    for verb, (icon, said) in EVENTS.items()
}

"""How an early room speaks for late ones: each room may say in `told_to.py` which of its events tell whom.

``TOLD_TO = {verb: Telling(words, icon, who, link, is_urgent)}``: `who` gets the event and gives ids of accounts;
`link` gives a number ("JF260209-004") and an address. Neither may hold a name: both leave the building.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django_stubs_ext import StrPromise

from twinloop.decide.notices import CHINA
from twinloop.ledger.models import Event
from twinloop.people.models import Account, RoleGrant, Unit

Who = Callable[[Event], Iterable[int | None]]
Link = Callable[[Event], tuple[str, str]]


@dataclass(frozen=True)
class Telling:
    """`words` stand alone: a number follows them, never a name."""

    words: StrPromise | str
    icon: str
    who: Who
    link: Link
    is_urgent: bool = False


@lru_cache(maxsize=1)
def told_to() -> Mapping[str, Telling]:
    """Verb → telling, of all rooms; two rooms never claim one verb."""
    found: dict[str, Telling] = {}
    for room in (config.name for config in apps.get_app_configs() if config.name.startswith("twinloop.")):
        if find_spec(f"{room}.told_to") is None:
            continue
        own: Mapping[str, Telling] = import_module(f"{room}.told_to").TOLD_TO
        assert not set(found) & set(own), f"{room}: told elsewhere too: {sorted(set(found) & set(own))}"
        found |= own
    return found


def key_of(event: Event) -> int:
    """The number in the event's stream; 0 where its key is a word."""
    key = event.stream.partition(":")[2]
    return int(key) if key.isdigit() else 0


def holders(event: Event, role: str, *, station: int | None = None, unit: int | None = None) -> list[int]:
    """Active people who held `role` on the event's day, of a station (its teams included) or of one unit."""
    day = event.at.astimezone(CHINA).date()
    grants = RoleGrant.objects.filter(role=role, period__contains=day, account__is_active=True)
    if unit is not None:
        grants = grants.filter(account__unit=unit)
    if station is not None:
        inside = [station, *Unit.objects.filter(parent=station).values_list("pk", flat=True)]
        grants = grants.filter(account__unit__in=inside)
    return list(grants.values_list("account", flat=True))


def active(accounts: Iterable[int | None], *, without: int | None) -> list[int]:
    """Of those, who still works here and did not do it themselves."""
    wanted = {pk for pk in accounts if pk is not None and pk != without}
    return list(Account.objects.filter(pk__in=wanted, is_active=True).order_by("pk").values_list("pk", flat=True))

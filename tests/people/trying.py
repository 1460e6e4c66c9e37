"""What the tests of people's actions share: scopes, refusals, events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.world import NOW, District
from twinloop.decide import Refused
from twinloop.edge.identity import check_digit
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people import refusals
from twinloop.people.models import Account, Team, Unit

AT = NOW


def id_number(n: int = 1, born: str = "19810515") -> str:
    """A well-formed number that is nobody's."""
    first = f"360702{born}{n:03d}"
    return first + check_digit(first)


def events(of: Account | Unit | Team) -> list[Event]:
    stream = f"{type(of).__name__.lower()}:{of.pk}"
    with see_as(SYSTEM):
        return list(Event.objects.filter(stream=stream).order_by("seq"))


def verbs(of: Account | Unit | Team) -> list[str]:
    return [event.verb for event in events(of)]


def refused(act: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    """The code with which an action is refused; nothing was written, and the code has its sentence in full."""
    before = _written()
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    said = refusals.say(caught.value)
    assert said
    assert "%(" not in said
    assert _written() == before
    return caught.value.code


def _written() -> int:
    with see_as(SYSTEM):
        return Event.objects.count()


def may(world: District, act: Callable[..., Any]) -> list[str]:
    """The roles for whom `act(by)` is not refused: each tried in a savepoint that is taken back."""
    from django.db import transaction

    found = []
    for role in world.people:
        try:
            with transaction.atomic():
                act(world.scope(role))
                transaction.set_rollback(True)
            found.append(role)
        except Refused as refusal:
            refusals.say(refusal)  # KeyError: a code without its sentence
    return found

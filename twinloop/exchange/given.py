"""What a program sends with an action becomes what the action asks for: people and cases by number, dates as dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from twinloop.cases import visibility
from twinloop.decide import Refused
from twinloop.decide.workflow import Action
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account


def action(code: str) -> Action:
    try:
        return Action(code)
    except ValueError:
        raise Refused("unknown_action") from None


def read(given: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
    """Raises `Refused`: unknown_taker, unknown_target, bad_date, bad_level."""
    found = {name: value for name, value in given.items() if value not in (None, "")}
    if "taker" in found:
        taker = Account.objects.filter(username=str(found["taker"]), is_active=True).first()
        found["taker"] = _known(taker, "unknown_taker")
    if "target" in found:
        target = visibility.disputes(scope).filter(number=str(found["target"])).first()
        found["target"] = _known(target, "unknown_target")
    if "settled_on" in found:
        try:
            found["settled_on"] = date.fromisoformat(str(found["settled_on"]))
        except ValueError:
            raise Refused("bad_date") from None
    if "level" in found and found["level"] not in (1, 2, 3):
        raise Refused("bad_level")
    return found


def _known(thing: object, code: str) -> object:
    if thing is None:
        raise Refused(code)
    return thing

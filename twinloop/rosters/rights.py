"""Who makes a rota, who confirms. `check_x` raises `Refused`, its sentence keeps a button shut."""

from __future__ import annotations

from twinloop.decide import Refused
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account, Unit
from twinloop.rosters.models import Rota, Swap


def check_make(station: Unit | None, scope: Scope) -> None:
    """The bureau everywhere, a chief for the own station."""
    if scope.has("bureau"):
        return
    if station is None or not scope.has("chief") or station.pk not in scope.stations:
        raise Refused("rota_scope")


def check_change(rota: Rota, scope: Scope) -> None:
    check_make(rota.station, scope)


def check_person(account: Account, scope: Scope) -> None:
    """Rest days and barred villages of a person: whoever makes the rota of their station."""
    check_make(account.unit.station if account.unit else None, scope)


def check_answer(swap: Swap, scope: Scope) -> None:
    """Only the person asked, not a deputy: it is their own time."""
    if swap.partner_id != scope.account:
        raise Refused("swap_not_yours")


def check_withdraw(swap: Swap, scope: Scope) -> None:
    if swap.asker_id != scope.account:
        raise Refused("swap_not_yours")

"""Who may stand at which door, and who may tie a report to a dispute."""

from __future__ import annotations

from dataclasses import dataclass

from twinloop.cases import rights
from twinloop.decide import Refused
from twinloop.ledger.sight import Scope

_DESK = frozenset({"dispatcher", "chief"})
_STATION = frozenset({"officer", "community_officer", "auxiliary"})
TELLS = _DESK | frozenset({"officer", "community_officer"})  # 告知, 移交


@dataclass(frozen=True)
class Door:
    """`channels`: what may be chosen there, the first unless said otherwise."""

    code: str
    channels: tuple[str, ...]
    roles: frozenset[str]
    url_name: str
    needs_phone: bool = False
    needs_outside: bool = False


DOORS = {
    "call": Door("call", ("call_110", "village_post", "patrol", "volunteer"), _DESK, "intake", needs_phone=True),
    "walk_in": Door("walk_in", ("walk_in",), _DESK | _STATION, "intake_walk_in"),
    "transfer": Door("transfer", ("transfer",), _DESK, "intake_transfer", needs_outside=True),
    "petition": Door("petition", ("petition",), _DESK | {"community_officer"}, "intake_petition"),
    "api": Door(
        "api",
        ("api", "call_110", "walk_in", "village_post", "patrol", "volunteer", "transfer", "petition"),
        _DESK | _STATION,
        "",
    ),
}
PAGES = tuple(code for code in DOORS if code != "api")
ANY = frozenset().union(*(DOORS[code].roles for code in PAGES))


def check_door(code: str, scope: Scope) -> None:
    """Raises `Refused("door_role")`."""
    if not scope.has(*DOORS[code].roles):
        raise Refused("door_role")


def may_link(scope: Scope) -> bool:
    """Opening a dispute or joining one is deciding what is one quarrel: as on the dispute's own page."""
    return rights.may("link", scope)


def check_link(scope: Scope) -> None:
    if not may_link(scope):
        raise Refused("door_link_role")

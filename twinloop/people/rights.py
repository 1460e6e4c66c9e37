"""Who may change what of people, units and teams. `check_x` raises `Refused`, `can_x` answers with the sentence.

`by` is the scope of the person who acts, None for the system (commands, the demo). Roles lent with a leave count as
far as `scope_of` lends them: a chief's deputy records leave, nobody's deputy grants roles.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ParamSpec

from twinloop.decide import Refused
from twinloop.ledger.sight import Scope
from twinloop.people import refusals
from twinloop.people.models import Account, Role, Team, Unit
from twinloop.people.scope import DISTRICT, NO_CASES, roles_of

OFFICES = NO_CASES
By = Scope | None
P = ParamSpec("P")


def who(by: By) -> int | None:
    """The account that an event names."""
    return by.account if by else None


def why_not(check: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> str:
    """The sentence that keeps an action shut, "" where it is open: for the button."""
    try:
        check(*args, **kwargs)
    except Refused as refused:
        return refusals.say(refused)
    return ""


def check_create_account(*, by: By) -> None:
    _needs(by, Role.SYSTEM_ADMIN, "needs_system_admin")


def check_change_account(account: Account, *, by: By) -> None:
    _needs(by, Role.SYSTEM_ADMIN, "needs_system_admin")
    if by and by.account == account.pk:
        raise Refused("own_account")


def check_help_sign_in(account: Account, *, by: By, at: datetime) -> None:
    """First password, second factor, sessions: whoever resets an officer's sign-in could become that officer."""
    if by is None:
        return
    if by.account == account.pk:
        raise Refused("own_account")
    if roles_of(account, on=at.date()) & OFFICES:
        if not by.has(Role.SECURITY_ADMIN):
            raise Refused("office_help")
        return
    if not by.has(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN):
        raise Refused("needs_system_admin")


def check_grant(account: Account, *, by: By) -> None:
    _needs(by, Role.SECURITY_ADMIN, "needs_security_admin")
    if by and by.account == account.pk:
        raise Refused("own_roles")


def check_skill(account: Account, *, by: By) -> None:
    if by is None:
        return
    if by.account == account.pk:
        raise Refused("own_skill")
    _leads(account, by)


def check_rota(account: Account, *, by: By, at: datetime, own: bool = False) -> None:
    """Duty and leave: the chief for the own station, the bureau for all; leave also the person themselves (`own`)."""
    if by is None or (own and by.account == account.pk):
        return
    if own and not by.has(Role.CHIEF, Role.BUREAU):
        raise Refused("needs_recorder")
    _leads(account, by)
    # a chief who names the deputy of somebody who sees the district could lend the district to the station
    if not by.has(Role.BUREAU) and roles_of(account, on=at.date()) & (DISTRICT | OFFICES):
        raise Refused("wider_than_you", name=account.name)


def check_unit(*, by: By) -> None:
    _needs(by, Role.SYSTEM_ADMIN, "needs_system_admin")


def check_team(station: Unit | None, *, by: By) -> None:
    """Teams: the system administrator, the bureau, the chief of the team's station."""
    if by is None or by.has(Role.SYSTEM_ADMIN, Role.BUREAU):
        return
    if not by.has(Role.CHIEF) or station is None or station.pk not in by.stations:
        raise Refused("needs_chief")


def check_team_of(team: Team, *, by: By) -> None:
    check_team(team.station, by=by)


def _needs(by: By, role: str, code: str) -> None:
    if by is not None and not by.has(role):
        raise Refused(code)


def _leads(account: Account, by: Scope) -> None:
    if by.has(Role.BUREAU):
        return
    if not by.has(Role.CHIEF):
        raise Refused("needs_chief")
    station = account.unit.station if account.unit else None
    if station is None or station.pk not in by.stations:
        raise Refused("not_your_station", name=account.name)

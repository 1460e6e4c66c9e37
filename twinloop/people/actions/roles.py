"""Roles: granted for a time and taken back, by a security administrator, never to oneself."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from psycopg.types.range import Range

from twinloop.decide import Refused
from twinloop.ledger.actions import record
from twinloop.people.actions.accounts import check_not_last, stream
from twinloop.people.models import Account, Role, RoleGrant
from twinloop.people.rights import OFFICES, By, check_grant, who

K = Account.Kind
# who can hold what at all; 接处警民警/辅警 and the command room take auxiliaries too
FITS: dict[str, frozenset[str]] = {
    Role.DISPATCHER: frozenset({K.SWORN, K.AUXILIARY, K.STAFF}),
    Role.OFFICER: frozenset({K.SWORN, K.AUXILIARY}),
    Role.COMMUNITY_OFFICER: frozenset({K.SWORN}),
    Role.AUXILIARY: frozenset({K.AUXILIARY}),
    Role.MEDIATOR: frozenset({K.MEDIATOR, K.SWORN, K.AUXILIARY}),
    Role.VOLUNTEER: frozenset({K.VOLUNTEER}),
    Role.GRID_WORKER: frozenset({K.GRID_WORKER}),
    Role.AGENCY: frozenset({K.AGENCY}),
    Role.CHIEF: frozenset({K.SWORN}),
    Role.BUREAU: frozenset({K.SWORN}),
    Role.AUDITOR: frozenset({K.SWORN, K.STAFF}),
    Role.SECURITY_ADMIN: frozenset({K.SWORN, K.STAFF}),
    Role.SYSTEM_ADMIN: frozenset({K.SWORN, K.STAFF}),
}


def check_role(account: Account, role: str, start: date, end: date | None) -> None:
    """Whether `account` can hold `role` from `start` up to, not including, `end` (None: open)."""
    label = Role(role).label
    if end is not None and end <= start:
        raise Refused("period_empty")
    if not account.is_active:
        raise Refused("not_active", name=account.name)
    if account.kind not in FITS[role]:
        raise Refused("role_kind", kind=account.get_kind_display(), role=label)
    if role == Role.CHIEF and not (account.unit and account.unit.station):
        raise Refused("role_needs_station", role=label)
    if role == Role.AGENCY and account.unit is None:
        raise Refused("role_needs_unit", role=label)
    held = RoleGrant.objects.filter(account=account, period__overlap=Range[date](start, end))
    for grant in held:
        if grant.role == role:
            raise Refused("role_held", role=label)
        # the three offices stand apart from one another and from every case role (domain.md §8)
        if {grant.role, role} & OFFICES:
            raise Refused("offices_apart", role=label, held=grant.get_role_display())


@transaction.atomic
def grant_role(
    account: Account, role: str, *, by: By, at: datetime, start: date | None = None, end: date | None = None
) -> RoleGrant:
    check_grant(account, by=by)
    account = (
        Account.objects.select_for_update(no_key=True, of=("self",)).select_related("unit__parent").get(pk=account.pk)
    )
    start = start or at.date()
    check_role(account, role, start, end)
    period = Range[date](start, end)
    grant = RoleGrant.objects.create(account=account, role=role, period=period, granted_by_id=who(by))
    record(stream(account), "role_granted", by=who(by), at=at, after={"role": role, "start": start, "end": end})
    return grant


@transaction.atomic
def revoke_role(grant: RoleGrant, *, by: By, at: datetime, why: str = "") -> None:
    """The role ends today: whoever holds it has lost it with the next request."""
    check_grant(grant.account, by=by)
    today = at.date()
    grant = RoleGrant.objects.select_for_update(no_key=True).select_related("account").get(pk=grant.pk)
    if grant.period.upper is not None and grant.period.upper <= today:
        raise Refused("role_over")
    if grant.role in OFFICES and grant.period.lower <= today:
        check_not_last(grant.account, on=today)
    record(stream(grant.account), "role_revoked", by=who(by), at=at, why=why, before={"role": grant.role})
    if grant.period.lower >= today:  # held for no day at all: an empty period is none (the ledger keeps both events)
        grant.delete()
        return
    grant.period = Range[date](grant.period.lower, today)
    grant.save(update_fields=["period"])

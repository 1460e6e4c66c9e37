"""Accounts: made, changed, closed, opened again, helped at the door, and looked into."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, cast

from django.db import transaction

from twinloop.decide import Refused
from twinloop.edge.identity import half_width
from twinloop.ledger.actions import record
from twinloop.people import sealed, sign_in, words
from twinloop.people.models import Account, Role, RoleGrant, Unit
from twinloop.people.rights import By, check_change_account, check_create_account, check_help_sign_in, who
from twinloop.people.scope import NO_CASES, roles_of
from twinloop.places.models import Place

# what a form or a file may bring; whatever else a request holds is not read
FIELDS = ("name", "kind", "elder", "is_veteran", "unit", "post", "joined_on", "left_on")
USERNAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-_]{0,39}")


def stream(account: Account) -> str:
    return f"account:{account.pk}"


@transaction.atomic
def create_account(
    username: str,
    *,
    by: By,
    at: datetime,
    id_number: str = "",
    phone: str = "",
    communities: Iterable[Place] = (),
    is_demo: bool = False,
    **facts: Any,
) -> Account:
    """A new person without a role or a password. Raises `Refused`, `IdentityRefused`."""
    check_create_account(by=by)
    facts = _checked(None, facts)
    account = Account(username=check_username(username), is_demo=is_demo, **facts)
    account.pinyin = sealed.pinyin_of(account.name)
    account.set_unusable_password()
    account.save()
    _seal(account, id_number or None, phone or None, at.date())
    account.save()
    account.communities.set(communities)
    record(stream(account), "account_created", by=who(by), at=at, after=_told(account, [*FIELDS, "username"]))
    return account


@transaction.atomic
def change_account(
    account: Account,
    *,
    by: By,
    at: datetime,
    id_number: str | None = None,
    phone: str | None = None,
    communities: Iterable[Place] | None = None,
    **facts: Any,
) -> bool:
    """Change what is given and differs; the answer says whether anything did. None leaves identity fields alone."""
    check_change_account(account, by=by)
    account = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    before = _told(account, FIELDS)
    old = {field: sealed.opened(account, field) for field in sealed.FIELDS}
    for name, value in _checked(account, facts).items():
        setattr(account, name, value)
    account.pinyin = sealed.pinyin_of(account.name)
    _seal(account, id_number, phone, at.date())
    after = _told(account, FIELDS)
    # masks: the ledger never holds the values, and two telephones may end alike
    extra: dict[str, object] = {
        field: sealed.masked(account, field) for field in old if sealed.opened(account, field) != old[field]
    }
    extra |= _move_communities(account, communities)
    changed = {name: value for name, value in after.items() if before[name] != value}
    if not changed and not extra:
        return False
    account.save()
    was = {name: before[name] for name in changed}
    record(stream(account), "account_changed", by=who(by), at=at, before=was, after=changed | extra)
    return True


def _move_communities(account: Account, wanted: Iterable[Place] | None) -> dict[str, object]:
    if wanted is None:
        return {}
    places = list(wanted)
    if set(account.communities.values_list("pk", flat=True)) == {place.pk for place in places}:
        return {}
    account.communities.set(places)
    return {"communities": sorted(place.code for place in places)}


@transaction.atomic
def deactivate(account: Account, *, by: By, at: datetime, why: str) -> None:
    """Close an account: nobody signs in with it any more, and whoever is signed in is out."""
    check_change_account(account, by=by)
    if not why.strip():
        raise Refused("reason_missing")
    check_not_last(account, on=at.date())
    if not Account.objects.filter(pk=account.pk, is_active=True).update(is_active=False):
        raise Refused("not_active", name=account.name)
    account.is_active = False
    record(stream(account), "account_deactivated", by=who(by), at=at, why=why)
    sign_in.end_sessions(account, by=_signer(by), at=at)


@transaction.atomic
def reactivate(account: Account, *, by: By, at: datetime) -> None:
    check_change_account(account, by=by)
    if not Account.objects.filter(pk=account.pk, is_active=False).update(is_active=True):
        raise Refused("already_active", name=account.name)
    account.is_active = True
    record(stream(account), "account_reactivated", by=who(by), at=at)


@transaction.atomic
def give_password(account: Account, *, by: By, at: datetime) -> str:
    """A first password, to be changed at the first sign-in; shown once, kept nowhere. Ends all sessions."""
    check_help_sign_in(account, by=by, at=at)
    if not account.is_active:
        raise Refused("not_active", name=account.name)
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    account.set_password(password)
    account.must_change_password = True
    account.save(update_fields=["password", "must_change_password"])
    record(stream(account), "password_given", by=who(by), at=at)
    sign_in.end_sessions(account, by=_signer(by), at=at)
    return password


def help_sign_in(account: Account, what: str, *, by: By, at: datetime) -> None:
    """`what`: sessions (sign out everywhere), lock (lift the pause), factor (lost phone)."""
    check_help_sign_in(account, by=by, at=at)
    act = {"sessions": sign_in.end_sessions, "lock": sign_in.unlock, "factor": sign_in.reset_second_factor}[what]
    act(account, by=_signer(by), at=at)


def _signer(by: By) -> int:
    return cast("int", who(by))  # the ledger takes None for the system as well


@transaction.atomic
def unmask(account: Account, field: str, *, why: str, by: By, at: datetime) -> str:
    """Show an identity field once. The look is written down before the value is given out."""
    assert field in sealed.FIELDS
    if why not in words.REASONS:
        raise Refused("reason_missing")
    if by and by.account != account.pk:
        check_change_account(account, by=by)
    record(stream(account), "unmasked", by=who(by), at=at, why=why, is_look=True, field=field)
    return sealed.opened(account, field)


def note_export(count: int, *, by: By, at: datetime) -> None:
    """That a list of people was taken out of the house."""
    record("setting:people", "exported", by=who(by), at=at, is_look=True, rows=count)


# --- checks ------------------------------------------------------------------------------------------------


def check_username(typed: str) -> str:
    username = half_width(typed).strip()
    if not username:
        raise Refused("username_empty")
    if not USERNAME.fullmatch(username):
        raise Refused("username_shape")
    if Account.objects.filter(username__iexact=username).exists():
        raise Refused("username_taken", username=username)
    return username


def check_not_last(account: Account, *, on: date) -> None:
    """The last holder of an administrator's office stays: otherwise nobody could ever grant one again."""
    for role in sorted(roles_of(account, on=on) & NO_CASES - {Role.AUDITOR}):
        others = RoleGrant.objects.filter(role=role, period__contains=on, account__is_active=True)
        if not others.exclude(account=account).exists():
            raise Refused("last_of_office", role=Role(role).label)


def _checked(account: Account | None, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts that may stand together, seen with what the account has already."""
    given = {name: facts[name] for name in FIELDS if name in facts}
    now = {name: getattr(account, name) for name in FIELDS} if account else {}
    whole: dict[str, Any] = (
        {"elder": "", "is_veteran": False, "unit": None, "joined_on": None, "left_on": None} | now | given
    )
    if "name" in given or account is None:
        given["name"] = whole["name"] = sealed.check_name(str(whole.get("name", "")))
    if whole.get("kind") not in Account.Kind.values:
        raise Refused("kind_unknown", kind=str(whole.get("kind", "")))
    if whole["elder"] and whole["kind"] != Account.Kind.MEDIATOR:
        raise Refused("elder_not_mediator")
    if whole["is_veteran"] and whole["kind"] != Account.Kind.SWORN:
        raise Refused("veteran_not_sworn")
    if whole["joined_on"] and whole["left_on"] and whole["left_on"] < whole["joined_on"]:
        raise Refused("left_before_joined")
    unit = given.get("unit")
    if isinstance(unit, Unit) and unit.closed_on:
        raise Refused("unit_closed", unit=unit.name)
    return given


def _seal(account: Account, id_number: str | None, phone: str | None, on: date) -> None:
    sealed.fill(account, id_number=id_number, phone=phone, on=on)
    index = account.id_number_index
    if index and Account.objects.filter(id_number_index=index).exclude(pk=account.pk).exists():
        raise Refused("id_taken")


def _told(account: Account, names: Iterable[str]) -> dict[str, object]:
    """Facts as the ledger keeps them: no identity fields, a unit by its code."""
    told = {name: getattr(account, name) for name in names}
    if "unit" in told:
        told["unit"] = account.unit.code if account.unit else ""
    return told

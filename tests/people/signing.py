"""People who sign in with a password, and what the ledger kept of it."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from psycopg.types.range import Range

from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.backend import Argon2
from twinloop.people.models import Account, RoleGrant

PASSWORD = "柳塘 has 36 villages"
OTHER = "another 42 lamp posts"


def person(username: str, *roles: str, password: str | None = PASSWORD, **fields: Any) -> Account:
    fields = {"name": "试用人", "kind": "sworn"} | fields
    account = Account.objects.create_user(username, password, **fields)
    for role in roles:
        RoleGrant.objects.create(account=account, role=role, period=Range[date](date(2020, 1, 1)))
    return account


def sign_in(client: Client, account: Account | str, password: str = PASSWORD) -> Any:
    name = account.username if isinstance(account, Account) else account
    return client.post("/accounts/login/", {"login": name, "password": password})


def events(of: Account | str) -> list[Event]:
    stream = f"account:{of.pk}" if isinstance(of, Account) else of
    with see_as(SYSTEM):
        return list(Event.objects.filter(stream=stream).order_by("id"))


def verbs(of: Account | str) -> list[str]:
    return [event.verb for event in events(of)]


def totp(secret: str, at: float) -> str:
    """What a phone with `secret` shows at `at` (Unix time)."""
    return format_hotp_value(hotp_value(secret, int(at) // 30))


class CountingArgon2(Argon2):
    """The hasher of the product that notes how often it worked: each hash takes as long as any other."""

    worked: ClassVar[list[str]] = []

    def encode(self, password: str, salt: str) -> str:
        self.worked.append("encode")
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        self.worked.append("verify")
        return super().verify(password, encoded)

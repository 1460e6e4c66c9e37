"""Tokens are made, used and revoked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction

from twinloop.decide import Refused
from twinloop.exchange.models import ApiToken
from twinloop.ledger.actions import record
from twinloop.people.models import Account

PREFIX = "tl_"  # so that a leaked one is recognised by scanners
MOST_DAYS = 365


def digest(token: str) -> bytes:
    """A random token of 256 bits needs no slow hash: nobody can guess what it was."""
    return hashlib.sha256(token.encode()).digest()


@transaction.atomic
def make_token(
    account: Account, *, name: str, scopes: Iterable[str], days: int, by: int | None, at: datetime
) -> tuple[ApiToken, str]:
    """A token for `account`; the second value is the token itself, which is never shown again."""
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= set(ApiToken.Scope.values):
        raise Refused("token_scopes")
    if not 1 <= days <= MOST_DAYS:
        raise Refused("token_days")
    if not account.is_active:
        raise Refused("token_account")
    plain = PREFIX + secrets.token_urlsafe(32)
    made = ApiToken.objects.create(
        account=account,
        name=name,
        scopes=wanted,
        digest=digest(plain),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    record(f"account:{account.pk}", "token_made", by=by, at=at, token=made.pk, name=name, scopes=wanted)
    return made, plain


@transaction.atomic
def revoke_token(token: ApiToken, *, by: int | None, at: datetime) -> None:
    if not ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at):
        raise Refused("token_over")
    record(f"account:{token.account_id}", "token_revoked", by=by, at=at, token=token.pk, name=token.name)


def known_token(plain: str, *, at: datetime) -> ApiToken | None:
    """The token that stands for `plain` at `at`; None for a wrong, expired or revoked one, or a closed account."""
    return (
        ApiToken.objects.select_related("account__unit__parent")
        .filter(digest=digest(plain), revoked_at__isnull=True, expires_at__gt=at, account__is_active=True)
        .first()
    )


_COUNT = """UPDATE exchange_apitoken SET last_used_at = %(at)s, minute = %(minute)s,
    calls = CASE WHEN minute = %(minute)s THEN calls + 1 ELSE 1 END WHERE id = %(id)s RETURNING calls"""


def count_call(token: ApiToken, *, at: datetime) -> int:
    """Count a call; gives how many `token` has made in this minute, over all web processes, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"at": at, "minute": at.replace(second=0, microsecond=0), "id": token.pk})
        (calls,) = cursor.fetchone()
    return int(calls)

"""Tokens are made, used and revoked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from twinloop.decide import Refused
from twinloop.exchange.models import ApiToken
from twinloop.ledger.actions import record
from twinloop.people import scope as scopes
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


# found and counted in one statement; what it returns is all that a call needs to know of its token and its account
_COLUMNS = ("id", "account_id", "name", "scopes", "calls")
_USED = f"""UPDATE exchange_apitoken t SET last_used_at = %(at)s, minute = %(minute)s,
        calls = CASE WHEN t.minute = %(minute)s THEN t.calls + 1 ELSE 1 END
    FROM {scopes.JOINED} WHERE t.digest = %(digest)s AND t.revoked_at IS NULL AND t.expires_at > %(at)s
        AND a.id = t.account_id AND a.is_active RETURNING {", ".join(f"t.{name}" for name in _COLUMNS)},
        {scopes.COLUMNS}"""  # noqa: S608
# by itself a count need not wait for the disk: at worst a crash forgets the calls of its last moment
_BY_ITSELF = _USED + ", set_config('synchronous_commit', 'off', true)"


def used_token(plain: str, *, at: datetime) -> ApiToken | None:
    """The token that stands for `plain` at `at`; None for a wrong, expired or revoked one, or a closed account.

    Its `calls` are those of this minute with this one, over all web processes; `sight` is what its account may see.
    """
    minute, on = at.replace(second=0, microsecond=0), timezone.localtime(at).date()
    given: dict[str, Any] = {"at": at, "minute": minute, "on": on, "digest": digest(plain)}
    with connection.cursor() as cursor:
        cursor.execute(_USED if connection.in_atomic_block else _BY_ITSELF, given)
        row = cursor.fetchone()
    if row is None:
        return None
    size = len(_COLUMNS)
    token = ApiToken.from_db(connection.alias, _COLUMNS, row[:size])
    token.sight = scopes.scope_from(token.account_id, row[size : size + scopes.WIDTH], at=timezone.localtime(at))
    return token

"""`twinloop token`: keys for programs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from twinloop.people.models import Account


@click.command()
@click.argument("user")
@click.option("--name", default="", help="what the token is for; needed for a new one")
@click.option(
    "--scope", "scopes", multiple=True, help="read:incidents, read:disputes, read:events, write:disputes, write:pushes"
)
@click.option("--days", default=90, show_default=True, help="days until it ends, at most 365")
@click.option("--revoke", type=int, help="end the token with this number")
@click.option("--list", "listing", is_flag=True, help="tokens of USER with their ends")
def token(user: str, name: str, scopes: tuple[str, ...], days: int, revoke: int | None, listing: bool) -> None:
    """Make, list or revoke API tokens of the account USER. A new token is printed once."""
    from twinloop.launch.started import database

    with database():
        from twinloop.ledger.sight import SYSTEM, see_as
        from twinloop.people.models import Account

        with see_as(SYSTEM):
            account = Account.objects.filter(username=user).first()
            if account is None:
                raise click.UsageError(f"没有账号 {user}")
            if listing:
                _list(account)
            elif revoke is not None:
                _revoke(account, revoke)
            else:
                _make(account, name, scopes, days)


def _list(account: Account) -> None:
    from twinloop.exchange.models import ApiToken

    for row in ApiToken.objects.filter(account=account):
        state = "已作废" if row.revoked_at else f"到 {row.expires_at:%Y-%m-%d}"
        click.echo(f"{row.pk}\t{row.name}\t{','.join(row.scopes)}\t{state}")


def _revoke(account: Account, number: int) -> None:
    from django.utils import timezone

    from twinloop.exchange import actions
    from twinloop.exchange.models import ApiToken

    found = ApiToken.objects.filter(pk=number, account=account).first()
    if found is None:
        raise click.UsageError(f"{account.username} 没有令牌 {number}")
    with _refusals():
        actions.revoke_token(found, by=None, at=timezone.now())


def _make(account: Account, name: str, scopes: tuple[str, ...], days: int) -> None:
    from django.utils import timezone

    from twinloop.exchange import actions

    if not name:
        raise click.UsageError("--name 要写明用途")
    with _refusals():
        made = actions.make_token(account, name=name, scopes=scopes, days=days, by=None, at=timezone.now())
        click.echo(made[1])


@contextmanager
def _refusals() -> Iterator[None]:
    from twinloop.decide import Refused
    from twinloop.exchange.words import TOKEN_REFUSALS

    try:
        yield
    except Refused as refused:
        click.echo(str(TOKEN_REFUSALS[refused.code]), err=True)
        sys.exit(1)

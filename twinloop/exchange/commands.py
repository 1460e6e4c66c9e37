"""`twinloop token`: keys for programs; `twinloop export`: records as files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from twinloop.decide.sorting.codes import TYPES
from twinloop.decide.workflow_codes import State

if TYPE_CHECKING:
    from twinloop.people.models import Account

STATES = [one.value for one in State]
CODES = sorted(one.value for one in TYPES)


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


@click.command()
@click.argument("kind", type=click.Choice(("disputes", "incidents", "events")))
@click.option("--as", "user", metavar="USER", required=True, help="account whose sight counts; it stands in the ledger")
@click.option("--output", required=True, type=click.Path(dir_okay=False, path_type=Path),
              help="file to write: .csv, .xlsx or .jsonl")  # fmt: skip
@click.option("--state", type=click.Choice(STATES), metavar="STATE", help="disputes, events: as in the API")
@click.option("--level", type=click.IntRange(1, 3), help="disputes, events: level of the dispute")
@click.option(
    "--type",
    "type_",
    type=click.Choice(sorted(one.value for one in TYPES)),
    metavar="CODE",
    help="disputes, events: A1 … D3",
)
@click.option("--place", metavar="CODE", help="6, 9 or 12 digits; all below it counts")
@click.option("--since", metavar="YYYY-MM-DD", help="changed (disputes) or received (incidents) since that day")
@click.option("--replace", is_flag=True, help="write over a file that is there")
def export(
    kind: str, user: str, output: Path, replace: bool, since: str | None, type_: str | None, **given: Any
) -> None:
    """Write what the account USER sees of KIND to a file, masked, one line each, oldest first.

    Fields are those of the API (docs/api.md); times are ISO 8601 with their offset. Text that a spreadsheet would run
    is made harmless. The file appears when it is whole, and the ledger says who took how many rows out. Exit status 0;
    1 refused; 2 wrong use.
    """
    if output.suffix not in (".csv", ".xlsx", ".jsonl"):
        raise click.UsageError("--output ends in .csv, .xlsx or .jsonl")
    if output.exists() and not replace:
        raise click.UsageError(f"{output} 已经有了；要盖掉它，加 --replace")
    if not output.absolute().parent.is_dir():
        raise click.UsageError(f"没有文件夹 {output.absolute().parent}")
    if kind == "incidents" and (given["state"] or given["level"] or type_):
        raise click.UsageError("--state, --level, --type: disputes, events")
    place = given["place"]
    if place and not (place.isascii() and place.isdigit() and len(place) in (6, 9, 12)):
        raise click.UsageError("--place: 6, 9 or 12 digits")
    filters = {**given, "type": type_, "updated_since": _day(since) if since else None}
    from twinloop.launch.started import database

    with database():
        _export(kind, user, filters, output)


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise click.BadParameter("a day is written 2026-04-16", param_hint="--since") from None


def _export(kind: str, user: str, filters: dict[str, Any], output: Path) -> None:
    from django.utils import timezone

    from twinloop.exchange import leaving
    from twinloop.ledger.sight import SYSTEM, see_as
    from twinloop.people.models import Account

    if since := filters["updated_since"]:
        filters["updated_since"] = timezone.make_aware(datetime(since.year, since.month, since.day))  # noqa: DTZ001
    with see_as(SYSTEM):
        account = Account.objects.filter(username=user).first()
    if account is None:
        raise click.UsageError(f"没有账号 {user}")
    with _refusals():
        try:
            count = leaving.export(kind, account, filters, output.absolute(), at=timezone.now())
        except OSError as error:  # no right to write there, the disk is full: nothing of it stays
            raise click.ClickException(f"写不成 {output}：{error.strerror or error}") from None
        click.echo(f"{output}: {count:,}")


@contextmanager
def _refusals() -> Iterator[None]:
    from twinloop.decide import Refused
    from twinloop.exchange.words import EXPORT_REFUSALS, TOKEN_REFUSALS

    try:
        yield
    except Refused as refused:
        click.echo(str((TOKEN_REFUSALS | EXPORT_REFUSALS)[refused.code]), err=True)
        sys.exit(1)

"""`twinloop admin`: the first administrators of an installation, made by whoever holds the machine."""

from __future__ import annotations

import sys

import click

OFFICES = ("system_admin", "security_admin", "auditor")


@click.command()
@click.argument("username")
@click.option("--name", required=True, help="the person's name")
@click.option("--role", type=click.Choice(OFFICES), required=True, help="one of the three separate offices")
def admin(username: str, name: str, role: str) -> None:
    """Make account USERNAME with one of the three offices and print its first password, to be changed at sign-in.

    Works only while nobody holds that office: later ones are made by the security administrator.
    """
    from twinloop.launch.started import database

    with database():
        from django.db import transaction
        from django.utils import timezone

        from twinloop.decide import Refused
        from twinloop.ledger.sight import SYSTEM, see_as
        from twinloop.people import actions
        from twinloop.people.models import Account
        from twinloop.people.refusals import say

        now = timezone.localtime()
        with see_as(SYSTEM), transaction.atomic():
            held = Account.objects.filter(is_active=True, grants__role=role, grants__period__contains=now.date())
            if held.filter(is_demo=False).exists():
                click.echo(f"已有人担任 {role}：请安全管理员授权，不再从命令行添加", err=True)
                sys.exit(1)
            try:
                account = actions.create_account(username, by=None, at=now, name=name, kind=Account.Kind.STAFF)
                actions.grant_role(account, role, by=None, at=now)
                password = actions.give_password(account, by=None, at=now)
            except Refused as refused:
                click.echo(say(refused), err=True)
                sys.exit(1)
    click.echo(password)

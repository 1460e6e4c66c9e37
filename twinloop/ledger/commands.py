"""`twinloop verify`: does the ledger hold?"""

from __future__ import annotations

import json
import sys

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="one JSON object instead of sentences")
def verify(as_json: bool) -> None:
    """Recompute every hash of the ledger. Exit status 1 names what was changed, removed or inserted, and where."""
    from twinloop.launch.started import database

    with database():
        from twinloop.ledger.models import Event, Seal
        from twinloop.ledger.queries import broken
        from twinloop.ledger.sight import SYSTEM, see_as
        from twinloop.ledger.words import BROKEN

        with see_as(SYSTEM):
            found = list(broken())
            events, seal = Event.objects.count(), Seal.objects.order_by("-id").first()
    head = bytes(seal.hash).hex() if seal else ""
    if as_json:
        click.echo(json.dumps({"events": events, "seal": head, "broken": [vars(b) for b in found]}))
    else:
        for b in found:
            click.echo(f"{b.where}: {BROKEN[b.code]}", err=True)
        click.echo(f"{events} 条记录，封印 {head[:16] or '无'}，" + (f"{len(found)} 处不符" if found else "全部相符"))
    sys.exit(1 if found else 0)

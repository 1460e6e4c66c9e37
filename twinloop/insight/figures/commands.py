"""`twinloop figures`: the projections that indicators are counted from."""

from __future__ import annotations

import time

import click


@click.command()
@click.option("--freeze", "month", metavar="YYYY-MM", help="Keep the figures of a month that is over, as they stand.")
def figures(month: str | None) -> None:
    """Read the whole ledger anew for the indicators, or freeze a month.

    Rebuilding changes nothing that is right: what the worker keeps is the same, and a test compares the two.
    Exit status 0, 1 refused (the month is not over), 2 wrong use.
    """
    from twinloop.launch.started import database

    # to ask of each event who may see it takes five times as long; a month is frozen as each station sees it
    with database(owner=month is None):
        from django.utils import timezone

        from twinloop.cases.telling import sentence
        from twinloop.decide import Refused
        from twinloop.insight.figures import actions, windows
        from twinloop.ledger.sight import SYSTEM, see_as

        started, now = time.perf_counter(), timezone.localtime()
        with see_as(SYSTEM):
            if month is None:
                click.echo(f"{actions.rebuild(at=now, hands=2)} disputes, {time.perf_counter() - started:.1f} s")
                return
            first = windows.named(month)
            if first is None:
                raise click.BadParameter("a month is written 2026-07", param_hint="--freeze")
            try:
                click.echo(f"{actions.freeze(first, at=now)} figures of {month} frozen")
            except Refused as refused:
                click.echo(sentence(refused), err=True)
                raise SystemExit(1) from None

"""`twinloop relink`: all history compared once more."""

from __future__ import annotations

import json
import time
from dataclasses import asdict

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="the counts as one JSON object")
def relink(as_json: bool) -> None:
    """Compare all incidents with one another and with what people decided about repeats.

    Changes no link: what the comparison sees otherwise goes into the queue 重复待认, where a person answers. A
    pair that a person has spoken about is not asked again. Exit status 0.
    """
    from twinloop.launch.started import database

    with database():
        from django.utils import timezone

        from twinloop.ledger.sight import SYSTEM, see_as
        from twinloop.triage.repeats_relinking import relink as run

        started = time.perf_counter()
        with see_as(SYSTEM):
            outcome = run(at=timezone.localtime())
        seconds = time.perf_counter() - started
    counts = asdict(outcome) | {"seconds": round(seconds, 1)}
    if as_json:
        click.echo(json.dumps(counts))
        return
    click.echo(
        f"{outcome.incidents} incidents, {outcome.clusters} quarrels, {outcome.agreed} as people decided, "
        f"{outcome.joins} to join, {outcome.parts} to part, {outcome.queued} new in the queue; {seconds:.1f} s"
    )

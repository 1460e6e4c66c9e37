"""`twinloop relink`: all history compared once more; `twinloop train`: the sorter learns from confirmed types."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict

import click

_STAGES = {
    "copied": "incidents read",
    "paired": "pairs of quarrels share something",
    "plausible": "of them may be one quarrel",
}


_ENDED = "nothing was changed: free memory and disk space, or let fewer compare (--hands 1), and run it again"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="the counts as one JSON object")
@click.option("--hands", type=click.IntRange(min=0), help="Processes that compare; as many as processors if not said.")
def relink(as_json: bool, hands: int | None) -> None:
    """Compare all incidents with one another and with what people decided about repeats.

    Of more than 3,000 incidents only those are compared that share a name, a number, a door or rare words; how far it
    is stands on the error stream.

    Changes no link: what the comparison sees otherwise goes into the queue 重复待认, where a person answers. A
    pair that a person has spoken about is not asked again. Exit status 0, 1 where memory, the disk or a process
    failed (nothing was changed).
    """
    from concurrent.futures.process import BrokenProcessPool

    import duckdb

    from twinloop.launch.started import database

    with database():
        from django.utils import timezone

        from twinloop.ledger.sight import SYSTEM, see_as
        from twinloop.triage.repeats_relinking import relink as run

        started = time.perf_counter()

        def tell(stage: str, count: int) -> None:
            click.echo(f"{time.perf_counter() - started:7.1f} s  {count} {_STAGES[stage]}", err=True)

        try:
            with see_as(SYSTEM):
                outcome = run(at=timezone.localtime(), hands=hands, tell=tell)
        except (duckdb.Error, BrokenProcessPool) as error:
            click.echo(f"{error}\n{_ENDED}", err=True)
            sys.exit(1)
        seconds = time.perf_counter() - started
    counts = asdict(outcome) | {"seconds": round(seconds, 1)}
    if as_json:
        click.echo(json.dumps(counts))
        return
    click.echo(
        f"{outcome.incidents} incidents, {outcome.clusters} quarrels, {outcome.agreed} as people decided, "
        f"{outcome.joins} to join, {outcome.parts} to part, {outcome.queued} new in the queue; "
        + (f"{outcome.cut} of the least likely pairs left out; " if outcome.cut else "")
        + f"{seconds:.1f} s"
    )


@click.command()
@click.option("--rollback", is_flag=True, help="Put the model in use aside; the one before answers again.")
@click.option("--list", "listed", is_flag=True, help="List the models learnt so far, newest first.")
@click.option("--least", default=50, show_default=True, type=click.IntRange(min=10), help="Confirmed cases needed.")
def train(rollback: bool, listed: bool, least: int) -> None:
    """Learn from incidents whose type was confirmed after handling.

    Beside the shipped narratives. Measured on cases it has not seen, it is used only if it is no worse than the
    shipped model (exit status 1 otherwise). Takes some minutes; answers go on meanwhile.
    """
    from twinloop.launch.started import database

    with database():
        from django.utils import timezone

        from twinloop.cases.telling import sentence
        from twinloop.decide import Refused
        from twinloop.ledger.sight import SYSTEM, see_as
        from twinloop.triage import teaching

        try:
            with see_as(SYSTEM):
                if listed:
                    _list()
                elif rollback:
                    click.echo(teaching.roll_back(by=None, at=timezone.localtime()))
                else:
                    say = lambda word: click.echo(word, err=True)  # noqa: E731
                    _told(teaching.teach(by=None, at=timezone.localtime(), least=least, say=say))
        except Refused as refused:
            click.echo(sentence(refused), err=True)
            sys.exit(1)


def _list() -> None:
    from twinloop.triage.models import LearnedModel

    for row in LearnedModel.objects.all():
        click.echo(_line(row))


def _line(row: object) -> str:
    names = ("version", "state", "cases", "before", "after")
    return "\t".join(f"{value:.4f}" if isinstance(value, float) else str(value)
                     for value in (getattr(row, name) for name in names))  # fmt: skip


def _told(row: object) -> None:
    click.echo(_line(row))
    if getattr(row, "state", "") != "used":
        sys.exit(1)

"""`twinloop try`: one decision over a file. Needs neither Django nor a database and stores nothing."""

from __future__ import annotations

import os
import sys
from typing import TextIO

import click

from twinloop.decide import Refused, trial, words


@click.command(name="try")
@click.argument("decision", type=click.Choice(sorted(trial.DECISIONS)))
@click.argument("file", type=click.File("r", encoding="utf-8-sig", errors="surrogateescape"))
def try_(decision: str, file: TextIO) -> None:
    """Run DECISION over FILE, one JSON object a line, and write one a line; - reads standard input.

    Exit status 1 when any line was refused: its answer says why, the other lines go on.
    """
    language = words.ENGLISH if os.environ.get("TWINLOOP_LANGUAGE") == "en" else words.CHINESE
    try:
        status = trial.run(decision, file, lambda line: click.echo(line, nl=False), lang=language)
    except Refused as refused:
        click.echo(words.tell(refused, language), err=True)
        sys.exit(2)
    sys.exit(status)

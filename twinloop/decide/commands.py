"""`twinloop try`: one decision over a file. Needs neither Django nor a database and stores nothing."""

from __future__ import annotations

import json
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


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8-sig"))
@click.option("--seconds", type=click.FloatRange(0.1, 3600), default=20.0, show_default=True, help="Stop after.")
@click.option("--gap", type=click.FloatRange(0, 0.5), default=0.005, show_default=True, help="A share.")
@click.option("--seed", type=click.IntRange(0, 10_000), default=1, show_default=True, help="Among equals.")
def roster(file: TextIO, seconds: float, gap: float, seed: int) -> None:
    """Make or repair the roster of FILE, one JSON object (docs/methods/roster.md); - reads standard input.

    Writes the answer as indented JSON. Exit status 1 where a rule could not hold, 2 where the file is wrong.
    """
    from twinloop.decide.roster.trying import KEYS, try_roster

    language = words.ENGLISH if os.environ.get("TWINLOOP_LANGUAGE") == "en" else words.CHINESE
    try:
        line = json.load(file)
        if not isinstance(line, dict):
            raise Refused(trial.TrialRefusal.NOT_JSON, line=1)
        for key in line.keys() - KEYS - {"id"}:
            raise Refused(trial.TrialRefusal.UNKNOWN_KEY, key=key, line=1)
        answer = try_roster({"seconds": seconds, "gap": gap, "seed": seed, **line}, language)
    except ValueError:
        click.echo(words.say(trial.TrialRefusal.NOT_JSON, language, line=1), err=True)
        sys.exit(2)
    except Refused as refused:
        click.echo(words.tell(refused, language), err=True)
        sys.exit(2)
    click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    held = answer.get("holds", True) and not any(one["broken"] for one in answer.get("turns", ()))
    sys.exit(0 if held else 1)

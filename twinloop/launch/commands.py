"""`twinloop up` and `twinloop doctor`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from twinloop.launch.doctor import Finding, diagnose
from twinloop.launch.up import up as run


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on [default: 8000].")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of all data.")
@click.option("--demo", type=click.Choice(["none", "small", "year"]), help="Demo data for an empty database.")
@click.option("--bind", metavar="ADDRESS", help="Address to listen on [default: 127.0.0.1].")
def up(port: int | None, data: Path | None, demo: str | None, bind: str | None) -> None:
    """Run database, web and worker until Ctrl-C. Exit status: 0 stopped, 1 a part ended, 2 wrong setting."""
    raise SystemExit(run(port=port, data=data, demo=demo, bind=bind))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a finding.")
def doctor(as_json: bool) -> None:
    """Say what is wrong with this installation and what to do. Exit status: 0 nothing is bad, 1 something is."""
    findings = diagnose()
    for finding in findings:
        sys.stdout.write(_as_json(finding) if as_json else finding.text() + "\n")
    raise SystemExit(1 if any(finding.state == "bad" for finding in findings) else 0)


def _as_json(finding: Finding) -> str:
    return json.dumps(finding.__dict__, ensure_ascii=False) + "\n"

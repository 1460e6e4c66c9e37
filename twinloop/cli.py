"""The `twinloop` command. Exit status: 0, 1 refused, 2 wrong use.

Commands are loaded when they are called, so that `twinloop try` needs neither Django nor a database.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from twinloop import __version__
from twinloop.launch.words import Trouble

# command → where it is defined; rooms add theirs in their own commands.py
COMMANDS = {
    "up": "twinloop.launch.commands:up",
    "doctor": "twinloop.launch.commands:doctor",
    "backup": "twinloop.launch.backup.commands:backup_",
    "restore": "twinloop.launch.backup.commands:restore_",
    "relink": "twinloop.triage.commands:relink",
    "try": "twinloop.decide.commands:try_",
    "roster": "twinloop.decide.commands:roster",
    "simulate": "twinloop.desk.year.commands:simulate",
    "prepare": "twinloop.desk.commands:prepare",
    "web": "twinloop.desk.commands:web",
    "worker": "twinloop.desk.commands:worker",
    "manage": "twinloop.desk.commands:manage",
    "import": "twinloop.desk.commands:import_",
    "export": "twinloop.exchange.commands:export",
    "verify": "twinloop.ledger.commands:verify",
    "token": "twinloop.exchange.commands:token",
    "train": "twinloop.triage.commands:train",
    "figures": "twinloop.insight.figures.commands:figures",
    "report": "twinloop.insight.reports.commands:report",
    "keys": "twinloop.cases.commands:keys",
    "admin": "twinloop.people.first:admin",
}


DATALESS = {"manage", "try", "roster"}  # Django reads its own options; the other two know no data


def _choose(_context: click.Context, _option: click.Parameter, folder: Path | None) -> None:
    if folder is not None:
        os.environ["TWINLOOP_DATA"] = str(folder.absolute())


def _data() -> click.Option:
    """The folder, read before anything else of a command: what it imports may ask for it."""
    kind = click.Path(file_okay=False, path_type=Path)
    said = "Folder of all data."
    return click.Option(["--data"], type=kind, help=said, expose_value=False, is_eager=True, callback=_choose)


def _with_data(command: click.Command) -> None:
    """A command that has no ``--data`` of its own takes one, and each command of a group that lists its own."""
    if not any("--data" in option.opts for option in command.params):
        command.params.append(_data())
    for one in getattr(command, "commands", {}).values():
        _with_data(one)


class Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        if cmd_name not in DATALESS:
            _with_data(command)
        return command


@click.group(cls=Lazy)
@click.version_option(__version__, prog_name="twinloop")
def twinloop() -> None:
    """双循环: a police district's two loops against disputes."""


def main(args: Sequence[str] | None = None) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twinloop.settings")
    try:
        twinloop(args)
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        raise SystemExit(trouble.exit_status) from None


if __name__ == "__main__":
    main()

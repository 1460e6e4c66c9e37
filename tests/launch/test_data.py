"""`--data` of every command: the folder that is named is the one that is read."""

from __future__ import annotations

import os
from contextlib import contextmanager

import click
import pytest
from click.testing import CliRunner

from twinloop.cli import COMMANDS, DATALESS, twinloop


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """Folders of which a database was asked for; none is started."""
    found = []

    @contextmanager
    def database(*, owner=False):
        found.append(os.environ["TWINLOOP_DATA"])
        raise click.Abort
        yield

    monkeypatch.setenv("TWINLOOP_DATA", str(tmp_path / "other"))
    for place in ("launch.started", "desk.commands", "desk.year.commands"):  # where it is taken in by its name
        monkeypatch.setattr(f"twinloop.{place}.database", database)
    return found


@pytest.mark.parametrize(
    "line",
    ["verify --data {}", "relink --data {}", "simulate --data {} --days 1", "import --data {} people x.csv",
     "keys show --data {}", "keys --data {} show", "figures --data {}", "token chief --name x --data {}",
     "export disputes --as chief --output x.csv --data {}", "train --data {}"],
)  # fmt: skip
def test_the_folder_named_is_the_one_read(line, asked, tmp_path):
    folder = tmp_path / "named"
    told = CliRunner().invoke(twinloop, line.format(folder).split())
    assert asked == [str(folder)], told.output


def test_every_command_says_that_it_takes_a_folder():
    context = click.Context(twinloop)
    for name in COMMANDS:
        command = twinloop.get_command(context, name)
        has = [option for option in command.params if "--data" in option.opts]
        assert len(has) == (name not in DATALESS), name

"""`twinloop backup` and `twinloop restore`."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from twinloop.launch.backup.bringing import check_apart, restore
from twinloop.launch.backup.making import Manifest, backup
from twinloop.launch.environment import Environment, read
from twinloop.launch.words import Trouble, say

LEAST_PASSPHRASE = 12
LEAST_KEY = 32

_data = click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of all data.")
_key = click.option(
    "--key-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"File of {LEAST_KEY} random bytes or more in place of a passphrase.",
)
_stdin = click.option("--passphrase-stdin", is_flag=True, help="Read the passphrase from the first line of input.")


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_data
@_key
@_stdin
@click.option("--without-keys", is_flag=True, help="Leave out keys.json and secret-key: keep them apart yourself.")
@click.option("--verify", is_flag=True, help="Restore the file into another folder, recompute the ledger, delete it.")
def backup_(
    file: Path, data: Path | None, key_file: Path | None, passphrase_stdin: bool, without_keys: bool, verify: bool
) -> None:
    """Write database, uploaded files, models and keys to one encrypted FILE. Works while `up` runs.

    Exit status: 0 written (and verified), 1 refused with one sentence and no file left, 2 wrong use.
    """
    env = _settings(data)
    secret = _secret(key_file, passphrase_stdin, twice=True)
    target = file.absolute()
    found = backup(env, target, secret, with_keys=not without_keys)
    sys.stdout.write(say("backup_done", path=target, size=_mib(target.stat().st_size), **_told(found)) + "\n")
    if without_keys:
        sys.stdout.write(say("backup_without_keys", path=env.data / "keys.json") + "\n")
    if verify:
        check_apart(env, target, secret)
        sys.stdout.write(say("backup_verified", **_told(found)) + "\n")


@click.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_data
@_key
@_stdin
@click.option("--verify/--no-verify", default=True, help="Recompute the ledger before the folder is put in its place.")
def restore_(file: Path, data: Path | None, key_file: Path | None, passphrase_stdin: bool, verify: bool) -> None:
    """Bring FILE back into an empty data folder and an empty database; never over a living one.

    Exit status: 0 restored, 1 refused with one sentence and nothing changed, 2 wrong use.
    """
    env = _settings(data)
    secret = _secret(key_file, passphrase_stdin, twice=False)
    found = restore(env, file.absolute(), secret, verify=verify)
    sys.stdout.write(say("restore_done", path=env.data, **_told(found)) + "\n")
    if verify:
        sys.stdout.write(say("backup_verified", **_told(found)) + "\n")
    if not found.with_keys:
        sys.stdout.write(say("restore_without_keys", path=env.data / "keys.json") + "\n")


def _settings(data: Path | None) -> Environment:
    if data is not None:
        os.environ["TWINLOOP_DATA"] = str(data.absolute())
    return read()


def _secret(key_file: Path | None, from_stdin: bool, *, twice: bool) -> bytes:
    """The bytes that lock the file. Raises Trouble for a key or a new passphrase that is too short."""
    if key_file is not None:
        key = key_file.read_bytes()
        if len(key) < LEAST_KEY:
            raise Trouble("backup_key_short", path=key_file, least=LEAST_KEY)
        return key
    if from_stdin:
        phrase = sys.stdin.readline().rstrip("\r\n")
    else:
        phrase = click.prompt(say("backup_passphrase"), hide_input=True, confirmation_prompt=twice, err=True)
    if len(phrase) < LEAST_PASSPHRASE:
        raise Trouble("backup_passphrase_short", least=LEAST_PASSPHRASE)
    return str(phrase).encode()


def _told(found: Manifest) -> dict[str, object]:
    made_at = datetime.fromisoformat(found.made_at).astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%d %H:%M")
    return {"events": found.events, "made_at": made_at, "product": found.product}


def _mib(count: int) -> str:
    return f"{count / (1 << 20):.1f}"

"""A whole installation backed up and brought back: signed in again, killed in the middle, cut, altered, refused."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from twinloop.edge.keyring import KeyRing
from twinloop.launch.backup import bringing, making
from twinloop.launch.environment import Environment, read
from twinloop.launch.postgres import Cluster
from twinloop.launch.words import Trouble

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
PHRASE = "four unrelated words here"
SECRET = PHRASE.encode()
PHOTO = "attachments/ab/abcd.jpg"
SIGN_IN = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "twinloop.settings"
from twinloop.launch.started import database
with database():
    from django.test import Client
    page = Client(SERVER_NAME="localhost")
    sent = page.post("/accounts/login/", {"login": "keeper", "password": sys.argv[1]})
    inside = page.get("/")
    is_in = sent.status_code == 302 and "/accounts/login/" not in inside.get("Location", "")
    print("signed in" if is_in else "refused")
"""


def _bare(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TWINLOOP_", "PYTEST_"))}
    return {**kept, "TWINLOOP_DATA": str(data), "TWINLOOP_LANGUAGE": "zh-hans"}


def _twinloop(data: Path, *words: str, phrase: str = "") -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "twinloop", *words]
    return subprocess.run(line, env=_bare(data), input=phrase + "\n", capture_output=True, text=True, check=False)


def _env(data: Path, **more: str) -> Environment:
    return read({"TWINLOOP_DATA": str(data), **{f"TWINLOOP_{name}": value for name, value in more.items()}})


def _code(call: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(Trouble) as refusal:
        call(*args, **more)
    return refusal.value.code


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Short and open to pass through, for all tests of this file."""
    made = Path(tempfile.mkdtemp(prefix="tl-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def lived_in(folder: Path) -> tuple[Path, str]:
    """A data folder with an administrator (whose password comes along) and an uploaded file."""
    data = folder / f"lived-{time.monotonic_ns()}"  # a second try starts anew
    done = _twinloop(data, "admin", "keeper", "--name", "管理员", "--role", "system_admin")
    assert done.returncode == 0, done.stderr
    # keys are made when the first name is sealed; here at once
    KeyRing.create(data / "keys.json", on=date(2026, 1, 1))
    photo = data / PHOTO
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"\xff\xd8 a photo")
    return data, done.stdout.split()[-1]


@pytest.fixture(scope="module")
def saved(folder: Path, lived_in: tuple[Path, str]) -> Path:
    """The backup of it, verified when it was made."""
    file = folder / f"night-{time.monotonic_ns()}.twl"
    done = _twinloop(lived_in[0], "backup", str(file), "--passphrase-stdin", "--verify", phrase=PHRASE)
    assert done.returncode == 0, done.stderr
    assert "已核对" in done.stdout
    return file


def _beside(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.name.startswith(".")}


def test_restored_installation_is_signed_into(folder: Path, lived_in: tuple[Path, str], saved: Path) -> None:
    data = folder / f"restored-{time.monotonic_ns()}"
    done = _twinloop(data, "restore", str(saved), "--passphrase-stdin", phrase=PHRASE)
    assert done.returncode == 0, done.stderr
    assert (data / PHOTO).read_bytes() == b"\xff\xd8 a photo"
    assert (data / "keys.json").read_bytes() == (lived_in[0] / "keys.json").read_bytes()
    assert (data / "keys.json").stat().st_mode & 0o777 == 0o600
    signed = subprocess.run(
        [sys.executable, "-c", SIGN_IN, lived_in[1]], env=_bare(data), capture_output=True, text=True, check=False
    )
    assert signed.stdout.strip() == "signed in", signed.stderr
    assert _beside(folder) == set()


def test_file_is_private_and_holds_nothing_in_clear(saved: Path) -> None:
    assert saved.stat().st_mode & 0o777 == 0o600
    content = saved.read_bytes()
    assert not any(word in content for word in (b"PGDMP", b"keeper", b"manifest", "管理员".encode()))


def test_restore_never_goes_over_anything(folder: Path, lived_in: tuple[Path, str], saved: Path) -> None:
    before = sorted(lived_in[0].rglob("*"))
    assert _code(bringing.restore, _env(lived_in[0]), saved, SECRET, verify=False) == "restore_full"
    assert sorted(lived_in[0].rglob("*")) == before
    assert _code(making.backup, _env(lived_in[0]), saved, SECRET, with_keys=True) == "backup_exists"


def test_cut_or_altered_file_changes_nothing(folder: Path, saved: Path) -> None:
    content = saved.read_bytes()
    bad, data = folder / "bad.twl", folder / "never"
    for text in (content[:-1], content[: len(content) // 2], content[:-40] + b"\x01" + content[-39:]):
        bad.write_bytes(text)
        assert _code(bringing.restore, _env(data), bad, SECRET, verify=False) == "backup_altered"
        assert not data.exists()
        assert _beside(folder) == set()


def test_wrong_passphrase_and_short_ones_are_said(folder: Path, saved: Path) -> None:
    data = folder / "never"
    done = _twinloop(data, "restore", str(saved), "--passphrase-stdin", phrase="some other words")
    assert (done.returncode, data.exists()) == (1, False)
    assert "口令或钥匙文件不对" in done.stderr
    done = _twinloop(data, "backup", str(folder / "x.twl"), "--passphrase-stdin", phrase="short")
    assert done.returncode == 1
    assert "12" in done.stderr
    assert _code(making.backup, _env(data), folder / "x.twl", SECRET, with_keys=True) == "backup_nothing"
    assert not data.exists()


def _kill_when(path: Path, data: Path, *words: str) -> None:
    """Kill -9 a command as soon as `path` is there."""
    line = [sys.executable, "-m", "twinloop", *words, "--passphrase-stdin"]
    process = subprocess.Popen(line, env=_bare(data), stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdin
    process.stdin.write(f"{PHRASE}\n".encode())
    process.stdin.close()
    deadline = time.monotonic() + 120
    while not path.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    assert path.exists(), "it ended before it could be killed"
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_restore_killed_in_the_middle_leaves_the_place_empty_and_can_be_repeated(folder: Path, saved: Path) -> None:
    data = folder / "again"
    _kill_when(folder / ".again.restoring" / "postgres", data, "restore", str(saved))
    assert not data.exists()
    bringing.restore(_env(data), saved, SECRET, verify=False)
    assert (data / PHOTO).exists()
    assert _beside(folder) == set()


def test_backup_killed_in_the_middle_leaves_no_file_and_can_be_repeated(
    folder: Path, lived_in: tuple[Path, str]
) -> None:
    target = folder / "late.twl"
    _kill_when(folder / ".late.twl.partial", lived_in[0], "backup", str(target))
    assert not target.exists()
    making.backup(_env(lived_in[0]), target, SECRET, with_keys=False)
    found = bringing.read_through(target, SECRET)
    assert not found.with_keys
    assert found.events > 0
    assert _beside(folder) == set()


def test_no_space_is_said_before_or_while_writing(
    folder: Path, lived_in: tuple[Path, str], saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = folder / "never"
    usage = shutil.disk_usage(folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1 << 20))
    assert _code(bringing.restore, _env(data), saved, SECRET, verify=False) == "restore_no_space"

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    target = folder / "full.twl"
    assert _code(making.backup, _env(lived_in[0]), target, SECRET, with_keys=True) == "backup_no_space"
    assert not target.exists()
    assert not data.exists()
    assert _beside(folder) == set()


def test_backup_of_a_later_program_is_refused(saved: Path) -> None:
    found = bringing.read_through(saved, SECRET)
    later = replace(found, migrations=[*found.migrations, "cases.9999_of_next_year"], product="9.0")
    assert _code(bringing._refuse_newer, later) == "restore_newer"
    bringing._refuse_newer(found)


def test_real_server_is_filled_only_when_empty_and_backed_up_whole_by_the_owner_of_its_tables(
    folder: Path, saved: Path
) -> None:
    desk = folder / f"desk-{time.monotonic_ns()}"  # a second try starts anew
    cluster = Cluster.temporary(folder / f"server-{time.monotonic_ns()}")
    urls = cluster.start()
    try:
        with psycopg.connect(cluster.superuser_url, autocommit=True) as there:
            there.execute("CREATE DATABASE bureau OWNER twinloop_owner")
        owner, app = (url.replace("/twinloop?", "/bureau?") for url in (urls.owner, urls.app))
        more = {"DATABASE_URL": app, "OWNER_DATABASE_URL": owner, "SECRET_KEY": "k3v" + "Zq8-Xw5_Rt7.Yu9!" * 4}
        found = bringing.restore(_env(desk, **more), saved, SECRET, verify=True)
        assert found.events > 0
        other = _env(desk.with_name(f"{desk.name}-2"), **more)
        assert _code(bringing.restore, other, saved, SECRET, verify=False) == "restore_database_full"
        assert not other.data.exists()
        target = folder / f"{desk.name}.twl"
        env = _env(desk, **more)
        assert making.backup(env, target, SECRET, with_keys=True).events == found.events
    finally:
        cluster.remove()

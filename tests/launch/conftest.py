"""Real servers in folders of their own. Everything lies under one folder that any account may enter."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from twinloop.launch.postgres import Cluster
from twinloop.launch.words import speak

ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not ROOT, reason="needs root: it is about changing accounts")


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """`read` chooses the language of the process: every test starts in Chinese."""
    speak("zh-hans")
    yield
    speak("zh-hans")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short (sockets have short paths) and open to pass through, unlike pytest's own temporary folders."""
    made = Path(tempfile.mkdtemp(prefix="tl-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    """A started server of this test's own, made quickly."""
    made = Cluster(folder / "data", place=folder / "place", durable=False)
    made.start()
    yield made
    made.remove()


@pytest.fixture
def safe_cluster(folder: Path) -> Iterator[Cluster]:
    """The same, as durable as the product's."""
    made = Cluster(folder / "data", place=folder / "place")
    made.start()
    yield made
    made.remove()


@pytest.fixture
def ordinary_user() -> Iterator[pwd.struct_passwd]:
    """An account made for this test."""
    if not ROOT:
        pytest.skip("needs root: makes an account")
    name = f"tl{os.getpid()}"
    subprocess.run(["useradd", "--create-home", "--shell", "/bin/sh", name], check=True, capture_output=True)
    yield pwd.getpwnam(name)
    subprocess.run(["userdel", "--remove", name], check=False, capture_output=True)

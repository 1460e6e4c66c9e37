"""A newcomer's two minutes: clone, `make run`, the sign-in page answers, Ctrl-C stops it all."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 400  # seconds: packages come from the registries


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(
    "CI" not in os.environ, reason="installs everything anew from the registries: set CI=true to run it"
)
def test_a_clean_clone_runs_and_stops(tmp_path):
    clone, log = tmp_path / "clone", tmp_path / "log"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    port = _free_port()
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TWINLOOP_", "PYTEST_", "DJANGO_"))}
    env = clean | {"TWINLOOP_DATA": str(tmp_path / "data"), "TWINLOOP_PORT": str(port)}
    env["PIP_NO_COMPILE"] = "1"  # what is imported is compiled then, once; pip would compile all that nobody opens
    with log.open("wb") as out:
        run = subprocess.Popen(["make", "run"], cwd=clone, env=env, stdout=out, stderr=out, start_new_session=True)
        try:
            until = time.monotonic() + PATIENCE
            while not _answers(f"http://127.0.0.1:{port}/accounts/login/"):
                assert run.poll() is None, log.read_text(encoding="utf-8")[-3000:]
                assert time.monotonic() < until, log.read_text(encoding="utf-8")[-3000:]
                time.sleep(0.5)
        finally:
            os.killpg(run.pid, signal.SIGINT)
            run.wait(30)
    assert not _answers(f"http://127.0.0.1:{port}/healthz")

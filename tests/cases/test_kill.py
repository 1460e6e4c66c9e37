"""kill -9 of a web process during a thousand moves loses no acknowledged one and halves none."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests import world
from twinloop.cases.models import Dispute
from twinloop.ledger.models import Event
from twinloop.ledger.queries import broken
from twinloop.ledger.sight import SYSTEM, see_as

MOVES = 1000


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _serve(port: int, url: str) -> subprocess.Popen[bytes]:
    """The real web server on the test's database, one process group to kill."""
    command = ["granian", "--interface", "wsgi", "tests.cases.moving_site:application", "--host", "127.0.0.1"]
    return subprocess.Popen(
        [sys.executable, "-m", *command, "--port", str(port), "--workers", "2", "--no-ws", "--log-level", "error"],
        env=os.environ | {"TWINLOOP_DATABASE_URL": url},
        cwd=Path(__file__).resolve().parents[2],
        start_new_session=True,
    )


def _post(port: int, pk: int) -> bool:
    """Ask for one move; True only when the server said that it is done."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{pk}", data=b"", timeout=5) as answer:
            return bool(answer.status == 200 and json.load(answer)["state"] == "sorted")
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _await(port: int) -> None:
    """An answer, not a connection: a dying worker's socket accepts for a moment after the kill."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2) as answer:
                assert answer.status == 200
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    pytest.fail("the web server did not start")


@pytest.mark.slow
def test_no_acknowledged_move_is_lost(fresh_db):
    app = conninfo_to_dict(json.loads(os.environ["PYTEST_TWINLOOP_URLS"])["app"])
    url = f"postgresql://{app['user']}:{app['password']}@/{fresh_db}?host={app['host']}&port={app['port']}"
    with see_as(SYSTEM):
        near = world.district().near
        pks = [world.dispute(near, title=f"第 {n} 件").pk for n in range(MOVES)]
    acknowledged: list[int] = []
    port, kills = _free_port(), 0
    server = _serve(port, url)
    try:
        _await(port)
        for n, pk in enumerate(pks, 1):
            if n % 250 == 0:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()
                kills += 1
                server = _serve(port, url)
                acknowledged += [pk] if _post(port, pk) else []
                _await(port)
            elif _post(port, pk):
                acknowledged.append(pk)
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    with see_as(SYSTEM):
        moved = set(Dispute.objects.filter(state="sorted").values_list("pk", flat=True))
        told = {int(s.split(":")[1]) for s in Event.objects.filter(verb="sort").values_list("stream", flat=True)}
        assert kills == 4
        assert len(acknowledged) > MOVES * 0.9
        assert set(acknowledged) <= moved
        assert moved == told  # no state without its event, no event without its state
        assert Event.objects.filter(verb="sort").count() == len(told)
        assert list(broken()) == []

"""`twinloop up` with small programs in the place of Django's: `python -m tests.launch.small_product`.

The web answers /readyz and /rows; the worker and the web's own child do not heed SIGTERM, as a stuck program would.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg

from twinloop.launch import supervise as supervising
from twinloop.launch.environment import Environment, read
from twinloop.launch.up import supervise


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def prepare() -> None:
    _tell("表已就绪")
    with psycopg.connect(os.environ["TWINLOOP_OWNER_DATABASE_URL"]) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS kept (n serial)")
    (read().data / "demo-accounts.txt").write_text("演示账户：chief\n", encoding="utf-8")


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        try:
            with psycopg.connect(os.environ["TWINLOOP_DATABASE_URL"], connect_timeout=2) as app:
                app.execute("INSERT INTO kept DEFAULT VALUES")
                app.commit()
                count = app.execute("SELECT count(*) FROM kept").fetchall()[0][0]
        except psycopg.Error:
            self.send_error(503)
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(str(count).encode())

    def log_message(self, *_: object) -> None:
        pass


def web() -> None:
    assert "TWINLOOP_OWNER_DATABASE_URL" not in os.environ
    subprocess.Popen([sys.executable, "-m", "tests.launch.small_product", "stubborn"])
    ThreadingHTTPServer((read().bind, read().port), Page).serve_forever()


def stubborn() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _tell(f"pid {os.getpid()}")
    time.sleep(120)


def broken() -> None:
    _tell("坏了的原因")
    raise SystemExit(3)


def programs(_: Environment) -> dict[str, list[str]]:
    chosen = {"prepare": "prepare", "web": "web", "worker": "stubborn"} | dict(
        pair.split("=") for pair in sys.argv[1:] if "=" in pair
    )
    return {name: [sys.executable, "-m", "tests.launch.small_product", part] for name, part in chosen.items()}


STOOD_SECONDS = 5.0  # a test need not wait ten

if __name__ == "__main__":
    supervising.STOOD_SECONDS = STOOD_SECONDS
    parts = {"prepare": prepare, "web": web, "stubborn": stubborn, "broken": broken}
    if len(sys.argv) > 1 and sys.argv[1] in parts:
        parts[sys.argv[1]]()
    else:
        raise SystemExit(supervise(read(), programs))

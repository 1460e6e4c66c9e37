"""P10: what an intake costs here against a small district, memory at rest, how soon the product is back."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from bench import district, door
from bench.scratch import ROOT

ROUNDS = 3
PAGES, OFTEN = 8, 6
QUIET = 60  # seconds until what the worker had to catch up with is done
PATIENCE = 900


def growth(folder: Path, name: str, small: Path, seconds: float) -> dict[str, Any]:
    """p50 of one client at both, in turns (each database alone, as caches would be)."""
    found: dict[str, list[float]] = {"here": [], "small": []}
    for _ in range(ROUNDS):
        for which, of in (("small", small), ("here", folder)):
            with district.opened(of, name) as ours:
                told = door.measure(ours, ours.count("cases_incident"), seconds, beside=False, rounds=1, crowd=False)
                found[which].append(told["doors"]["twinloop"]["p50"])
    here, less = median(found["here"]), median(found["small"])
    return {"here": here, "small": less, "ratio": here / less, "runs": found}


def rest(folder: Path) -> dict[str, Any]:
    """`twinloop up` on the folder: once to settle, and at rest its memory; then again for the time it takes."""
    first, parts, used = _up(folder, QUIET)
    second, _parts, _used = _up(folder, 0)
    told = {"first": round(first, 1), "seconds": round(second, 1)}
    return told | {"MiB": sum(parts.values()), "parts": parts, "MiB after pages": sum(used.values()), "after": used}


def _up(folder: Path, quiet: float) -> tuple[float, dict[str, int], dict[str, int]]:
    """Seconds until the sign-in page answers; then MiB (PSS) of all its processes at rest, and after eight pages."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    away = ("TWINLOOP_DATABASE_URL", "TWINLOOP_OWNER_DATABASE_URL", "TWINLOOP_DATA", "DJANGO_SETTINGS_MODULE")
    env = {name: value for name, value in os.environ.items() if name not in away}
    command = [sys.executable, "-m", "twinloop", "up", "--demo", "small", "--port", str(port), "--data", str(folder)]
    with tempfile.TemporaryFile() as log:
        began = time.monotonic()
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT)
        try:
            while not _answers(port):
                if process.poll() is not None or time.monotonic() > began + PATIENCE:
                    log.seek(0)
                    raise SystemExit(log.read().decode())
                time.sleep(0.05)
            took = time.monotonic() - began
            time.sleep(quiet)
            parts = _memory(process.pid) if quiet else {}
            if quiet:
                _look(f"http://127.0.0.1:{port}")
            return took, parts, _memory(process.pid) if quiet else {}
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/accounts/login/")
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def _look(at: str) -> None:
    """A chief's first eight pages, so often that each web process has shown each."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def page(path: str, **sent: str) -> str:
        data = urllib.parse.urlencode(sent).encode() if sent else None
        with browser.open(urllib.request.Request(at + path, data, {"Origin": at})) as answer:
            return str(answer.read().decode())

    token = re.findall(r'csrfmiddlewaretoken" value="(\w+)"', page("/accounts/login/"))[0]
    home = page("/demo/sign-in/", csrfmiddlewaretoken=token, username="chief")
    paths = list(dict.fromkeys(re.findall(r'<a [^>]*href="(/[^"#?]*)', home)))[:PAGES]
    for path in paths * OFTEN:
        page(path)


def _memory(pid: int) -> dict[str, int]:
    """MiB of each kind of process below `pid` by PSS, which counts a page that n processes share as 1/n in each: the
    sum is what the machine holds. RSS would count what was read before a fork, and the database's buffers, n times."""
    found: dict[str, int] = {}
    for one in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
        try:
            kind = "database" if "postgres" in one.name() else "web and worker"
            found[kind] = found.get(kind, 0) + int(one.memory_full_info().pss)
        except psutil.Error:
            continue
    return {kind: round(held / 2**20) for kind, held in found.items()}


if __name__ == "__main__":
    print(rest(Path(sys.argv[1]).resolve()))

"""`twinloop up`: database, web and worker in one foreground process."""

from __future__ import annotations

import contextlib
import http.client
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from twinloop.launch import external, port, prepared
from twinloop.launch.children import product, variables
from twinloop.launch.environment import PREFIX, Environment, read
from twinloop.launch.home import make_data
from twinloop.launch.lines import Lines
from twinloop.launch.lock import FolderLock
from twinloop.launch.postgres import Cluster, Urls
from twinloop.launch.supervise import Child, Stopped, Supervisor
from twinloop.launch.words import Trouble

Programs = Callable[[Environment], dict[str, list[str]]]


def up(port: int | None = None, data: Path | None = None, demo: str | None = None, bind: str | None = None) -> int:
    """Run everything until Ctrl-C, SIGTERM, or a part that does not stay up: status 0, or 1; 2 for a wrong setting."""
    chosen = {"PORT": port, "DATA": data and data.absolute(), "DEMO": demo, "BIND": bind}
    more = {PREFIX + name: str(value) for name, value in chosen.items() if value is not None}
    try:
        env = read({**os.environ, **more})
        env.secret()
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return trouble.exit_status
    return supervise(env)


def supervise(env: Environment, programs: Programs | None = None) -> int:
    """Start in order, say when ready, watch, stop in reverse order; `programs` lets tests run small ones."""
    lines = Lines(as_json=env.log_format == "json")
    supervisor = Supervisor(lines)
    status = 0
    try:
        with supervisor.signals(), _held(env) as lock:
            port.refuse_taken(env.bind, env.port)
            with _database(env, lines, lock) as (urls, look), supervisor:  # left in reverse: the database stops last
                _serve(env, urls, supervisor, (programs or product)(env), look)
    except Stopped:
        lines.say("start", "up_stopped")
    except Trouble as trouble:
        lines.write("start", str(trouble))
        status = trouble.exit_status
    return status


def _serve(
    env: Environment, urls: Urls, supervisor: Supervisor, programs: dict[str, list[str]], look: Callable[[], None]
) -> None:
    started = time.monotonic()
    app = variables(env, urls.app)
    stamp = prepared.fingerprint(env)
    if not prepared.holds(env, urls.owner, stamp):
        supervisor.run_to_end(Child("prepare", programs["prepare"], variables(env, urls.app, owner=urls.owner)))
        prepared.mark(env, urls.owner, stamp)
    supervisor.start(Child("web", programs["web"], app, lambda: answers_ready(env)))
    supervisor.wait_until_ready()
    # after the web: both load the same code, and pages are waited for, jobs are not
    supervisor.start(Child("worker", programs["worker"], app))
    supervisor.lines.say("start", "up_ready", address=address(env), seconds=f"{time.monotonic() - started:.1f}")
    _tell_accounts(env, supervisor.lines)
    supervisor.watch(look)


def address(env: Environment) -> str:
    """Where a browser on this machine finds the product."""
    host = _local(env.bind)
    return f"http://{f'[{host}]' if ':' in host else host}:{env.port}"


def answers_ready(env: Environment) -> bool:
    """Whether GET /readyz answers 200; asked as a browser behind the proxy would, so that no setting hides the page."""
    host = next((name for name in env.allowed_hosts if name[:1] not in "*."), _local(env.bind))
    headers = {"Host": host, "X-Forwarded-Proto": "https" if env.https else "http"}
    connection = http.client.HTTPConnection(_local(env.bind), env.port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers=headers)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _local(bind: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)  # noqa: S104 - compared, not bound


@contextlib.contextmanager
def _held(env: Environment) -> Iterator[FolderLock]:
    make_data(env.data)
    lock = FolderLock(env.data)
    lock.take()
    try:
        yield lock
    finally:
        lock.release()


@contextlib.contextmanager
def _database(env: Environment, lines: Lines, lock: FolderLock) -> Iterator[tuple[Urls, Callable[[], None]]]:
    """Logins, and what to do every round to keep the database running."""
    if env.database_url:
        lines.say("database", "up_external", place=external.place(env.database_url))
        yield external.prepared(env.database_url, env.owner_database_url), lambda: None
        return
    cluster = Cluster(env.data, env.pg_bin, lock=lock)
    started = time.monotonic()
    try:
        urls = cluster.start()
        version = ".".join(map(str, cluster.binaries.version))
        lines.say("database", "up_database", version=version, seconds=f"{time.monotonic() - started:.1f}")
        yield urls, lambda: _revive(cluster, lines)
    finally:
        cluster.stop()


def _revive(cluster: Cluster, lines: Lines) -> None:
    if not cluster.alive():
        lines.say("database", "up_database_gone")
        started = time.monotonic()
        cluster.restart()
        lines.say("database", "up_database_back", seconds=f"{time.monotonic() - started:.1f}")


def _tell_accounts(env: Environment, lines: Lines) -> None:
    with contextlib.suppress(FileNotFoundError):
        told = (env.data / "demo-accounts.txt").read_text(encoding="utf-8").splitlines()
        for line in told if env.demo != "none" else ():
            lines.write("start", line)
    lines.say("start", "up_stop_by")

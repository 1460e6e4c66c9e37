"""A report through the whole door, over HTTP, beside django-helpdesk: ``python -m bench.door [stored] [seconds]``.

P1: validate, store, sort, find repeats, level, open clocks, event, audit; answered by POST /api/v1/incidents with
`stored` incidents already there (100,000). The peer takes a ticket over its REST API and decides nothing. Both run on
one PostgreSQL server behind granian with two workers; runs alternate (A B A B) on the machine as it is.
`PEER_PYTHON` names an interpreter that has django-helpdesk, granian and psycopg; else one is made in a scratch folder.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bench.lists import fill

ROOT = Path(__file__).resolve().parents[1]
NEEDS = ("django-helpdesk>=2.6", "granian>=2.8", "psycopg[binary,pool]>=3.2")
ROUNDS, CLIENTS, TOKENS = 2, 4, 40
WORDS = (
    "报警人称{a}家把排水沟堵了，水流到{b}家厨房，两家在{p}吵起来，{a}扬言要打人",
    "{b}报警：{a}欠工钱{n}元，讨了三次没有给，人在{p}工地上",
    "{p}有人打麻将到半夜，楼下{b}受不了，说了几次{a}不听",
    "{a}和{b}为宅基地的界石争，村里量过，{a}不认，又把石头挪了",
    "报警人称丈夫{a}喝酒后打她，孩子在旁边哭，人在{p}",
    "{b}在{p}买的电动车三天就坏，店主{a}不肯退，两人推搡",
)
NAMES = ("王某", "李某", "陈老板", "刘师傅", "张某某", "邓家", "赖某", "温某", "罗某", "钟某")


def narrative(rng: random.Random) -> str:
    a, b = rng.sample(NAMES, 2)
    return rng.choice(WORDS).format(a=a, b=b, p=f"{rng.randint(1, 12)}组", n=rng.randint(5, 300) * 100)


def main(stored: int, seconds: float) -> None:
    from twinloop.launch.postgres import Cluster

    data = Path(tempfile.mkdtemp(prefix="twinloop-bench-"))
    cluster = Cluster.temporary(data / "server")
    urls = cluster.start()
    os.environ |= {
        "TWINLOOP_DATA": str(data / "data"),
        "TWINLOOP_DATABASE_URL": urls.app,
        "TWINLOOP_OWNER_DATABASE_URL": urls.owner,
        "TWINLOOP_DEMO": "small",
        "DJANGO_SETTINGS_MODULE": "twinloop.settings",
    }
    try:
        fill(urls.owner, stored)
        tokens, places = keys(urls.owner)
        queue, peer_env = peer(data, urls.owner, stored)
        with (
            serving([sys.executable], "twinloop.wsgi:application", dict(os.environ)) as ours,
            serving([peer_env["PEER_PYTHON"]], "bench.peer_helpdesk:application", peer_env) as theirs,
        ):
            report(stored, seconds, _ours(ours, tokens, places), _theirs(theirs, queue))
    finally:
        cluster.remove()


# --- the two doors ----------------------------------------------------------------------------------------------------


Send = Callable[[http.client.HTTPConnection, random.Random], int]
Door = tuple[int, Send]


def _ours(port: int, tokens: list[str], places: list[str]) -> Door:
    def send(line: http.client.HTTPConnection, rng: random.Random) -> int:
        body = {
            "text": narrative(rng),
            "channel": "call_110",
            "place": rng.choice(places),
            "address": f"{rng.randint(1, 12)}组{rng.randint(1, 80)}号",
            "phone": f"1990000{rng.randint(0, 9999):04d}",
            "name": "王测试",
            "kind": "dispute",
        }
        head = {"Authorization": f"Bearer {rng.choice(tokens)}", "Content-Type": "application/json"}
        return _post(line, "/api/v1/incidents", body, head)

    return port, send


def _theirs(port: int, queue: int) -> Door:
    head = {"Authorization": "Basic " + base64.b64encode(b"bench:bench").decode(), "Content-Type": "application/json"}

    def send(line: http.client.HTTPConnection, rng: random.Random) -> int:
        text = narrative(rng)
        body = {"queue": queue, "title": text[:40], "description": text, "submitter_email": "", "priority": 3}
        return _post(line, "/api/tickets/", body, head)

    return port, send


def _post(line: http.client.HTTPConnection, path: str, body: dict[str, Any], head: dict[str, str]) -> int:
    line.request("POST", path, json.dumps(body).encode(), head)
    answer = line.getresponse()
    text = answer.read()
    if answer.status not in (200, 201):
        sys.stderr.write(f"{path}: {answer.status} {text[:300]!r}\n")
        os._exit(1)  # from a thread: a door that refuses is no measurement
    return answer.status


# --- measuring --------------------------------------------------------------------------------------------------------


def report(stored: int, seconds: float, ours: Door, theirs: Door) -> None:
    print(f"{stored:,} stored; {ROUNDS} alternating runs of {seconds:g} s each; load {os.getloadavg()[0]:.1f}")
    print(f"{'':<28}{'one client':^27}{f'{CLIENTS} clients':^12}")
    print(f"{'':<28}{'p50 ms':>9}{'p99 ms':>9}{'a second':>9}{'a second':>12}")
    for door in (ours, theirs):
        many(door, 1, 2)  # warm
    for number in range(ROUNDS):
        for name, door in (("twinloop, with decisions", ours), ("django-helpdesk", theirs)):
            alone = many(door, 1, seconds)
            crowd = many(door, CLIENTS, seconds)
            p50, p99 = median(alone) * 1e3, quantiles(alone, n=100)[98] * 1e3
            print(
                f"{number + 1} {name:<26}{p50:>9.1f}{p99:>9.1f}{len(alone) / seconds:>9.0f}"
                f"{len(crowd) / seconds:>12.0f}"
            )


def many(door: Door, clients: int, seconds: float) -> list[float]:
    """Seconds that each answer took, of `clients` at once."""
    port, send = door
    took: list[list[float]] = [[] for _ in range(clients)]
    ends = time.monotonic() + seconds

    def one(number: int) -> None:
        rng = random.Random(number * 7919 + int(ends))
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < ends:
            began = time.perf_counter()
            send(line, rng)
            took[number].append(time.perf_counter() - began)
        line.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [one for some in took for one in some]


# --- making ready -----------------------------------------------------------------------------------------------------


def keys(owner: str) -> tuple[list[str], list[str]]:
    """Tokens of the demo's dispatcher (several: each has its own pace) and the codes of the served communities."""
    import django

    django.setup()
    from django.utils import timezone

    from twinloop.exchange.actions import make_token
    from twinloop.exchange.models import ApiToken
    from twinloop.ledger.sight import SYSTEM, see_as
    from twinloop.people.models import Account
    from twinloop.places.models import Place

    with see_as(SYSTEM):
        desk = Account.objects.get(username="dispatcher")
        at = timezone.localtime()
        scopes = [ApiToken.Scope.WRITE_INCIDENTS]
        made = [make_token(desk, name=f"bench {n}", scopes=scopes, days=1, by=None, at=at)[1] for n in range(TOKENS)]
        return made, list(Place.objects.served().filter(kind="community").values_list("code", flat=True))


def peer(data: Path, owner: str, stored: int) -> tuple[int, dict[str, str]]:
    """The peer's database on the same server, its interpreter, its rows; gives the queue's id and its environment."""
    with psycopg.connect(owner, autocommit=True) as there:
        there.execute("CREATE DATABASE helpdesk")
    to = conninfo_to_dict(owner)
    python = os.environ.get("PEER_PYTHON") or _environment(data / "peer")
    names = {"PEER_USER": "user", "PEER_PASSWORD": "password", "PEER_HOST": "host", "PEER_PORT": "port"}
    env = {name: str(to[part]) for name, part in names.items()}
    env |= {"PEER_NAME": "helpdesk", "PEER_PYTHON": python, "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [python, "-m", "bench.peer_helpdesk", str(stored)], env=env, check=True, capture_output=True, text=True
    )
    return int(done.stdout.split()[-1]), env


def _environment(folder: Path) -> str:
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", *NEEDS], check=True)
    return python


@contextmanager
def serving(python: list[str], application: str, env: dict[str, str]) -> Iterator[int]:
    """granian with two workers on a free port, until it answers."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = int(door.getsockname()[1])
    command = [*python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "2", "--blocking-threads", "2", "--no-ws", "--log-level", "error", application]
    server = subprocess.Popen(command, env=env, cwd=ROOT)
    try:
        for _ in range(600):
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            try:
                line.request("GET", "/healthz")
                line.getresponse().read()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, float(sys.argv[2]) if len(sys.argv) > 2 else 10)

"""A report through the whole door, over HTTP, beside django-helpdesk: ``python -m bench.door [stored] [seconds]``.

P1: validate, store, sort, find repeats, level, open clocks, event, audit; answered by POST /api/v1/incidents with
`stored` incidents already there (100,000). The peer takes a ticket over its REST API and decides nothing. Both run on
one PostgreSQL server that keeps what it says (fsync) behind granian with two workers; runs alternate (A B A B) on the
machine as it is. The peer's interpreter: `bench.peer`.
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
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from statistics import median, quantiles
from typing import Any

from bench import district, peer
from bench.scratch import ROOT

AT_MOST = 20_000  # tickets for the peer's lists
ROUNDS, CLIENTS, TOKENS, LEAST = 2, 4, 40, 3
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
    folder = district.kept(stored, district.root_of(None))
    with district.opened(folder, f"{stored:,} disputes") as ours:
        measure(ours, stored, seconds)


def measure(
    ours: district.District,
    stored: int,
    seconds: float,
    *,
    beside: bool = True,
    rounds: int = ROUNDS,
    crowd: bool = True,
) -> dict[str, Any]:
    """Both doors, a run of each in turn; the peer's lists before its rows grow (they would not answer afterwards)."""
    tokens, places = _keys()
    with ExitStack() as stack:
        port = stack.enter_context(serving([sys.executable], "twinloop.wsgi:application", dict(os.environ)))
        doors: dict[str, Door] = {"twinloop": _ours(port, tokens, places)}
        lists: dict[str, list[float]] = {}
        if beside:
            at = stack.enter_context(peer.made(ours.superuser, ours.urls.owner, min(stored, AT_MOST)))
            lists = at.lists()
            at.grow(stored)
            other = stack.enter_context(serving([at.python], "bench.peer_helpdesk:application", at.env))
            doors["django-helpdesk"] = _theirs(other, at.queue)
        print(f"{stored:,} stored; {rounds} alternating runs of {seconds:g} s each; load {os.getloadavg()[0]:.1f}")
        return {"doors": report(seconds, doors, rounds, CLIENTS if crowd else 0), "lists": lists}


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


def report(seconds: float, doors: dict[str, Door], rounds: int, clients: int) -> dict[str, dict[str, float]]:
    """Prints every run; gives of each door the middle of its runs."""
    print(f"{'':<28}{'one client':^27}{f'{clients} clients':^12}")
    print(f"{'':<28}{'p50 ms':>9}{'p99 ms':>9}{'a second':>9}{'a second':>12}")
    found: dict[str, list[tuple[float, ...]]] = {name: [] for name in doors}
    for door in doors.values():
        many(door, 1, 2)  # warm
    for number in range(rounds):
        for name, door in doors.items():
            alone = many(door, 1, seconds)
            crowd = many(door, clients, seconds) if clients else []
            p50, p99 = median(alone) * 1e3, quantiles(alone, n=100)[98] * 1e3
            found[name].append((p50, p99, len(alone) / seconds, len(crowd) / seconds))
            said = "".join(f"{value:>{width}.{digits}f}" for value, width, digits in zip(
                found[name][-1], (9, 9, 9, 12), (1, 1, 0, 0), strict=True))  # fmt: skip
            print(f"{number + 1} {name:<26}{said}", flush=True)
    names = ("p50", "p99", "alone", "crowd")
    return {door: dict(zip(names, map(median, zip(*runs, strict=True)), strict=True)) for door, runs in found.items()}


def many(door: Door, clients: int, seconds: float) -> list[float]:
    """Seconds that each answer took, of `clients` at once."""
    port, send = door
    took: list[list[float]] = [[] for _ in range(clients)]
    ends = time.monotonic() + seconds

    def one(number: int) -> None:
        rng = random.Random(number * 7919 + int(ends))
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < ends or len(took[number]) < LEAST:
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


def _keys() -> tuple[list[str], list[str]]:
    """Tokens of the demo's dispatcher (several: each has its own pace) and the codes of the served communities."""
    told = subprocess.run([sys.executable, "-m", "bench.door", "keys"], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    tokens, places = json.loads(told.stdout.splitlines()[-1])
    return tokens, places


def keys() -> None:
    """Prints them: a step of its own, for Django is set up once a process and databases may be several."""
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
        places = list(Place.objects.served().filter(kind="community").values_list("code", flat=True))
    print(json.dumps([made, places]))


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
    if sys.argv[1:] == ["keys"]:
        keys()
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, float(sys.argv[2]) if len(sys.argv) > 2 else 10)

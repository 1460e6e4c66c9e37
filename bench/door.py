"""A report through the whole door, over HTTP, beside django-helpdesk: ``python -m bench.door [stored] [seconds]``.

P1: validate, store, sort, find repeats, level, open clocks, event, audit; answered by POST /api/v1/incidents with
`stored` incidents already there (100,000). The peer takes a ticket over its REST API and decides nothing. Both run on
one PostgreSQL server that keeps what it says (fsync) behind granian with two workers; runs alternate (A B A B) on the
machine as it is. The peer's interpreter: `bench.peer`.

Of three callers two are new (a name and a telephone of their own) and one has called before: `MET` of those who stand
in the district, with their names and with telephones that a door takes. Until 2026-11-28 all were one man, whose
11,000 calls stayed in the district. What a run writes goes into a copy of the database, gone afterwards (as much disk
again meanwhile).

With each run stands the processor time that a report took (ms: web processes, database server, this client).
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
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from statistics import median, quantiles
from typing import Any, NamedTuple

import psutil

from bench import district, imports, peer
from bench.scratch import ROOT

AT_MOST = 20_000  # tickets for the peer's lists
ROUNDS, CLIENTS, TOKENS, LEAST = 2, 4, 40, 3
MET, AGAIN = 1000, 1 / 3  # callers of the district who may call again, and how often it is one of them
GRANIAN = ["-m", "granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "2"]
GRANIAN += ["--no-ws", "--log-level", "error"]
WORDS = (
    "报警人称{a}家把排水沟堵了，水流到{b}家厨房，两家在{p}吵起来，{a}扬言要打人",
    "{b}报警：{a}欠工钱{n}元，讨了三次没有给，人在{p}工地上",
    "{p}有人打麻将到半夜，楼下{b}受不了，说了几次{a}不听",
    "{a}和{b}为宅基地的界石争，村里量过，{a}不认，又把石头挪了",
    "报警人称丈夫{a}喝酒后打她，孩子在旁边哭，人在{p}",
    "{b}在{p}买的电动车三天就坏，店主{a}不肯退，两人推搡",
)
NAMES = ("王某", "李某", "陈老板", "刘师傅", "张某某", "邓家", "赖某", "温某", "罗某", "钟某")


class Keys(NamedTuple):
    """Tokens of the demo's dispatcher, codes of served communities, names and telephones of those who called before."""

    tokens: list[str]
    places: list[str]
    met: list[tuple[str, str]]

    def caller(self, rng: random.Random) -> tuple[str, str]:
        if self.met and rng.random() < AGAIN:
            return rng.choice(self.met)
        return imports.name(rng.randrange(400_000)), f"1990{rng.randrange(10**7):07d}"


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
    with ExitStack() as stack:
        ours = stack.enter_context(district.aside(ours))
        keys = _keys()
        port = stack.enter_context(serving([sys.executable, "-m", "twinloop", "web"], dict(os.environ)))
        doors: dict[str, Door] = {"twinloop": _ours(port, keys)}
        lists: dict[str, list[float]] = {}
        if beside:
            at = stack.enter_context(peer.made(ours.superuser, ours.urls.owner, min(stored, AT_MOST)))
            lists = at.lists()
            at.grow(stored)
            other = stack.enter_context(serving([at.python, *GRANIAN, "bench.peer_helpdesk:application"], at.env))
            doors["django-helpdesk"] = _theirs(other, at.queue)
        print(f"{stored:,} stored; {rounds} alternating runs of {seconds:g} s each; load {os.getloadavg()[0]:.1f}")
        return {"doors": report(seconds, doors, rounds, CLIENTS if crowd else 0), "lists": lists}


# --- the two doors ----------------------------------------------------------------------------------------------------


Send = Callable[[http.client.HTTPConnection, random.Random], int]
Door = tuple[int, Send]


def _ours(port: int, keys: Keys) -> Door:
    def send(line: http.client.HTTPConnection, rng: random.Random) -> int:
        name, phone = keys.caller(rng)
        body = {
            "text": narrative(rng),
            "channel": "call_110",
            "place": rng.choice(keys.places),
            "address": f"{rng.randint(1, 12)}组{rng.randint(1, 80)}号",
            "phone": phone,
            "name": name,
            "kind": "dispute",
        }
        head = {"Authorization": f"Bearer {rng.choice(keys.tokens)}", "Content-Type": "application/json"}
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
    print(f"{'':<28}{'one client':^27}{f'{clients} clients':^12}{'processor ms a report':^27}")
    print(f"{'':<28}" + "".join(f"{name:>{width}}" for name, width, _digits in COLUMNS))
    found: dict[str, list[tuple[float, ...]]] = {name: [] for name in doors}
    for door in doors.values():
        many(door, 1, 2)  # warm
    for number in range(rounds):
        for name, door in doors.items():
            before = spent(door[0])
            alone = many(door, 1, seconds)
            took = [(late - early) * 1e3 / len(alone) for early, late in zip(before, spent(door[0]), strict=True)]
            crowd = many(door, clients, seconds) if clients else []
            p50, p99 = median(alone) * 1e3, quantiles(alone, n=100)[98] * 1e3
            found[name].append((p50, p99, len(alone) / seconds, len(crowd) / seconds, *took))
            said = "".join(f"{value:>{width}.{digits}f}" for value, (_name, width, digits) in zip(
                found[name][-1], COLUMNS, strict=True))  # fmt: skip
            print(f"{number + 1} {name:<26}{said}", flush=True)
    names = ("p50", "p99", "alone", "crowd", "web", "server", "client")
    return {door: dict(zip(names, map(median, zip(*runs, strict=True)), strict=True)) for door, runs in found.items()}


COLUMNS = (
    ("p50 ms", 9, 1), ("p99 ms", 9, 1), ("a second", 9, 0), ("a second", 12, 0), ("web", 9, 1), ("server", 9, 1),
    ("client", 9, 1),
)  # fmt: skip


def spent(port: int) -> tuple[float, float, float]:
    """Processor seconds until now: of who serves `port`, of all PostgreSQL processes below us, and our own."""

    def used(processes: Iterable[psutil.Process]) -> float:
        return sum(one.cpu_times().user + one.cpu_times().system for one in processes)

    below = psutil.Process().children(recursive=True)
    web = [one for one in below if one.environ().get("GRANIAN_PORT") == str(port)]
    return used(web), used(one for one in below if one.name().startswith("postgres")), time.process_time()


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


def _keys() -> Keys:
    """Several tokens, as each has its own pace."""
    told = subprocess.run([sys.executable, "-m", "bench.door", "keys"], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return Keys(*json.loads(told.stdout.splitlines()[-1]))


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
        met = _met_before()
    print(json.dumps([made, places, met]))


def _met_before() -> list[tuple[str, str]]:
    """Callers of the district under their own names; the telephones that it was filled with (10…) no door takes."""
    from twinloop.cases import sealing
    from twinloop.cases.models import Incident

    known = Incident.objects.filter(caller_is_confidential=False).exclude(caller_name_masked="")
    last = known.order_by("-pk").values_list("pk", flat=True).first() or 0
    dice, found = random.Random(5), []
    for one in known.filter(pk__in=[dice.randint(1, last) for _ in range(MET)] if last else []):
        name = sealing.open_(one.caller_name_sealed, f"incident:{one.pk}:name")
        who = sealing.Identity(name=name, phone=f"1991{one.pk % 10**7:07d}")
        Incident.objects.filter(pk=one.pk).update(
            caller_phone_sealed=sealing.seal(who.phone, f"incident:{one.pk}:phone"),
            caller_phone_masked=sealing.masked(who).phone, search_keys=sealing.keys(who),
        )  # fmt: skip
        found.append((who.name, who.phone))
    return found


@contextmanager
def serving(command: list[str], env: dict[str, str]) -> Iterator[int]:
    """granian with two workers on a free port, until it answers."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = int(door.getsockname()[1])
    server = subprocess.Popen(command, env=env | {"TWINLOOP_PORT": str(port), "GRANIAN_PORT": str(port)}, cwd=ROOT)
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

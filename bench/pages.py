"""Server time and queries of pages, through Django's whole stack as the role of the application: P3 and P4.

``python -m bench.pages`` is a step of `bench.whole`; `bench.lists` and others measure their own pages with it.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

import psutil

RUNS, SPEND = 20, 4.0  # of a page at most; slow ones fewer, so that all together take so many seconds
LEAST = 3
ROLES = ("bureau", "chief", "community_officer", "mediator", "dispatcher", "auditor")
HERE = "http://testserver"
LINK = re.compile(r'(?:href|hx-get)="([^"]+)"')
LEFT = ("account_logout", "usersessions_list", "live")  # would end the session, or never ends
# figures over time have a goal of their own
FIGURES = ("/indicators/", "/dashboard/", "/wall/", "/maps/", "/map/", "/assessments/")
EACH = 8  # questions of one address


@dataclass
class Timed:
    """One page: milliseconds, queries; `status` other than 200 is no page.

    `cpu`: processor time of a request, ours and the database's: what a quiet machine would show, nearly.
    """

    role: str
    name: str
    path: str
    p50: float
    p95: float
    queries: int
    runs: int
    status: int = 200
    cpu: float = 0.0

    @property
    def is_figure(self) -> bool:
        return self.path.startswith(FIGURES)


def ready() -> Callable[[str], Any]:
    """Django in this process; gives what signs somebody of a role in."""
    import django

    django.setup()
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.ALLOWED_HOSTS.append("testserver")
    return _client


def _client(role: str) -> Any:
    from django.test import Client

    from twinloop.people.models import Account

    account = Account.objects.filter(grants__role=role, is_active=True, unit__isnull=False).order_by("username").first()
    client = Client(raise_request_exception=False)
    assert account is not None
    client.force_login(account, backend="twinloop.people.backend.AccountBackend")
    client.get("/")
    return client


def timed(role: str, name: str, path: str, ask: Callable[[], Any], runs: int = RUNS, spend: float = SPEND) -> Timed:
    """Asked once for its queries, then `runs` times for its time, or at least thrice until `spend` seconds are gone.

    A page that takes longer than that alone is not asked again.
    """
    from django.db import connection

    asked: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    began = time.perf_counter()
    with connection.execute_wrapper(note):
        response = ask()
    first = time.perf_counter() - began
    if response.status_code != 200:
        return Timed(role, name, path, 0, 0, len(asked), 0, response.status_code)
    if first > spend:
        return Timed(role, name, path, first * 1000, first * 1000, len(asked), 1)
    spent: list[float] = []
    serving = _backends()
    worked, until = _worked(serving), time.perf_counter() + spend
    while len(spent) < runs and (len(spent) < LEAST or time.perf_counter() < until):
        began = time.perf_counter()
        ask()
        spent.append((time.perf_counter() - began) * 1000)
    cpu = (_worked(serving) - worked) * 1000 / len(spent)
    p95 = quantiles(spent, n=20, method="inclusive")[-1]
    return Timed(role, name, path, median(spent), p95, len(asked), len(spent), cpu=cpu)


def _backends() -> list[int]:
    """The database's processes that serve this one."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE usename = current_user")
        return [pid for (pid,) in cursor.fetchall()]


def _worked(backends: list[int]) -> float:
    """Seconds of processor time until now."""
    spent = time.process_time()
    for pid in backends:
        with suppress(psutil.Error):
            spent += sum(psutil.Process(pid).cpu_times()[:2])
    return spent


def report(name: str, ask: Callable[[], Any], runs: int = 15) -> None:
    """One line: median, 95th percentile, queries."""
    say(timed("", name, "", ask, runs, float("inf")))


def say(one: Timed) -> None:
    if one.status != 200:
        print(f"  {one.name:<44} {one.status}", flush=True)
        return
    print(f"  {one.name:<44} {one.p50:7.0f} {one.p95:7.0f} {one.cpu:7.0f}   {one.queries} queries", flush=True)


# --- what there is to ask ---------------------------------------------------------------------------------------------


def walk(client: Any, most: int) -> Iterator[str]:
    """The addresses of pages that a role comes to by links, one for each address and each set of questions in it."""
    seen: Counter[Any] = Counter()
    waiting, known = deque(["/", "/more/"]), {"/", "/more/"}
    given = 0
    while waiting and given < most:
        path = waiting.popleft()
        answer = client.get(path)
        if answer.status_code in (301, 302):
            found = [answer["Location"]]
        elif answer.status_code != 200 or answer.streaming or not answer["Content-Type"].startswith("text/html"):
            continue
        else:
            given += 1
            yield path
            found = [link.replace("&amp;", "&") for link in LINK.findall(answer.content.decode())]
        for link in found:
            to = _onward(urljoin(HERE + path, link), seen)
            if to and to not in known:
                known.add(to)
                waiting.append(to)


def _onward(to: str, seen: Counter[Any]) -> str:
    from django.urls import Resolver404, resolve

    parts = urlsplit(to)
    if parts.netloc != "testserver" or parts.path.startswith(("/static/", "/accounts/")) or "export" in parts.path:
        return ""
    try:
        name = resolve(parts.path).url_name
    except Resolver404:
        return ""
    asked = parse_qsl(parts.query)
    kind = (name, tuple(sorted(value if key in ("tab", "order", "sort") else key for key, value in asked)))
    if name in LEFT or seen[kind] or seen[name] >= EACH:
        return ""
    seen[kind] += 1
    seen[name] += 1
    return parts.path + (f"?{parts.query}" if parts.query else "")


def questions() -> dict[str, str]:
    """Lists and searches as people ask them, with words and people that are there."""
    from twinloop.cases import sealing
    from twinloop.cases.models import Dispute, Incident, Party
    from twinloop.ledger.sight import SYSTEM, see_as

    with see_as(SYSTEM):
        newest = Dispute.objects.order_by("-pk")[0]
        oldest = Dispute.objects.order_by("registered_at")[0]
        call = Incident.objects.order_by("-pk")[0]
        told = [sealing.open_(p.name_sealed, f"party:{p.pk}:name") for p in Party.objects.order_by("-pk")[:1]]
        rung = [sealing.open_(p.phone_sealed, f"party:{p.pk}:phone") for p in Party.objects.order_by("-pk")[:1]]
    name, phone = next(filter(None, told), "王秀兰"), next(filter(None, rung), "10000000001")
    month = f"{newest.registered_at:%Y-%m}"
    return {
        "list, open": "/disputes/",
        "list, all, by registration": "/disputes/?tab=all&order=-registered",
        "list, page 200": "/disputes/?tab=all&page=200",
        "list, level 1": "/disputes/?level=1",
        "list, type and month": f"/disputes/?type=B1&since={month}-01&until={month}-28&tab=all",
        "list, category, by level": "/disputes/?type=B&order=level",
        "list, common word": f"/disputes/?q={quote('水沟')}&tab=all",
        "list, rare word": f"/disputes/?q={quote('翡翠')}&tab=all",
        "list, my own": "/disputes/?owner=mine",
        "incidents": "/incidents/",
        "incidents, not linked": "/incidents/?linked=no",
        "incidents, common word": f"/incidents/?q={quote('水沟')}",
        "incidents, rare word": f"/incidents/?q={quote('翡翠')}",
        "search, number": f"/search/?q={newest.number[:6]}",
        "search, common word": f"/search/?q={quote('水沟')}",
        "search, two words": f"/search/?q={quote('承包鱼塘的说那块林子')}",
        "search, rare word": f"/search/?q={quote('翡翠')}",
        "search, phone": f"/search/?q={phone}",
        "search, phone tail": f"/search/?q={phone[-4:]}",
        "search, name": f"/search/?q={quote(name)}",
        "search, address": f"/search/?q={quote(call.address or '柳塘村3组')}",
        "dispute, newest": f"/disputes/{newest.number}/",
        "dispute, oldest": f"/disputes/{oldest.number}/",
        "incident, newest": f"/incidents/{call.number}/",
    }


def measure(most: int, only: tuple[str, ...] = ROLES) -> list[Timed]:
    """Every role's lists and searches, then every page that its links lead to."""
    client_of, found = ready(), []
    asked = questions()
    for role in only:
        client = client_of(role)
        print(f"\n{role:<46}  median     p95     cpu  (ms)", flush=True)
        for name, path in asked.items():
            found.append(timed(role, name, path, partial(client.get, path)))
            say(found[-1])
        known = set(asked.values())
        for path in walk(client, most):
            if path not in known:
                found.append(timed(role, path, path, partial(client.get, path)))
                say(found[-1])
    return found


def main(arguments: list[str]) -> None:
    out = Path(arguments[0]) if arguments else None
    only = tuple(arguments[2].split(",")) if len(arguments) > 2 else ROLES
    found = measure(int(arguments[1]) if len(arguments) > 1 else 300, only)
    if out:
        out.write_text(json.dumps({"load": os.getloadavg()[0], "pages": [asdict(one) for one in found]}), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

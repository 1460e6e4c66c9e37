"""P5: earlier reports that may be of the same quarrel, among many: ``python -m bench.candidates [rows]`` (300,000).

A scratch server, rows by SQL (`bench.lists`). Three figures: ways in by keys alone (telephone, person, place; newest
first, with a limit), ways in by words alone (no key known, the township of the last two years), and the whole search
with opening and scoring, as the intake form asks it. Brute force on a sample: the same rows without any index.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import UUID

from bench.lists import fill

ASKED, BRUTE, MOST = 400, 8, 30
FIND = (
    "SELECT DISTINCT * FROM triage_repeat_candidates(%s::uuid[], %s::uuid[], %s, %s::bigint[], %s, %s::text[], %s, %s)"
)
BY_KEYS = """(SELECT id FROM cases_incident WHERE search_keys && %(keys)s::uuid[] AND NOT caller_is_confidential
        AND received_at <= %(at)s ORDER BY received_at DESC LIMIT 30)
    UNION (SELECT l.incident_id FROM cases_incidentlink l JOIN cases_incident i ON i.id = l.incident_id
        WHERE l.unlinked_at IS NULL AND i.received_at <= %(at)s AND l.dispute_id IN (SELECT dispute_id FROM cases_party
        WHERE search_keys && %(keys)s::uuid[] AND removed_at IS NULL) ORDER BY i.received_at DESC LIMIT 30)
    UNION (SELECT id FROM cases_incident WHERE place_id = %(place)s AND received_at <= %(at)s
        ORDER BY received_at DESC LIMIT 30)"""


def main(rows: int) -> None:
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
        began = time.perf_counter()
        fill(urls.owner, rows)
        print(f"{rows:,} incidents, {2 * rows:,} parties, filled in {time.perf_counter() - began:.0f} s", flush=True)
        measure()
    finally:
        cluster.remove()


def measure() -> None:
    import django

    django.setup()
    from django.db import connection

    from twinloop.cases.models import Incident
    from twinloop.ledger.sight import SYSTEM, see_as

    dice = random.Random(5)
    with see_as(SYSTEM):
        last = Incident.objects.order_by("-pk").values_list("pk", flat=True)[0]
        wanted = [dice.randint(1, last) for _ in range(ASKED)]
        asked = list(Incident.objects.filter(pk__in=wanted).select_related("place__parent"))
        with connection.cursor() as cursor:
            _lookups(cursor, asked, dice)
            _brute(cursor, asked[:BRUTE])
        _whole(asked)


def _lookups(cursor: Any, asked: list[Any], dice: random.Random) -> None:
    from twinloop.places.models import Place

    towns = {one.place_id: list(Place.objects.filter(parent_id=one.place.parent_id).values_list("pk", flat=True))
             for one in asked}  # fmt: skip
    _print("by keys: telephone, person, place", asked, lambda one: _by_keys(cursor, one))

    def words(one: Any) -> list[int]:
        at = dice.randrange(20, 28)
        pairs = [one.narrative[n : n + 2] for n in (at, at + 2, at - 5, at + 5)]
        two = [term for i, first in enumerate(pairs) for second in pairs[i + 1 :] for term in (first, second)]
        cursor.execute(FIND, [[], [], None, towns[one.place_id], "", two, one.received_at, MOST])
        return [row[0] for row in cursor.fetchall()]

    _print("by words in the township, no key known", asked, words)


def _by_keys(cursor: Any, one: Any) -> list[int]:
    numbers: list[UUID] = list(one.search_keys)
    cursor.execute(FIND, [numbers, [], one.place_id, [], "", [], one.received_at, MOST])
    return [row[0] for row in cursor.fetchall()]


def _brute(cursor: Any, asked: list[Any]) -> None:
    """The same rows by reading whole tables."""
    same, spent = 0, []
    for one in asked:
        found = set(_by_keys(cursor, one))
        cursor.execute("SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off")
        began = time.perf_counter()
        cursor.execute(BY_KEYS, {"keys": list(one.search_keys), "at": one.received_at, "place": one.place_id})
        spent.append((time.perf_counter() - began) * 1000)
        same += found == {row[0] for row in cursor.fetchall()}
        cursor.execute("RESET enable_indexscan; RESET enable_bitmapscan; RESET enable_indexonlyscan")
    print(f"  {'brute force, same rows':<44} {same}/{len(asked)} equal; median {median(spent):.0f} ms")


def _whole(asked: list[Any]) -> None:
    from twinloop.triage.repeats_finding import Asked, found

    def ask(one: Any) -> Any:
        return found(Asked(one.narrative, one.received_at, "", one.place, one.address), least=0.2)

    _print("whole search: words counted, opened, scored", asked[:100], ask)


def _print(name: str, asked: list[Any], ask: Callable[[Any], Any]) -> None:
    ask(asked[0])
    spent, rows = [], []
    for one in asked:
        began = time.perf_counter()
        rows.append(len(ask(one)))
        spent.append((time.perf_counter() - began) * 1000)
    print(f"  {name:<44} median {median(spent):6.2f} ms, p99 {quantiles(spent, n=100)[98]:6.2f} ms; "
          f"{sum(rows) / len(rows):.0f} rows", flush=True)  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300_000)

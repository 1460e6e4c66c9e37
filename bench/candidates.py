"""P5: earlier reports that may be of the same quarrel, among many: ``python -m bench.candidates [rows]`` (300,000).

A scratch server, rows by SQL (`bench.lists`). Ways in by keys alone (telephone, person, place; newest first, with a
limit); by words alone (no key known, the township of the last two years), with the rarest words of the text, as the
product asks, and with any, which all are stock phrases; each beside the search of before migration 0007, in the same
run; and the whole search with opening and scoring, as the intake form asks it. Brute force on a sample: the same rows
without any index. Then the labelled repeats (where they are) are put among the rows: how many meet an earlier report of
their quarrel by words alone, now and before.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import psycopg

from bench import scratch
from bench.linkage import SAMPLES

ASKED, BRUTE, MOST = 400, 8, 30
SHARED = 300  # reports or parties behind one key, from which on it is bounded
KEYS = "SELECT DISTINCT * FROM triage_repeat_candidates(%s::uuid[], '{}', %s, '{}', '', '{}', '{}', %s, %s)"
WORDS = """SELECT DISTINCT * FROM triage_repeat_candidates('{}', '{}', NULL, %s::bigint[], '', %s::text[],
    %s::float8[], %s, %s)"""
BEFORE = "SELECT DISTINCT * FROM bench_before('{}', '{}', NULL, %s::bigint[], '', %s::text[], %s, %s)"
SHIFT = timedelta(days=1096)  # the labelled reports are of 2022 and 2023, the filled rows of 2024 to 2026
BY_KEYS = """(SELECT id FROM cases_incident WHERE search_keys && %(keys)s::uuid[] AND NOT caller_is_confidential
        AND received_at <= %(at)s ORDER BY received_at DESC LIMIT 30)
    UNION (SELECT l.incident_id FROM cases_incidentlink l JOIN cases_incident i ON i.id = l.incident_id
        WHERE l.unlinked_at IS NULL AND i.received_at <= %(at)s AND l.dispute_id IN (SELECT dispute_id FROM cases_party
        WHERE search_keys && %(keys)s::uuid[] AND removed_at IS NULL) ORDER BY i.received_at DESC LIMIT 30)
    UNION (SELECT id FROM cases_incident WHERE place_id = %(place)s AND received_at <= %(at)s
        ORDER BY received_at DESC LIMIT 30)"""


def main(rows: int) -> None:
    began = time.perf_counter()
    with scratch.filled(rows):
        print(f"{rows:,} incidents, {2 * rows:,} parties, filled in {time.perf_counter() - began:.0f} s", flush=True)
        measure()


def measure() -> None:
    import django

    django.setup()
    from django.db import connection

    from twinloop.ledger.sight import SYSTEM, see_as

    with see_as(SYSTEM), before():
        asked = _asked()
        with connection.cursor() as cursor:
            print(f"load {os.getloadavg()[0]:.1f}")
            _print("by keys: telephone, person, place", asked, lambda one: _by_keys(cursor, one))
            _lookups(cursor, asked, random.Random(5), beside=True)
            _brute(cursor, asked[:BRUTE])
            _recall(cursor)
        _whole(asked)
        print(f"load {os.getloadavg()[0]:.1f}")


def here(out: Path) -> None:
    """In the district that Django's settings name, without the search of before: a step of `bench.whole`."""
    import django

    django.setup()
    from django.db import connection

    from twinloop.ledger.sight import SYSTEM, see_as

    with see_as(SYSTEM), connection.cursor() as cursor:
        asked = _asked()
        cold = _print("by keys, from the disk as it comes", asked, lambda one: _by_keys(cursor, one))
        keys = _print("by keys: telephone, person, place", asked, lambda one: _by_keys(cursor, one))
        words = _lookups(cursor, asked, random.Random(5), beside=False)
        equal, brute = _brute(cursor, asked[:BRUTE])
        whole = _whole(asked)
    found = {"keys": keys, "cold": cold, "words": words, "whole": whole, "asked": BRUTE, "equal": equal, "brute": brute}
    out.write_text(json.dumps(found), "utf-8")


def _asked() -> list[Any]:
    from twinloop.cases.models import Incident

    dice = random.Random(5)
    last = Incident.objects.order_by("-pk").values_list("pk", flat=True)[0]
    wanted = [dice.randint(1, last) for _ in range(ASKED)]
    return list(Incident.objects.filter(pk__in=wanted).exclude(place=None).select_related("place__parent"))


@contextmanager
def before() -> Iterator[None]:
    """The search as it was before migration 0007, under a name of its own."""
    owner = os.environ["TWINLOOP_OWNER_DATABASE_URL"]
    made: str = import_module("twinloop.triage.migrations.0007_words_bounded").EARLIER
    with psycopg.connect(owner, autocommit=True) as there:
        there.execute(made.replace("triage_repeat_candidates", "bench_before").encode())
        try:
            yield
        finally:
            there.execute("DROP FUNCTION bench_before")


def _lookups(cursor: Any, asked: list[Any], dice: random.Random, *, beside: bool) -> tuple[float, float]:
    """Median and p99 of the search by the rarest words."""
    from twinloop.decide import linkage
    from twinloop.triage import repeats_finding as finding

    known, ready = finding._known(), []
    for one in asked:
        rare = finding.rarest(one.narrative, one.received_at, known)
        story = linkage.profile(linkage.Report("", one.received_at, one.narrative)).story
        pairs = sorted(t for t in story.terms if len(t) == 2)
        some = sorted(dice.sample(pairs, min(12, len(pairs))), key=known.term_share)
        ready.append((one, _town(one.place), rare, (some, [known.term_share(term) for term in some])))
    found = []
    for name, which in (("the rarest of the text", 2), ("any of the text, all common", 3)):

        def now(of: Any, at: int = which) -> list[int]:
            return _by_words(cursor, of[1], of[at], of[0].received_at)

        def earlier(of: Any, at: int = which) -> list[int]:
            return _earlier(cursor, of[1], of[at][0], of[0].received_at)

        found.append(_print(f"by words: {name}", ready, now))
        if beside:
            _print("  before", ready, earlier)
    return found[0]


def _town(place: Any) -> list[int]:
    from twinloop.places.models import Place

    return list(Place.objects.filter(parent_id=place.parent_id).values_list("pk", flat=True)) if place else []


def _by_words(cursor: Any, town: list[int], words: tuple[list[str], list[float]], at: datetime) -> list[int]:
    cursor.execute(WORDS, [town, *words, at, MOST])
    return [row[0] for row in cursor.fetchall()]


def _earlier(cursor: Any, town: list[int], words: list[str], at: datetime) -> list[int]:
    few = words[:4]
    pairs = [term for n, one in enumerate(few) for two in few[n + 1 :] for term in (one, two)]
    cursor.execute(BEFORE, [town, pairs, at, MOST])
    return [row[0] for row in cursor.fetchall()]


def _recall(cursor: Any) -> None:
    """Of the labelled reports that are not the first of their quarrel: how many meet an earlier one by words alone."""
    from django.db import transaction

    from twinloop.cases import actions as cases
    from twinloop.places.models import Place
    from twinloop.triage import repeats_finding as finding

    places = {place.code: place for place in Place.objects.select_related("parent")}
    known = finding._known()
    for file in filter(Path.exists, SAMPLES):
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        seen: dict[str, set[int]] = {}
        again, met, earlier = 0, 0, 0
        with transaction.atomic():
            for row in rows:
                at, place = datetime.fromisoformat(row["received_at"]) + SHIFT, places.get(row.get("place_code"))
                mates = seen.setdefault(row["truth"], set())
                if mates:
                    words = finding.rarest(row["text"], at, known)
                    again += 1
                    met += bool(mates & set(_by_words(cursor, _town(place), words, at)))
                    earlier += bool(mates & set(_earlier(cursor, _town(place), words[0], at)))
                said = {"channel": "call_110", "narrative": row["text"], "reported_at": at, "place": place}
                made = cases.register_incident(**said, at=at, by=None)
                mates.add(made.pk)
            transaction.set_rollback(True)
        print(f"  {file.name}: repeats that meet their quarrel by words alone {met}/{again}; before {earlier}/{again}")


def _by_keys(cursor: Any, one: Any, numbers: list[UUID] | None = None) -> list[int]:
    cursor.execute(KEYS, [list(one.search_keys) if numbers is None else numbers, one.place_id, one.received_at, MOST])
    return [row[0] for row in cursor.fetchall()]


def _brute(cursor: Any, asked: list[Any]) -> tuple[int, float]:
    """The same rows by reading whole tables, as the owner without policies: how often equal, median in ms.

    Of keys behind at most `SHARED` rows; those that more share are met among the newest only (decision 0019).
    """
    same, spent = 0, []
    with psycopg.connect(os.environ["TWINLOOP_OWNER_DATABASE_URL"], autocommit=True) as there:
        there.execute("SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off")
        for one in asked:
            keys = [key for key in one.search_keys if _behind(cursor, key) <= SHARED]
            found = set(_by_keys(cursor, one, keys))
            began = time.perf_counter()
            rows = there.execute(BY_KEYS, {"keys": keys, "at": one.received_at, "place": one.place_id}).fetchall()
            spent.append((time.perf_counter() - began) * 1000)
            same += found == {row[0] for row in rows}
    print(f"  {'brute force, same rows':<44} {same}/{len(asked)} equal; median {median(spent):.0f} ms")
    return same, median(spent)


def _behind(cursor: Any, key: UUID) -> int:
    cursor.execute(
        "SELECT greatest((SELECT count(*) FROM cases_incident WHERE search_keys && %(keys)s::uuid[]), "
        "(SELECT count(*) FROM cases_party WHERE search_keys && %(keys)s::uuid[]))", {"keys": [key]},
    )  # fmt: skip
    return int(cursor.fetchone()[0])


def _whole(asked: list[Any]) -> tuple[float, float]:
    from twinloop.triage.repeats_finding import Asked, found

    at = asked[0].received_at  # words are counted once an hour

    def ask(one: Any) -> Any:
        return found(Asked(one.narrative, at, "", one.place, one.address), least=0.2)

    return _print("whole search: opened and scored", asked[:100], ask)


def _print(name: str, asked: list[Any], ask: Callable[[Any], Any]) -> tuple[float, float]:
    ask(asked[0])
    spent, rows = [], []
    for one in asked:
        began = time.perf_counter()
        rows.append(len(ask(one)))
        spent.append((time.perf_counter() - began) * 1000)
    p99 = quantiles(spent, n=100)[98]
    print(
        f"  {name:<44} median {median(spent):6.2f} ms, p99 {p99:6.2f} ms; {sum(rows) / len(rows):.0f} rows", flush=True
    )
    return median(spent), p99


if __name__ == "__main__":
    if sys.argv[2:] == ["here"]:
        here(Path(sys.argv[1]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 300_000)

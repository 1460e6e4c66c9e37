"""P4: the wall and every indicator over five years, opened to its rows, and projections made anew from events.

    python -m bench.indicators [disputes] [disputes with events]        (200,000 and 20,000)

A scratch server of its own, rows inserted by SQL: disputes over five years to seventy days ago, their reports, clocks,
settlements, reopenings; the events of the first of them. Pages go through Django's whole stack as the role of the
application, so that row-level security is in the figures. Beside each indicator the same count as plain SQL over the
rows of the owner, whom no policy holds back. Prints median and 95th percentile in ms, and queries a page.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from bench import pages as asking
from bench import scratch

FILL = Path(__file__).parent / "indicators.sql"
RUNS = 5
# the same question asked of the rows themselves
PLAIN = {
    "resolution": """SELECT count(*) FILTER (WHERE state IN ('settled', 'closed')), count(*) FROM cases_dispute
        WHERE registered_at >= %(start)s AND registered_at < %(end)s AND state NOT IN ('merged', 'transferred')""",
    "repeat_rate": """SELECT count(*) FILTER (WHERE n > 1), count(*) FROM (SELECT count(*) AS n
        FROM cases_incidentlink l JOIN cases_incident i ON i.id = l.incident_id WHERE l.unlinked_at IS NULL
        AND i.received_at >= %(start)s AND i.received_at < %(end)s GROUP BY l.dispute_id) AS each""",
    "clocks_met": """SELECT count(*) FILTER (WHERE met_at <= due_at), count(*) FROM cases_clock
        WHERE dropped_at IS NULL AND due_at >= %(start)s AND due_at < %(end)s""",
}


def main(rows: int, told: int) -> None:
    began = time.perf_counter()
    with scratch.filled(rows, FILL, told=told) as owner:
        print(f"{rows:,} disputes over five years, events of {told:,}; {time.perf_counter() - began:.0f} s", flush=True)
        client_of = asking.ready()
        summing = summed(rows)
        pages(client_of)
        beside(owner)
        rebuilt(owner, rows, summing)


def summed(rows: int) -> float:
    """The roll-ups of all disputes anew; gives seconds."""
    from django.db import connection
    from django.utils import timezone

    from twinloop.insight.figures import summing, tallies
    from twinloop.ledger.sight import SYSTEM, see_as

    with see_as(SYSTEM), connection.cursor() as cursor:
        began = time.perf_counter()
        summing.anew()
        spent = time.perf_counter() - began
        summing.keep_months(timezone.localtime() - tallies.OVER, again=True)
        clocks = time.perf_counter() - began - spent
        cursor.execute("SELECT count(*), pg_total_relation_size('figures_tally') / 1048576 FROM figures_tally")
        count, size = cursor.fetchone()
        cursor.execute("ANALYZE figures_tally")
    print(f"roll-ups of {rows:,} disputes anew in {spent:.1f} s, of their clocks in {clocks:.1f} s: "
          f"{count:,} rows, {size} MB", flush=True)  # fmt: skip
    return spent


def pages(client_of: Any) -> None:
    for role in ("bureau", "chief", "community_officer"):
        client = client_of(role)
        print(f"\n{role:<46}  median     p95     cpu  (ms)", flush=True)
        for name, path in _asked(role).items():
            asking.report(name, partial(client.get, path), RUNS)


def _asked(role: str) -> dict[str, str]:
    from django.utils import timezone

    from twinloop.insight.figures.words import FORMULAS
    from twinloop.insight.walls.queries import VIEWERS as WALL_VIEWERS
    from twinloop.insight.walls.words import PANELS

    last = timezone.localdate()
    span = f"span=own&first={last.year - 5}-{last:%m}-01&last={last.isoformat()}"
    asked = {f"{code}, five years": f"/indicators/{code}/?{span}" for code in FORMULAS}
    asked |= {
        "rows of resolution, page 20": f"/indicators/resolution/?{span}&part=in&page=20",
        "all indicators, this month": "/indicators/", "dashboard, this month": "/dashboard/",
        "trend of 60 months": "/dashboard/trend/resolution/?months=60",
        "calls by slot, five years": f"/dashboard/heat/?{span}",
        "how long settlements hold": "/indicators/durability/",
    }  # fmt: skip
    midst = (last.replace(day=1) - timedelta(days=45)).replace(day=14)
    asked["all indicators, to the midst of a month"] = f"/indicators/?span=own&first={midst.year}-01-01&last={midst}"
    walls = {f"wall, {code}": f"/wall/panels/?show={code}" for code in PANELS} if role in WALL_VIEWERS else {}
    return asked | ({"wall": "/wall/"} if walls else {}) | walls


def here(out: Path) -> None:
    """In the district that Django's settings name, as the bureau: a step of `bench.whole`."""
    client, found = asking.ready()("bureau"), []
    for name, path in _asked("bureau").items():
        found.append(asking.timed("bureau", name, path, partial(client.get, path), RUNS))
        asking.say(found[-1])
    out.write_text(json.dumps({"load": os.getloadavg()[0], "pages": [asdict(one) for one in found]}), "utf-8")


def beside(owner: str) -> None:
    """Plain SQL over the rows, five years."""
    import psycopg
    from django.utils import timezone

    end = timezone.localtime()
    print("\nplain SQL over the rows (owner)   ms")
    with psycopg.connect(owner, autocommit=True) as there:
        for code, sql in PLAIN.items():
            spent, found = [], None
            for _ in range(RUNS):
                began = time.perf_counter()
                found = there.execute(sql, {"start": end.replace(year=end.year - 5), "end": end}).fetchone()
                spent.append((time.perf_counter() - began) * 1000)
            print(f"  {code:<28} {median(spent):7.0f}   {found}", flush=True)


def rebuilt(owner: str, rows: int, summing_all: float) -> None:
    """The projections of those with events anew, as `twinloop figures` does; what SQL had put there must come out."""
    import psycopg

    from twinloop.insight.figures import actions, projecting
    from twinloop.ledger.sight import SYSTEM, see_as

    snapshot = """SELECT md5(string_agg(c::text, ';' ORDER BY c.dispute_id)), (SELECT md5(string_agg(row(s.dispute_id,
        s.number, s.at, s.until, s.mode, s.round, s.flared_at)::text, ';' ORDER BY s.dispute_id, s.number))
        FROM figures_settled s WHERE s.dispute_id = ANY (%(ids)s))
        FROM figures_course c WHERE c.dispute_id = ANY (%(ids)s)"""
    with psycopg.connect(owner, autocommit=True) as there:
        told = there.execute("""SELECT substr(stream, 9)::bigint, count(*) FROM ledger_event
            WHERE stream LIKE 'dispute:%' GROUP BY 1 ORDER BY 1""").fetchall()
        ids, events = [pk for pk, _count in told], sum(count for _pk, count in told)
        before = there.execute(snapshot, {"ids": ids}).fetchone()
        with see_as(SYSTEM):
            began = time.perf_counter()
            for start in range(0, len(ids), actions.CHUNK):
                projecting.project(ids[start : start + actions.CHUNK])
            spent = time.perf_counter() - began
        after = there.execute(snapshot, {"ids": ids}).fetchone()
    whole = spent + summing_all * len(ids) / rows
    same = "equal to" if before == after else "DIFFERENT FROM"
    print(f"\nrebuilt {len(ids):,} disputes from {events:,} events in {spent:.1f} s: {events / spent:,.0f} events/s, "
          f"with their share of the roll-ups {events / whole:,.0f}; {same} what was there")  # fmt: skip


if __name__ == "__main__":
    if sys.argv[2:] == ["here"]:
        here(Path(sys.argv[1]))
    else:
        given = [int(text) for text in sys.argv[1:]]
        main(given[0] if given else 200_000, given[1] if len(given) > 1 else 20_000)

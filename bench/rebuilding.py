"""P4: projections and their sums made anew from all events of a filled district, and compared with what was there.

``python -m bench.rebuilding [size] [--root FOLDER]`` as `twinloop figures` does it: as the owner of the tables, two
connections; over what is there, then from nothing. Prints events a second by the clock and by processor time.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import psutil
import psycopg

from bench import district

_SAME = """SELECT (SELECT md5(string_agg(c::text, ';' ORDER BY c.dispute_id)) FROM figures_course c),
    (SELECT md5(string_agg(row(s.dispute_id, s.number, s.at, s.until, s.mode, s.round, s.flared_at, s.station_id,
        s.place_id)::text, ';' ORDER BY s.dispute_id, s.number)) FROM figures_settled s),
    (SELECT md5(string_agg(t::text, ';' ORDER BY t::text)) FROM (SELECT code, station_id, by, part, month, turned,
        verdict, sum(n) FROM figures_tally GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(n) <> 0) t)"""
_TOLD = "SELECT count(*) FROM ledger_event WHERE stream LIKE 'dispute:%' AND NOT is_look"
_NOTHING = "TRUNCATE figures_course, figures_settled, figures_tally, figures_kept"
HANDS = 2


def measure(superuser: str) -> None:
    import django

    django.setup()
    with psycopg.connect(superuser, autocommit=True) as there:
        events = _one(there, _TOLD)[0]
        _rebuild(there, events, "brought up to the rules")
        right = _one(there, _SAME)
        _rebuild(there, events, "over what is there")
        print("  equal" if _one(there, _SAME) == right else "  DIFFERENT", flush=True)
        there.execute(_NOTHING)
        _rebuild(there, events, "from nothing")
        print("  equal" if _one(there, _SAME) == right else "  DIFFERENT", flush=True)


def _rebuild(there: psycopg.Connection[Any], events: int, name: str) -> None:
    from django.utils import timezone

    from twinloop.insight.figures import actions
    from twinloop.ledger.sight import SYSTEM, see_as

    server = psutil.Process(_one(there, "SELECT pg_backend_pid()")[0]).parent()
    assert server is not None
    before, own, began = _worked(server), time.process_time(), time.perf_counter()
    with see_as(SYSTEM):
        count = actions.rebuild(at=timezone.localtime(), hands=HANDS)
    spent = time.perf_counter() - began
    cpu = _worked(server) - before + time.process_time() - own
    print(f"{name}: {count:,} disputes, {events:,} events in {spent:.1f} s, {events / spent:,.0f} a second", flush=True)
    print(f"  of one core {cpu:.1f} s, {events / cpu:,.0f} a second; load {os.getloadavg()[0]:.1f}", flush=True)


def _worked(server: psutil.Process) -> float:
    """Seconds of processor time of the server and all its processes, those that ended too."""
    spent = sum(server.cpu_times()[:4])
    return spent + sum(sum(child.cpu_times()[:2]) for child in server.children())


def _one(there: psycopg.Connection[Any], sql: str) -> tuple[Any, ...]:
    found: tuple[Any, ...] | None = there.execute(sql.encode()).fetchone()
    assert found is not None
    return found


def main(arguments: list[str]) -> None:
    root = district.root_of(arguments[arguments.index("--root") + 1] if "--root" in arguments else None)
    size = int(arguments[0]) if arguments and arguments[0].isdigit() else district.SIZES[0]
    with district.opened(district.kept(size, root), f"{size:,} disputes") as ours:
        os.environ["TWINLOOP_DATABASE_URL"] = ours.urls.owner
        measure(ours.superuser)


if __name__ == "__main__":
    main(sys.argv[1:])

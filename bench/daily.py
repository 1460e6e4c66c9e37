"""How long a day of many open items takes: ``python -m bench.daily [items]`` (10,000 disputes that wait for something).

A scratch server of its own, filled as for `bench.lists`; then every dispute is made to wait (to be sorted, sent or
reviewed), and the day is turned through the product's own action as the role of the application: first gathering (every
item is new), a gathering that changes nothing (what the job does every minute), the cut with the gathering of the next
day, and the board as three roles see it. Prints seconds, and for the board median and 95th percentile in ms.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import psycopg

from bench.pages import ready, report
from bench.scratch import filled

WAITING = """
UPDATE cases_dispute SET closed_at = NULL, merged_into_id = NULL,
    state = (ARRAY['registered', 'sorted', 'unsettled', 'reopened', 'review'])[1 + id % 5]
"""


def main(items: int) -> None:
    with filled(items) as owner:
        with psycopg.connect(owner, autocommit=True) as there:
            there.execute(WAITING)
            there.execute("ANALYZE")
        measure()


def measure() -> None:
    client_of = ready()
    from django.utils import timezone

    from twinloop.decide import daily
    from twinloop.followup.daily import actions
    from twinloop.followup.daily.models import Day
    from twinloop.ledger.sight import SYSTEM, see_as

    now = timezone.localtime()
    with see_as(SYSTEM):
        found = timed("gather, all new", partial(actions.turn, at=now))
        day = Day.objects.get(day=found.day)
        print(f"  {found.added:,} items")
        timed("gather, nothing changed", partial(actions.turn, at=now + timedelta(seconds=1)))
    board(client_of)
    with see_as(SYSTEM):
        cut: datetime = daily.cut_of(day.day, now, daily.DEFAULTS)
        done = timed("cut and the next day", partial(actions.turn, at=cut))
        print(f"  {done.carried:,} carried over, {done.added:,} items on the next day")
    board(client_of)


def timed(name: str, act: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    found = act()
    print(f"{name:<30} {time.perf_counter() - began:6.2f} s", flush=True)
    return found


def board(client_of: Callable[[str], Any]) -> None:
    print(f"{'/daily/':<30}  median     p95  (ms)")
    for role in ("bureau", "chief", "community_officer"):
        report(role, partial(client_of(role).get, "/daily/"))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)

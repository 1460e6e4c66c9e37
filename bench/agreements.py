"""What 10,000 agreements in six instalments cost: ``python -m bench.agreements [agreements]``.

A scratch server of its own, rows inserted by SQL. Prints the due list as roles see it (through Django's whole stack, as
the role of the application, row-level security included) and the hourly look of the worker: the first one, which finds
everything that was never told, the next one, which finds nothing, and those of the seven days that follow.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta
from functools import partial

import psycopg

from bench import pages, scratch

NOW = datetime.fromisoformat("2026-11-02T08:05+08:00")  # the day after the newest dispute of lists.sql
PARTS = 6
# written before they are read: the guard that fixes a signed agreement is for the product, not for this
GUARDED = ("agreement", "promise", "due")
FILL = (
    *(f"ALTER TABLE agreements_{name} DISABLE TRIGGER fixed" for name in GUARDED),
    """INSERT INTO agreements_agreement (dispute_id, track, is_oral, number, body, year, serial, facts, matter, subject,
        mediator_name, state, version, drafted_at, changed_at, signed_at, ended_why)
    SELECT id, 'people', false, '柳塘人调字〔2026〕第' || id || '号', 'bench', 2026, id,
        '两家为排水沟争吵', '沟由谁修', 'other', '老李', 'signed', 1, registered_at, registered_at, registered_at, ''
    FROM cases_dispute""",
    """INSERT INTO agreements_promise (agreement_id, number, kind, by_party_id, to_party_id, text, how, amount, at_once)
    SELECT a.id, 1, 'money', min(p.id), max(p.id), '修沟的钱，分六次', '转账', 1200, false
    FROM agreements_agreement AS a JOIN cases_party AS p ON p.dispute_id = a.dispute_id GROUP BY a.id""",
    # spread evenly over a year, half of it past: as many fall due on one day as on another; of those past 97 % are kept
    f"""INSERT INTO agreements_due
        (agreement_id, promise_id, number, amount, due_on, live, performed_on, recorded_at, evidence)
    SELECT agreement_id, promise_id, n, 200, due, NOT kept, CASE WHEN kept THEN due END,
        CASE WHEN kept THEN due END, CASE WHEN kept THEN '收条' ELSE '' END FROM (
        SELECT p.agreement_id, p.id AS promise_id, n, due, due < date '2026-11-02' AND (p.id * 7 + n) % 100 < 97 AS kept
        FROM agreements_promise AS p, generate_series(1, {PARTS}) AS n,
            LATERAL (SELECT date '2026-05-02' + ((p.id * 37 + n * 61) % 365)::int AS due) AS d) AS parts""",
    *(f"ALTER TABLE agreements_{name} ENABLE TRIGGER fixed" for name in GUARDED),
    "ANALYZE",
)
PAGES = {
    "due list, late": "/agreements/?tab=late",
    "due list, next seven days": "/agreements/?tab=soon",
    "due list, all open": "/agreements/?tab=open",
    "due list, performed": "/agreements/?tab=performed",
}


def main(rows: int) -> None:
    with scratch.filled(rows) as owner:
        with psycopg.connect(owner, autocommit=True) as there:
            for statement in FILL:
                there.execute(statement)
        client_of = pages.ready()
        print(f"{rows:,} agreements, {PARTS * rows:,} parts")
        for role in ("bureau", "chief", "community_officer"):
            client = client_of(role)
            print(f"\n{role:<30}  median     p95  (ms)")
            for name, path in PAGES.items():
                pages.report(name, partial(client.get, path))
        looks()


def looks() -> None:
    """The worker's hourly task."""
    from twinloop.ledger.sight import SYSTEM, see_as
    from twinloop.mediation.agreements import actions

    print("\nthe hourly look                     ms")
    with see_as(SYSTEM):
        for name, at in [
            ("the first: nothing was ever told", NOW),
            ("an hour later: nothing new", NOW + timedelta(hours=1)),
            *((f"day {day}", NOW + timedelta(days=day)) for day in range(1, 8)),
        ]:
            began = time.perf_counter()
            found = actions.watch(at=at)
            spent = (time.perf_counter() - began) * 1000
            print(f"  {name:<34} {spent:6.0f}   {', '.join(f'{k} {v}' for k, v in found.items())}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)

"""P6: all history compared once more, in bulk (`twinloop relink`).

``python -m bench.relinking [FILE.jsonl …]``: the labelled samples (where they are) and our own histories as a session
compares them one after another, and as they are compared in bulk: pair precision, recall and F1 beside one another.
``python -m bench.relinking --size N [--root FOLDER]``: a filled district (`bench.district`, kept) relinked by as many
processes as there are processors; seconds of each stage, processor time and memory. What it put into the queue is taken
out again.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.linkage import SAMPLES, Pairs, pairs
from twinloop.decide import linkage
from twinloop.decide.linkage import blocking, comparing, session
from twinloop.edge import searchkeys


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.relinking", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="labelled histories; without any the samples")
    parser.add_argument("--size", type=int, help="relink a filled district of so many disputes")
    parser.add_argument("--root", help="where filled districts are kept")
    given = parser.parse_args()
    if given.size:
        relinked(given.size, given.root)
        return
    from tests.decide.histories import lines

    told("our own histories", lines())
    for path in given.files or [path for path in SAMPLES if path.exists()]:
        told(path.name, [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()])


# --- quality ------------------------------------------------------------------------------------------------------


def told(name: str, rows: list[dict[str, Any]]) -> None:
    reports = [_report(row) for row in rows]
    same = pairs([row["truth"] for row in rows])
    one_by_one = linkage.Session()
    ways = [
        ("report by report", lambda: [one_by_one.add(report).dispute for report in reports]),
        ("in bulk", lambda: in_bulk(reports)),
    ]
    for way, labels in ways:
        _line(f"{name}, {way}", same, labels)


def _report(row: dict[str, Any]) -> linkage.Report:
    facts = {key: value for key, value in row.items() if key not in {"truth", "trap"}}
    return linkage.Report.from_mapping(facts, datetime.fromisoformat(row["received_at"]))


def _line(name: str, same: Pairs, labels: Callable[[], list[str]]) -> None:
    began = time.process_time()
    found = pairs(labels())
    took, right = time.process_time() - began, len(same & found)
    print(f"{name:42} precision {right / max(1, len(found)):.3f}  recall {right / len(same):.3f}  "
          f"F1 {2 * right / (len(same) + len(found)):.3f}  {took:.1f} s of processor time")  # fmt: skip


def in_bulk(reports: list[linkage.Report]) -> list[str]:
    """A label each, by the steps of `triage.repeats_relinking` without a database."""
    from twinloop.triage.repeats_by_hand import PLAUSIBLE

    ready = [linkage.prepare(report) for report in reports]
    known = linkage.Background()
    for one in ready:
        known.add(one.item)
    plausible = []
    for a, b in _blocked(reports):
        signs = comparing.compare(ready[b].item, ready[a].item, known, linkage.DEFAULTS)
        if session.probability(sum(sign.bits for sign in signs), linkage.DEFAULTS) >= PLAUSIBLE:
            plausible.append((a, b))
    labels = [report.id for report in reports]
    for group in blocking.joined(plausible):
        apart, at = linkage.Session(known=known), {number: n for n, number in enumerate(group)}
        for number in group:
            among = [at[a] for a, b in plausible if b == number]
            labels[number] = apart.best_and_add(ready[number], among)[1].dispute
    return labels


def _blocked(reports: list[linkage.Report]) -> list[tuple[int, int]]:
    import duckdb

    there = duckdb.connect()
    there.execute(blocking.TABLES)
    for number, one in enumerate(reports):
        place, moment = int(one.place_code or 0), int(one.received_at.timestamp() * 1e6)
        door = searchkeys.address_key(one.address)
        row = (number, number, moment, place, int(one.place_code[:9] or 0), door, one.text)
        there.execute("INSERT INTO report VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        people = [*((number * 100 + n, who) for n, who in enumerate(one.parties, 1))]
        people += [(-number - 1, linkage.Person(phone=one.phone))] if one.phone else []
        there.executemany("INSERT INTO party VALUES (?, ?, ?)", [(pk, number, _keys(who)) for pk, who in people] or [
            (-number - 1, number, "")])  # fmt: skip
    blocking.block(there)
    return there.execute("SELECT a, b FROM pair ORDER BY a, b").fetchall()


def _keys(who: linkage.Person) -> str:
    """What `sealing.keys` makes of a person, unsealed."""
    names = {searchkeys.name_key(who.name), *searchkeys.name_sounds(who.name), *searchkeys.name_initials(who.name)}
    numbers = {f"phone {who.phone}", f"tail {searchkeys.phone_tail(who.phone)}"} if who.phone else set()
    numbers |= {f"id {who.id_number}", f"end {searchkeys.id_tail(who.id_number)}"} if who.id_number else set()
    return ",".join(sorted((names | numbers) - {""}))


# --- speed --------------------------------------------------------------------------------------------------------


def relinked(size: int, root: str | None) -> None:
    from bench import district

    with district.opened(district.kept(size, district.root_of(root)), f"{size:,} disputes") as there:
        import django

        django.setup()
        from django.utils import timezone

        from twinloop.ledger.sight import SYSTEM, see_as
        from twinloop.triage.repeats_relinking import relink

        began, now = time.perf_counter(), timezone.localtime()

        def tell(stage: str, count: int) -> None:
            print(f"{time.perf_counter() - began:7.1f} s  {stage} {count:,}", flush=True)

        with see_as(SYSTEM):
            outcome = relink(at=now, tell=tell)
        took = time.perf_counter() - began
        own, hands = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        print(f"{took:7.1f} s  {outcome}")
        first, compare = (who.ru_utime + who.ru_stime for who in (own, hands))
        print(
            f"processor time {first:.0f} s, of those that compare {compare:.0f} s; memory {own.ru_maxrss // 1024} MiB"
        )
        _cleaned(there.urls.owner, now)


def _cleaned(owner: str, now: datetime) -> None:
    import psycopg

    with psycopg.connect(owner) as there:
        gone = there.execute("DELETE FROM triage_repeatpair WHERE source = 'relink' AND made_at = %s", [now]).rowcount
    print(f"{gone} pairs taken out of the queue again")


if __name__ == "__main__":
    main()

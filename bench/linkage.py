"""P6: same quarrel or not. `python -m bench.linkage [FILE.jsonl …]`; without files the labelled samples, if there.

Prints pair precision, recall and F1, the share of first reports put into an old quarrel, repeats found, lines a second,
and for every trap: same pairs found, different pairs kept apart. Febrl and Splink are not run here.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

from twinloop.decide import linkage

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data" / "repeats"  # beside the repository
SAMPLES = [BESIDE / name for name in ("dev.jsonl", "real_dev.jsonl")]
Pairs = set[tuple[int, int]]


def pairs(labels: list[Any]) -> Pairs:
    groups = defaultdict(list)
    for index, label in enumerate(labels):
        groups[label].append(index)
    return {(a, b) for group in groups.values() for a in group for b in group if a < b}


def by_trap(rows: list[dict[str, Any]], same: Pairs, found: Pairs) -> None:
    groups = defaultdict(list)
    for index, row in enumerate(rows):
        for trap in row.get("trap", ()):
            groups[trap].append(index)
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for trap, members in groups.items():
        inside = {(a, b) for a in members for b in members if a < b}
        line = sums[trap.split(":")[0]]
        for at, number in enumerate((inside & same & found, inside & same, inside - same - found, inside - same)):
            line[at] += len(number)
    for trap, (hit, all_same, apart, all_apart) in sorted(sums.items()):
        print(f"  {trap:15} same pairs found {hit:3}/{all_same:<3}  different kept apart {apart:3}/{all_apart}")


def run(path: Path) -> None:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    session, labels, joined = linkage.Session(), [], []
    started = time.perf_counter()
    for row in rows:
        facts = {key: value for key, value in row.items() if key not in {"truth", "trap"}}
        answer = session.add(linkage.Report.from_mapping(facts, datetime.fromisoformat(row["received_at"])))
        labels.append(answer.dispute)
        joined.append(answer.joined)
    speed = len(rows) / (time.perf_counter() - started)
    truth = [row["truth"] for row in rows]
    same, found = pairs(truth), pairs(labels)
    right = len(same & found)
    firsts = [i for i, label in enumerate(truth) if label not in truth[:i]]
    wrong = sum(joined[i] for i in firsts)
    again = [i for i in range(len(rows)) if i not in set(firsts)]
    hit = sum(any(truth[j] == truth[i] and labels[j] == labels[i] for j in range(i)) for i in again)
    print(f"{path.name}: P {right / max(1, len(found)):.3f} R {right / max(1, len(same)):.3f} "
          f"F1 {2 * right / max(1, len(same) + len(found)):.3f}; first reports put into an old quarrel "
          f"{wrong}/{len(firsts)}; repeats found {hit}/{len(again)}; {speed:.0f} lines/s")  # fmt: skip
    by_trap(rows, same, found)


if __name__ == "__main__":
    if len(sys.argv) == 1 and not any(map(Path.exists, SAMPLES)):
        print("no folder 'shared' beside the repository: name files to compare")
    for file in map(Path, sys.argv[1:]) if len(sys.argv) > 1 else filter(Path.exists, SAMPLES):
        run(file)

"""One command for P1–P5 and P10: ``python -m bench.whole [--size 20000|100000|1000000] [--year DATA]``.

On a district that is filled once and kept (`bench.district`), or on a copy of the data folder of a lived year (made by
`twinloop up --demo year --data DATA`, ended before). django-helpdesk runs beside ours on the same database server
(`bench.peer` installs it into an environment of its own). Prints goal, measured, peer, reached; the same as JSON.

--only p1,p3      some of it: p1 p2 p3 p4 p5 p10
--seconds 10      of each run of P1
--roles bureau    whose pages
--peer no         without the peer
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench import district, door, pages, resting
from bench.scratch import ROOT
from bench.verdicts import Row, figures_of, lines, pages_of

PARTS = ("p1", "p3", "p4", "p5", "p2", "p10")
SMALL = 100_000  # P10: the same intake among so many


class Run:
    """What was asked for, and what was found until now; written down after each part, so that nothing is lost."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.given = given
        self.rows: list[Row] = []
        self.raw: dict[str, Any] = {}
        self.out = Path(given.out or f"whole-{'year' if given.year else given.size}.json")

    def part(self, name: str, do: Callable[[], list[Row]]) -> None:
        if name not in self.given.only:
            return
        began, load = time.monotonic(), os.getloadavg()[0]
        print(f"\n== {name}, load {load:.1f}", flush=True)
        found = do()
        self.raw.setdefault("parts", {})[name] = {
            "seconds": round(time.monotonic() - began), "load": [round(load, 1), round(os.getloadavg()[0], 1)],
        }  # fmt: skip
        self.rows += found
        self.write()

    def write(self) -> None:
        told = [row._asdict() for row in self.rows]
        self.out.write_text(json.dumps(self.raw | {"table": told}, ensure_ascii=False, indent=1), "utf-8")


def main(arguments: list[str]) -> None:
    given = _given(arguments)
    run = Run(given)
    run.raw |= {"machine": _machine(), "command": " ".join(["python -m bench.whole", *arguments])}
    root = district.root_of(given.root)
    if given.year:
        with district.copied(Path(given.year).resolve()) as folder:
            _measure(run, folder, "a lived year", None)
    else:
        small = district.kept(SMALL, root) if given.size > SMALL and "p10" in given.only else None
        _measure(run, district.kept(given.size, root), f"{given.size:,} disputes", small)
    print("\n" + "\n".join(lines(run.rows)))
    print(f"\n{run.out}")


def _measure(run: Run, folder: Path, name: str, small: Path | None) -> None:
    with district.opened(folder, name) as ours:
        stored = ours.count("cases_incident")
        run.raw["district"] = {
            "name": name, "disputes": ours.count("cases_dispute"), "incidents": stored,
            "events": ours.count("ledger_event"), "GiB": round(ours.bytes() / 2**30, 2),
        }  # fmt: skip
        print(run.raw["district"], flush=True)
        run.part("p1", lambda: _p1(run, ours, stored))
        run.part("p3", lambda: _p3(run))
        run.part("p4", lambda: _p4(run))
        run.part("p5", lambda: _p5(run))
    run.part("p2", lambda: _p2(run))
    run.part("p10", lambda: _p10(run, folder, name, small))


def _p1(run: Run, ours: district.District, stored: int) -> list[Row]:
    found = door.measure(ours, stored, run.given.seconds, beside=run.given.peer)
    run.raw["p1"] = found
    own, other = found["doors"]["twinloop"], found["doors"].get("django-helpdesk")
    rows = [
        Row("P1", "one incident, p50", "≤ 15 ms", own["p50"], "ms", other and other["p50"], own["p50"] <= 15),
        Row("P1", "one incident, p99", "≤ 60 ms", own["p99"], "ms", other and other["p99"], own["p99"] <= 60),
    ]
    if other:
        ratio = own["crowd"] / other["crowd"]
        rows.append(Row("P1", "four clients", "≥ 2 × the peer", own["crowd"], "a second", other["crowd"], ratio >= 2))
    return rows


def _p3(run: Run) -> list[Row]:
    told = _child("bench.pages", str(run.given.pages), ",".join(run.given.roles))
    found = [pages.Timed(**one) for one in told["pages"]]
    run.raw["p3"] = told
    lists = run.raw.get("p1", {}).get("lists", {})
    return pages_of(found, {name: median(spent) for name, spent in lists.items()}) + figures_of(found)


def _p4(run: Run) -> list[Row]:
    told = run.raw["p4"] = _child("bench.indicators", "here")
    return figures_of([pages.Timed(**one) for one in told["pages"]])


def _p5(run: Run) -> list[Row]:
    found = run.raw["p5"] = _child("bench.candidates", "here")
    return [
        Row("P5", "candidates by keys, p99", "≤ 20 ms", found["keys"][1], "ms", None, found["keys"][1] <= 20),
        Row("P5", "candidates by words, p99", "≤ 60 ms", found["words"][1], "ms", None, found["words"][1] <= 60),
        Row("P5", "by keys as brute force", f"{found['asked']} of {found['asked']}", found["equal"], "equal",
            found["brute"], found["equal"] == found["asked"]),
    ]  # fmt: skip


def _p2(run: Run) -> list[Row]:
    found = run.raw["p2"] = _child("bench.imports", str(run.given.imports))
    rows = []
    for kind, speeds in found.items():
        rows.append(Row("P2", f"{kind}: stored and validated", "≥ 3,000 rows/s", speeds["stored"], "rows/s",
                        speeds["copy"], speeds["stored"] >= 3000))  # fmt: skip
        rows.append(
            Row(
                "P2",
                f"{kind}: with all decisions",
                "≥ 500 rows/s",
                speeds["judged"],
                "rows/s",
                None,
                speeds["judged"] >= 500,
            )
        )
    return rows


def _p10(run: Run, folder: Path, name: str, small: Path | None) -> list[Row]:
    rows = []
    if small:
        found = run.raw["growth"] = resting.growth(folder, name, small, run.given.seconds)
        ratio = found["ratio"]
        rows.append(
            Row("P10", f"intake here against {SMALL:,} disputes, p50", "≤ 1.5 ×", ratio, "×", None, ratio <= 1.5)
        )
    found = run.raw["rest"] = resting.rest(folder)
    rows.append(
        Row("P10", "memory at rest, all processes", "≤ 600 MiB", found["MiB"], "MiB", None, found["MiB"] <= 600)
    )
    rows.append(Row("P10", "second start", "≤ 6 s", found["seconds"], "s", None, found["seconds"] <= 6))
    return rows


def _child(module: str, *arguments: str) -> dict[str, Any]:
    """A step in a process of its own: Django is set up once a process. It writes JSON to the file it is given first."""
    with tempfile.TemporaryDirectory(prefix="twinloop-bench-") as folder:
        out = Path(folder) / "out.json"
        subprocess.run([sys.executable, "-m", module, str(out), *arguments], cwd=ROOT, check=True)
        told: dict[str, Any] = json.loads(out.read_text("utf-8"))
        return told


def _machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": os.cpu_count(), "GiB": round(memory), "python": platform.python_version(), "system": platform.system(),
        "at": datetime.now().astimezone().isoformat(timespec="minutes"), "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def _given(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m bench.whole", description="P1–P5 and P10, beside django-helpdesk")
    parser.add_argument("--size", type=int, default=district.SIZES[-1], choices=district.SIZES)
    parser.add_argument("--year", metavar="DATA", help="data folder of a lived year; a copy of it is measured")
    parser.add_argument("--root", metavar="FOLDER", help="where filled districts are kept")
    parser.add_argument("--out", metavar="FILE", help="JSON")
    parser.add_argument("--only", default=PARTS, type=lambda said: tuple(said.split(",")))
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--roles", default=pages.ROLES, type=lambda said: tuple(said.split(",")))
    parser.add_argument("--pages", type=int, default=300, help="of a role, at most")
    parser.add_argument("--imports", type=int, default=20_000, help="rows of P2")
    parser.add_argument("--peer", default=True, type=lambda said: said != "no")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])

"""The table of a run: goal, measured, peer, reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import quantiles
from typing import NamedTuple

from bench.pages import Timed

PAGE, FIGURE = 100, 200  # ms at the 95th percentile
WORST = 8


class Row(NamedTuple):
    """One line; `peer` is the peer's figure for the same work, None where there is none."""

    goal_of: str
    what: str
    goal: str
    measured: float
    unit: str
    peer: float | None
    reached: bool


def pages_of(found: Sequence[Timed], peer: dict[str, float]) -> list[Row]:
    """P3: how many pages stay below, the slowest, and our list beside the peer's pages."""
    pages = [one for one in found if one.status == 200 and not one.is_figure]
    rows = _share("P3", "pages", pages, PAGE)
    own = next((one.p50 for one in pages if one.path == "/disputes/"), None)
    for name, spent in peer.items():
        if own:
            rows.append(Row("P3", f"our list beside its {name}", "≥ 10 × faster", own, "ms", spent, spent >= 10 * own))
    return rows


def figures_of(found: Sequence[Timed]) -> list[Row]:
    """P4: pages of figures, as they open and over five years."""
    return _share("P4", "figures and walls", [one for one in found if one.status == 200 and one.is_figure], FIGURE)


def _share(goal_of: str, what: str, pages: Sequence[Timed], least: int) -> list[Row]:
    if not pages:
        return []
    good = [one for one in pages if one.p95 <= least]
    slow = sorted((one for one in pages if one.p95 > least), key=lambda one: -one.p95)
    rows = [
        Row(goal_of, f"{what} with p95 ≤ {least} ms", f"all {len(pages)}", len(good), "pages", None, not slow),
        Row(goal_of, f"p95 over all {what}", f"≤ {least} ms", _p95(one.p95 for one in pages), "ms", None,
            _p95(one.p95 for one in pages) <= least),
    ]  # fmt: skip
    rows += [
        Row(goal_of, f"  {one.role}: {one.name}", f"≤ {least} ms", one.p95, "ms", None, False) for one in slow[:WORST]
    ]
    return rows


def _p95(spent: Iterable[float]) -> float:
    known = list(spent)
    return quantiles(known, n=20, method="inclusive")[-1] if len(known) > 1 else known[0]


def lines(rows: Sequence[Row]) -> list[str]:
    """The rows as a table of Markdown."""
    made = ["| | work | goal | measured | peer | reached |", "|---|---|---|---|---|---|"]
    for row in rows:
        peer = "–" if row.peer is None else _figure(row.peer)
        said = "yes" if row.reached else "no"
        made.append(
            f"| {row.goal_of} | {row.what} | {row.goal} | {_figure(row.measured)} {row.unit} | {peer} | {said} |"
        )
    return made


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 20 or value == int(value) else f"{value:.1f}"

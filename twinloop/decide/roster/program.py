"""A mixed-integer program put together row by row and solved by HiGHS (in SciPy).

Source: Huangfu and Hall 2018, Parallelizing the dual revised simplex method (HiGHS); scipy.optimize.milp.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from twinloop.decide import Refused
from twinloop.decide.roster.codes import RosterProof, RosterRefusal
from twinloop.decide.roster.facts import Stop


@dataclass(frozen=True, slots=True)
class Solved:
    """`values` one a column; `bound`: no answer costs less."""

    values: list[float]
    cost: float
    bound: float
    proof: RosterProof

    @property
    def gap(self) -> float:
        """How much of the cost may be too much, at most: 0 where it is proven."""
        return max(0.0, (self.cost - self.bound) / max(abs(self.cost), 1e-9)) if math.isfinite(self.bound) else 1.0


@dataclass(slots=True)
class Program:
    """Columns with cost and bounds, rows with bounds; least cost is wanted."""

    costs: list[float] = field(default_factory=list)
    lows: list[float] = field(default_factory=list)
    highs: list[float] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    _data: list[float] = field(default_factory=list)
    _columns: list[int] = field(default_factory=list)
    _starts: list[int] = field(default_factory=lambda: [0])
    _row_lows: list[float] = field(default_factory=list)
    _row_highs: list[float] = field(default_factory=list)

    def column(self, cost: float, low: float = 0.0, high: float = 1.0, *, whole: bool = False) -> int:
        self.costs.append(cost)
        self.lows.append(low)
        self.highs.append(high)
        self.whole.append(int(whole))
        return len(self.costs) - 1

    def row(self, terms: Iterable[tuple[int, float]], low: float = -np.inf, high: float = np.inf) -> None:
        """low ≤ sum of value × factor ≤ high."""
        for column, factor in terms:
            self._columns.append(column)
            self._data.append(factor)
        self._starts.append(len(self._columns))
        self._row_lows.append(low)
        self._row_highs.append(high)

    def solve(self, stop: Stop) -> Solved:
        """Raises ``Refused(NO_TIME)`` where nothing was found in time."""
        from scipy import optimize, sparse

        if not self.costs:
            return Solved([], 0.0, 0.0, RosterProof.OPTIMAL)
        size = (len(self._row_lows), len(self.costs))
        matrix = sparse.csr_matrix((self._data, self._columns, self._starts), shape=size)
        found = optimize.milp(
            np.array(self.costs),
            integrality=np.array(self.whole),
            bounds=optimize.Bounds(np.array(self.lows), np.array(self.highs)),
            constraints=optimize.LinearConstraint(matrix, np.array(self._row_lows), np.array(self._row_highs)),
            options={"time_limit": stop.seconds, "mip_rel_gap": stop.gap},
        )
        if found.x is None:
            raise Refused(RosterRefusal.NO_TIME, seconds=stop.seconds)
        bound = float(found.mip_dual_bound if found.mip_dual_bound is not None else found.fun)
        near = found.fun - bound <= 1e-6 * max(1.0, abs(found.fun))
        return Solved(found.x.tolist(), float(found.fun), bound, RosterProof.OPTIMAL if near else RosterProof.GAP)

"""From which probability on the software asks, joins, or says that it does not know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from twinloop.decide import Refused, linkage
from twinloop.decide.linkage.learning import MOST_LEAN
from twinloop.decide.linkage.params import LEAST_FACTOR, MOST_FACTOR
from twinloop.decide.parameters.codes import ParameterRefusal
from twinloop.decide.parameters.figures import keys, label, number

FACTORS = {"repeats_who": "who", "repeats_where": "where", "repeats_when": "when", "repeats_what": "what"}
_LATER = {**dict.fromkeys(FACTORS, 1), "repeats_lean": 0}  # sets of before 2026-11-28 do not have them
_ALL = ("repeats_suggest", "repeats_join", *_LATER, "sorting_least")
# A wrong merge costs more than a missed one (domain.md 3): never 'the same' at less than even odds.
LEAST_JOIN = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """``sorting_least``: a type is put forward from this confidence on; None = as the model in use was measured.

    ``repeats_who`` …: how many times what a comparison says of each counts; ``repeats_lean``: bits on every comparison.
    """

    repeats_suggest: float
    repeats_join: float
    sorting_least: float | None
    repeats_who: float = 1
    repeats_where: float = 1
    repeats_when: float = 1
    repeats_what: float = 1
    repeats_lean: float = 0

    def factors(self) -> dict[str, float]:
        """Those that are not 1."""
        found = {scale: getattr(self, name) for name, scale in FACTORS.items()}
        return {scale: factor for scale, factor in found.items() if factor != 1}

    def linkage(self) -> linkage.Params:
        return replace(
            linkage.DEFAULTS, suggest_from=self.repeats_suggest, join_from=self.repeats_join, factors=self.factors(),
            prior=linkage.DEFAULTS.prior + self.repeats_lean,
        )  # fmt: skip


DEFAULTS = Thresholds(
    repeats_suggest=linkage.DEFAULTS.suggest_from, repeats_join=linkage.DEFAULTS.join_from, sorting_least=None
)


def plain(params: Thresholds = DEFAULTS) -> dict[str, Any]:
    """The set as it is stored: JSON and nothing else."""
    return {name: getattr(params, name) for name in _ALL}


def read(values: Mapping[str, Any]) -> Thresholds:
    """Raises ``Refused`` with the field: out of its limits, or asking later than joining."""
    row = keys({**_LATER, **values}, _ALL)
    suggest = number(row["repeats_suggest"], "repeats_suggest", 0.01, 0.99)
    join = number(row["repeats_join"], "repeats_join", LEAST_JOIN, 0.99)
    if suggest > join:
        raise Refused(ParameterRefusal.ORDER, less=label("repeats_suggest"), more=label("repeats_join"))
    least = row["sorting_least"]
    if least is not None:
        least = number(least, "sorting_least", 0, 0.95)
    factors = {name: number(row[name], name, LEAST_FACTOR, MOST_FACTOR) for name in FACTORS}
    lean = number(row["repeats_lean"], "repeats_lean", -MOST_LEAN, MOST_LEAN)
    return Thresholds(repeats_suggest=suggest, repeats_join=join, sorting_least=least, repeats_lean=lean, **factors)

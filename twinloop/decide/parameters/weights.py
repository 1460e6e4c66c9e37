"""Weights of choosing people: points within limits, no merit turned into a fault; hard rules are no weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twinloop.decide import Refused, matching
from twinloop.decide.matching import DEFAULTS, Params, Trait
from twinloop.decide.parameters.codes import ParameterRefusal
from twinloop.decide.parameters.figures import keys, label, number, whole

POINTS = ("own_area", "near", "related_skill", "trait", "traits_most", "success", "knows", "load", "fairness_most")
# the limits of each other figure
OTHERS: Mapping[str, tuple[float, float]] = {
    "expected_rate": (0.01, 0.99), "expected_cases": (1, 1000), "fairness": (0, 10),
}  # fmt: skip
LEAST_SUM, MOST_SUM = 10, 300  # of all that may speak for somebody: below, lots decide; above, no figure can be read
_SKILLS = ("skill_1", "skill_2", "skill_3")
_ALL = ("capacity", *POINTS, *OTHERS, "skill", "fits")


def plain(params: Params = DEFAULTS) -> dict[str, Any]:
    """The set as it is stored: JSON and nothing else."""
    figures = {name: getattr(params, name) for name in ("capacity", *POINTS, *OTHERS)}
    fits = {code: sorted(traits) for code, traits in sorted(params.fits.items())}
    return figures | {"skill": list(params.skill), "fits": fits}


def read(values: Mapping[str, Any], source: str = "-") -> Params:
    """Raises ``Refused`` with the field: out of its limits, out of order, or nothing left that counts."""
    row = keys(values, _ALL)
    found = {name: number(row[name], name, 0, 100) for name in POINTS}
    found |= {name: number(row[name], name, *limits) for name, limits in OTHERS.items()}
    skill = row["skill"]
    if not isinstance(skill, list | tuple) or len(skill) != 3:
        raise Refused(ParameterRefusal.MISSING, field=label("skill"))
    first, second, third = (number(value, name, 0, 100) for name, value in zip(_SKILLS, skill, strict=True))
    for less, more, holds in (
        ("near", "own_area", found["near"] <= found["own_area"]),
        ("skill_1", "skill_2", first <= second),
        ("skill_2", "skill_3", second <= third),
        ("related_skill", "skill_1", found["related_skill"] <= first),
    ):
        if not holds:
            raise Refused(ParameterRefusal.ORDER, less=label(less), more=label(more))
    total = found["own_area"] + third + found["traits_most"] + found["success"] + found["knows"]
    if not LEAST_SUM <= total <= MOST_SUM:
        raise Refused(ParameterRefusal.NOTHING_COUNTS, total=total, least=LEAST_SUM, most=MOST_SUM)
    return matching.Params(
        source=source,
        capacity=whole(row["capacity"], "capacity", 1, 50),
        skill=(first, second, third),
        fits=_fits(row["fits"]),
        **found,
    )


def _fits(value: object) -> Mapping[str, frozenset[str]]:
    if not isinstance(value, Mapping):
        raise Refused(ParameterRefusal.MISSING, field=label("fits"))
    for traits in value.values():
        for trait in traits:
            if trait not in set(Trait):
                raise Refused(ParameterRefusal.UNKNOWN_TRAIT, field=str(trait))
    return {str(code): frozenset(traits) for code, traits in value.items()}

"""When a quarrel asks for follow-mediation, when it nominates itself for a team, how much one may have in hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from twinloop.decide import mediation, nomination
from twinloop.decide.parameters.figures import keys, whole

# figure → its limits: months, sessions, calls, years, rounds, calls, mediations
LIMITS: Mapping[str, tuple[int, int]] = {
    "follow_months": (1, 600), "follow_failed": (1, 20), "follow_calls": (1, 50),
    "nominate_years": (1, 50), "nominate_rounds": (1, 20), "nominate_calls": (1, 50),
    "in_hand": (1, 50),
}  # fmt: skip
IN_HAND = 20  # *ours*: mediations in hand from which on nobody is suggested


@dataclass(frozen=True, slots=True, kw_only=True)
class Mediating:
    """``choosing``: which mediation; ``nominating``: who is nominated; ``in_hand``: the most that one may have open."""

    choosing: mediation.Params
    nominating: nomination.Params
    in_hand: int


DEFAULTS = Mediating(choosing=mediation.PARAMS, nominating=nomination.PARAMS, in_hand=IN_HAND)


def plain(params: Mediating = DEFAULTS) -> dict[str, Any]:
    """The set as it is stored: JSON and nothing else."""
    choosing, nominating = params.choosing, params.nominating
    return {
        "follow_months": choosing.months, "follow_failed": choosing.failed, "follow_calls": choosing.incidents,
        "nominate_years": nominating.years, "nominate_rounds": nominating.rounds, "nominate_calls": nominating.calls,
        "in_hand": params.in_hand,
    }  # fmt: skip


def read(values: Mapping[str, Any]) -> Mediating:
    """Raises ``Refused`` with the field: missing, unknown, no whole number, or out of its limits."""
    row = keys(values, tuple(LIMITS))
    found = {name: whole(row[name], name, *limits) for name, limits in LIMITS.items()}
    return Mediating(
        choosing=mediation.Params(
            months=found["follow_months"], failed=found["follow_failed"], incidents=found["follow_calls"]
        ),
        nominating=nomination.Params(
            years=found["nominate_years"], rounds=found["nominate_rounds"], calls=found["nominate_calls"]
        ),
        in_hand=found["in_hand"],
    )

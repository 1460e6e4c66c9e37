"""The public verb: a problem in, a roster out, with what was proven and every rule that could not hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from twinloop.decide.roster.building import Model, build, soft_cost, soften
from twinloop.decide.roster.cells import Broken, bars, check, cost, tie
from twinloop.decide.roster.clashing import Clash, Relax, clashes, relaxing
from twinloop.decide.roster.codes import RosterProof, RosterRule
from twinloop.decide.roster.facts import DEFAULTS, Params, Problem, Shift, Stop
from twinloop.decide.roster.telling import Load, loads


@dataclass(frozen=True)
class Plan:
    """`gap`: by how much the cost may be too high, at most. `broken`: rules that could not hold and whose.

    `clashes`: of every village and week that is short, which rules stand against whom; `relax`: the smallest set of
    exceptions that would give all of them their days.
    """

    shifts: tuple[Shift, ...]
    proof: RosterProof
    gap: float
    cost: float
    broken: tuple[Broken, ...]
    clashes: tuple[Clash, ...]
    relax: tuple[Relax, ...]
    loads: tuple[Load, ...]

    @property
    def holds(self) -> bool:
        """Whether every hard rule holds."""
        return not self.broken


def solve(problem: Problem, stop: Stop | None = None, seed: int = 1, params: Params = DEFAULTS) -> Plan:
    """The roster of least cost. A village that cannot have its days is short, and said so; people's rules always hold.

    Raises ``Refused(NO_TIME)`` where the time was too short for any answer.
    """
    kept, dropped = split(problem, params)
    model = build(problem, params, forced=kept, price=lambda shift: cost(problem, shift, params) + tie(seed, shift))
    soften(model, problem, params)
    return finish(problem, params, model, stop or Stop(), dropped)


def finish(problem: Problem, params: Params, model: Model, stop: Stop, dropped: Sequence[Broken]) -> Plan:
    solved = model.program.solve(stop)
    shifts = model.chosen(solved)
    broken = [*dropped, *check(problem, shifts, params)]
    return Plan(
        tuple(shifts), solved.proof, solved.gap if solved.proof is not RosterProof.OPTIMAL else 0.0,
        soft_cost(problem, shifts, params), tuple(broken), tuple(clashes(problem, shifts, params)),
        tuple(relaxing(problem, shifts, stop, params)), tuple(loads(problem, shifts)),
    )  # fmt: skip


def split(problem: Problem, params: Params) -> tuple[list[Shift], list[Broken]]:
    """Fixed shifts that can stand, and those that a rule forbids: by themselves, or beside an earlier one."""
    kept: list[Shift] = []
    dropped: list[Broken] = []
    for shift in sorted(problem.fixed):
        rule = bars(problem, shift)
        if rule is None:
            rule = next(
                (
                    one.rule
                    for one in check(problem, [*kept, shift], params)
                    if one.rule not in {RosterRule.DAYS} and (one.person in ("", shift.person))
                ),
                None,
            )
        if rule is None:
            kept.append(shift)
        else:
            dropped.append(Broken(rule, shift.person, shift.village, shift.on))
    return kept, dropped

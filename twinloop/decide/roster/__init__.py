"""Who stands where: village posts over weeks, turns of agencies, and the smallest change when somebody falls out.

`solve` makes the roster of the posts, `repair` mends one that is published, `turns` shares out seats and nights.
Facts in, stopping rule, seed and parameters; out come the plan, what was proven, every rule that could not hold and
whose, and the reasons for each person's load. Source: mission D2 and I3; the method stands in docs/methods/roster.md.
"""

from twinloop.decide.roster.cells import Broken, check
from twinloop.decide.roster.clashing import Clash, Relax
from twinloop.decide.roster.codes import RosterLoad, RosterMove, RosterProof, RosterRefusal, RosterRule
from twinloop.decide.roster.facts import DEFAULTS, History, Params, Person, Problem, Shift, Stop, Village
from twinloop.decide.roster.planning import Plan, solve
from twinloop.decide.roster.repairing import Move, Repair, repair
from twinloop.decide.roster.telling import Load, Reason
from twinloop.decide.roster.turns import Line, LinePlan, Turn, Unit, UnitLoad, turns

__all__ = [
    "DEFAULTS", "Broken", "Clash", "History", "Line", "LinePlan", "Load", "Move", "Params", "Person", "Plan",
    "Problem", "Reason", "Relax", "Repair", "RosterLoad", "RosterMove", "RosterProof", "RosterRefusal", "RosterRule",
    "Shift", "Stop", "Turn", "Unit", "UnitLoad", "Village", "check", "repair", "solve", "turns",
]  # fmt: skip

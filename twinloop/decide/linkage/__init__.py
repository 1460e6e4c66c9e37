"""Is this the same quarrel as an earlier one? Candidates by keys, comparison by levels, weights in bits, reasons.

Method after Fellegi and Sunter (1969) with term frequencies (Winkler 1989); the rule is that of domain.md 3 'The same
quarrel'. ``Session`` takes reports oldest first; docs/methods/linkage.md says what it reaches.
"""

from twinloop.decide.linkage.beside import judge
from twinloop.decide.linkage.facts import LinkageRefusal, Person, Report
from twinloop.decide.linkage.params import DEFAULTS, Params
from twinloop.decide.linkage.profiles import Background, profile
from twinloop.decide.linkage.session import Answer, Link, Prepared, Session, prepare
from twinloop.decide.linkage.sides import Evidence
from twinloop.decide.linkage.signs import Sign

__all__ = [
    "DEFAULTS",
    "Answer",
    "Background",
    "Evidence",
    "Link",
    "LinkageRefusal",
    "Params",
    "Person",
    "Prepared",
    "Report",
    "Session",
    "Sign",
    "judge",
    "prepare",
    "profile",
]

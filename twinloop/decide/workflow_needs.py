"""What a move asks for: facts that must be on record, and facts or articles that forbid it; triggers of round 2.

Source: domain.md section 3, rules 1-4; 程序规定 178, 185, 186; 反家庭暴力法 16, 17.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from twinloop.decide import Refused
from twinloop.decide.workflow_codes import Facts, How, Lack, MoveRefusal, Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Figures of rule 1, *ours* and editable: days within which a link is a repeat, failed sessions that are many."""

    repeat_days: int = 90
    sessions_failed: int = 2

    def __post_init__(self) -> None:
        for name in ("repeat_days", "sessions_failed"):
            if getattr(self, name) < 1:
                raise ValueError(f"workflow.{name} must be at least 1")

    @classmethod
    def from_mapping(cls, row: Mapping[str, int]) -> Params:
        """Read a dated row or a TOML table; an unknown name raises ``TypeError``, a bad figure ``ValueError``."""
        return cls(**row)


DEFAULTS = Params()
Bar = Callable[[Facts, Params], None]


def second_round(facts: Facts, params: Params = DEFAULTS) -> tuple[Trigger, ...]:
    """Every reason for which round 2 opens by itself, in the order of rule 1, then of rule 4; empty = none."""
    signs = {
        Trigger.ORDER_RETURNED: facts.order_returned,
        Trigger.SESSIONS_FAILED: facts.sessions_failed >= params.sessions_failed,
        Trigger.LEVEL_ONE: facts.level == 1,
        Trigger.GROUP_EVENT: facts.group_event,
        Trigger.MINORS: facts.minors,
        Trigger.VIOLENCE: facts.violence,
        Trigger.REPEATED: facts.linked_days is not None and facts.linked_days <= params.repeat_days,
        Trigger.UNSETTLED: facts.first_unsettled,
        Trigger.BROKEN: facts.terms_broken,
        Trigger.DISSATISFIED: facts.callback_dissatisfied,
    }
    return tuple(trigger for trigger, fires in signs.items() if fires)


def penalty_owed(facts: Facts) -> bool:
    """Whether the penalty procedure is owed the same day (rule 2; 程序规定 185).

    That is: an offence, and mediation failed, one side unwilling, or the terms of the agreement broken.
    """
    return bool(facts.offence) and (facts.sessions_failed > 0 or facts.party_unwilling or facts.terms_broken)


# --- bars: a fact or an article forbids the move; each first line says when it does not (drawn into docs/workflow.md)


def bar_gate(facts: Facts, params: Params) -> None:
    """The mediation gate is open (程序规定 178-183, 人民调解法 17)."""
    if facts.gate_open is None:
        raise Refused(MoveRefusal.GATE_UNKNOWN)
    if not facts.gate_open:
        raise Refused(MoveRefusal.GATE_SHUT, articles=facts.gate_articles, why=facts.gate_reasons)


def bar_settling(facts: Facts, params: Params) -> None:
    """The gate is open, if by mediation; domestic violence by warning letter or decision (反家庭暴力法 16, 17)."""
    if facts.domestic_violence and facts.settled_how in {How.MEDIATION, How.RECONCILIATION}:
        raise Refused(MoveRefusal.NOT_BY_MEDIATION, articles=("反家庭暴力法 16", "反家庭暴力法 17"))
    if facts.settled_how is How.MEDIATION:
        bar_gate(facts, params)


def bar_agreeing(facts: Facts, params: Params) -> None:
    """The gate is still open, and it is no domestic violence: an agreement in a session is mediation."""
    if facts.domestic_violence:
        raise Refused(MoveRefusal.NOT_BY_MEDIATION, articles=("反家庭暴力法 16", "反家庭暴力法 17"))
    bar_gate(facts, params)


def bar_offence(facts: Facts, params: Params) -> None:
    """A breach of public order is on record (程序规定 178 para 2)."""
    if not facts.offence:
        raise Refused(MoveRefusal.NO_OFFENCE, articles=("程序规定 178 第2款",))


def bar_broken(facts: Facts, params: Params) -> None:
    """The agreement was broken: who keeps it is not punished (程序规定 185)."""
    if not facts.terms_broken:
        raise Refused(MoveRefusal.TERMS_KEPT, articles=("程序规定 185",))


def bar_undecided(facts: Facts, params: Params) -> None:
    """No decision has been made yet (程序规定 186)."""
    if facts.decision_given:
        raise Refused(MoveRefusal.ALREADY_DECIDED, articles=("程序规定 186",))


def bar_cause(facts: Facts, params: Params) -> None:
    """A repeat call, broken terms or a dissatisfied callback (rules 4 and 5)."""
    if not (facts.linked_incident or facts.terms_broken or facts.callback_dissatisfied):
        raise Refused(MoveRefusal.NO_CAUSE)


def bar_trigger(facts: Facts, params: Params) -> None:
    """Something calls for a second round (rule 1)."""
    if not second_round(facts, params):
        raise Refused(MoveRefusal.NO_TRIGGER)


# --- lacks: what must be on record first; each answers 'is it there?' ----------------------------------------------

HELD: Mapping[Lack, Callable[[Facts], bool]] = MappingProxyType(
    {
        Lack.TYPE: lambda facts: facts.type_given,
        Lack.LEVEL: lambda facts: facts.level is not None,
        Lack.TAKER: lambda facts: facts.taker_given,
        Lack.REASON: lambda facts: facts.reason_given,
        Lack.REVIEW: lambda facts: facts.review_written,
        Lack.COMMUNITY: lambda facts: facts.in_community,
        Lack.SETTLED_BY: lambda facts: bool(facts.settled_by),
        Lack.SETTLED_HOW: lambda facts: facts.settled_how is not None,
        Lack.SETTLED_ON: lambda facts: facts.settled_on is not None,
        Lack.SERVED: lambda facts: facts.settled_how is not How.WARNING_LETTER or facts.letter_served,
        Lack.TERMS: lambda facts: facts.terms_given,
        Lack.CALLBACK: lambda facts: facts.callback_reached,
        Lack.CONTENT: lambda facts: not facts.callback_dissatisfied,
        Lack.PERFORMED: lambda facts: not facts.terms_open,
        Lack.LEADER: lambda facts: facts.level != 1 or facts.leader_signed,
        Lack.DECISION: lambda facts: facts.decision_given,
        Lack.APPLICATION: lambda facts: facts.application_approved,
        Lack.RECEIPT: lambda facts: facts.receipt,
        Lack.TARGET: lambda facts: facts.merge_target_given,
    }
)

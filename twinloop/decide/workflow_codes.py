"""The codes of a dispute's life and the facts that its moves ask for; ``workflow`` holds the rules.

Source: domain.md section 3, mission.md 'Who uses it'. Words for every code stand in ``defaults/words.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class State(StrEnum):
    REGISTERED = "registered"
    SORTED = "sorted"
    ORDERED = "ordered"
    HANDLING = "handling"
    MEDIATING = "mediating"
    UNSETTLED = "unsettled"
    REVIEW = "review"
    SETTLED = "settled"
    CLOSED = "closed"
    PENALTY = "penalty"
    REOPENED = "reopened"
    TRANSFERRED = "transferred"
    RETURNED = "returned"
    MERGED = "merged"


class Action(StrEnum):
    SORT = "sort"
    ORDER = "order"
    RECALL_ORDER = "recall_order"
    RETURN_ORDER = "return_order"
    START = "start"
    SETTLE = "settle"
    OPEN_MEDIATION = "open_mediation"
    AGREE = "agree"
    FAIL_MEDIATION = "fail_mediation"
    REPORT_UNSETTLED = "report_unsettled"
    OPEN_REVIEW = "open_review"
    OPEN_PENALTY = "open_penalty"
    CLOSE = "close"
    CLOSE_BY_DECISION = "close_by_decision"
    REOPEN = "reopen"
    TRANSFER = "transfer"
    RETURN_TRANSFER = "return_transfer"
    MERGE = "merge"
    SPLIT = "split"


class Role(StrEnum):
    """Who uses it (mission.md); ``system`` is a job, never a person."""

    DISPATCHER = "dispatcher"
    OFFICER = "officer"
    COMMUNITY_OFFICER = "community_officer"
    AUXILIARY = "auxiliary"
    MEDIATOR = "mediator"
    VOLUNTEER = "volunteer"
    GRID_WORKER = "grid_worker"
    SECURITY_DIRECTOR = "security_director"
    AGENCY = "agency"
    CHIEF = "chief"
    BUREAU = "bureau"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    RESIDENT = "resident"
    SYSTEM = "system"


class Owner(StrEnum):
    """Whose turn it is; ``by_level`` is resolved by :func:`owner`."""

    DISPATCHER = "dispatcher"
    ORDERED = "ordered"
    SESSION_LEAD = "session_lead"
    BY_LEVEL = "by_level"
    COMMUNITY_OFFICER = "community_officer"
    CHIEF = "chief"
    BUREAU = "bureau"
    AGENCY = "agency"
    TARGET = "target"
    NOBODY = "nobody"


class How(StrEnum):
    """How a dispute was settled."""

    MEDIATION = "mediation"
    RECONCILIATION = "reconciliation"
    WARNING_LETTER = "warning_letter"
    DECISION = "decision"


class Trigger(StrEnum):
    """Why round 2 opens by itself (rule 1)."""

    ORDER_RETURNED = "round_order_returned"
    SESSIONS_FAILED = "round_sessions_failed"
    LEVEL_ONE = "round_level_one"
    GROUP_EVENT = "round_group_event"
    MINORS = "round_minors"
    VIOLENCE = "round_violence"
    REPEATED = "round_repeated"
    UNSETTLED = "round_unsettled"
    BROKEN = "round_broken"
    DISSATISFIED = "round_dissatisfied"


class MoveRefusal(StrEnum):
    NOT_FROM_STATE = "not_from_state"
    NOT_YOUR_ROLE = "not_your_role"
    LACKS = "lacks"
    GATE_SHUT = "gate_shut"
    GATE_UNKNOWN = "gate_unknown"
    NOT_BY_MEDIATION = "not_by_mediation"
    NO_OFFENCE = "no_offence"
    TERMS_KEPT = "terms_kept"
    ALREADY_DECIDED = "already_decided"
    NO_CAUSE = "no_cause"
    NO_TRIGGER = "no_trigger"


class Lack(StrEnum):
    """One thing that is still missing; a refusal lists all of them."""

    TYPE = "lack_type"
    LEVEL = "lack_level"
    TAKER = "lack_taker"
    REASON = "lack_reason"
    REVIEW = "lack_review"
    COMMUNITY = "lack_community"
    SETTLED_BY = "lack_settled_by"
    SETTLED_HOW = "lack_settled_how"
    SETTLED_ON = "lack_settled_on"
    TERMS = "lack_terms"
    SERVED = "lack_served"
    CALLBACK = "lack_callback"
    CONTENT = "lack_content"
    PERFORMED = "lack_performed"
    LEADER = "lack_leader"
    DECISION = "lack_decision"
    APPLICATION = "lack_application"
    RECEIPT = "lack_receipt"
    TARGET = "lack_target"
    BEFORE = "lack_before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is recorded about one dispute when somebody wants to move it; the default is 'not recorded'.

    ``gate_open`` is the answer of ``gate.decide`` (``None``: not asked), its articles and reason codes beside it.
    ``terms_owed`` and ``terms_performed`` are the numbers of the terms (1, 2, ...), none owed = ``()``.
    ``callback_*`` speak of the newest callback; one that did not reach anybody is no callback.
    ``offence``: a breach of public order is on record (slight injury in rule 2).
    ``letter_served``: warning letter sent to both sides, village told, visits arranged (反家庭暴力法 17).
    ``linked_days``: days between the newest linked incident and the one before it.
    ``state_before``: where the dispute stood before the merge, or before the order that is called back.
    """

    level: int | None = None
    type_given: bool = False
    taker_given: bool = False
    reason_given: bool = False
    review_written: bool = False
    in_community: bool = False
    gate_open: bool | None = None
    gate_articles: tuple[str, ...] = ()
    gate_reasons: tuple[str, ...] = ()
    domestic_violence: bool = False
    offence: bool | None = None
    settled_by: str = ""
    settled_how: How | None = None
    settled_on: date | None = None
    terms_given: bool = False
    letter_served: bool = False
    terms_owed: tuple[int, ...] = ()
    terms_performed: tuple[int, ...] = ()
    terms_broken: bool = False
    callback_reached: bool = False
    callback_dissatisfied: bool = False
    leader_signed: bool = False
    decision_given: bool = False
    application_approved: bool = False
    receipt: bool = False
    merge_target_given: bool = False
    state_before: State | None = None
    linked_incident: bool = False
    linked_days: int | None = None
    order_returned: bool = False
    sessions_failed: int = 0
    party_unwilling: bool = False
    group_event: bool = False
    minors: bool = False
    violence: bool = False
    first_unsettled: bool = False

    @property
    def terms_open(self) -> tuple[int, ...]:
        return tuple(number for number in self.terms_owed if number not in self.terms_performed)

"""One second handling as its page shows it: what happened before, what was promised, what was tried, what is owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.models import Clock, Dispute, Feedback, Term
from twinloop.cases.queries import called_for
from twinloop.cases.telling import language
from twinloop.cases.timeline import Line, lines
from twinloop.decide.clocks import RuleCode
from twinloop.decide.rounds import Round
from twinloop.decide.words import say
from twinloop.decide.workflow import State, Trigger
from twinloop.edge.masks import mask_text
from twinloop.followup.rounds import queries, words
from twinloop.followup.rounds.models import Escalation, Penalty
from twinloop.followup.visits import queries as visits
from twinloop.ledger.models import Event
from twinloop.ledger.sight import Scope
from twinloop.mediation.sessions.models import Session

SHOWN = 12


def said(triggers: Sequence[str]) -> str:
    """Why a round opened, in the reader's language."""
    known = set(Trigger)
    return _("、").join(say(Trigger(code), language()) for code in triggers if code in known)


@dataclass(frozen=True)
class Told:
    """A round with its words."""

    round: Round
    why: str
    end: str
    review: str
    order: str


def told(rounds: Sequence[Round]) -> list[Told]:
    """Newest first."""
    found = []
    for one in reversed(rounds):
        end = str(words.ENDS[one.end.value]) if one.held else _("化解后又起")
        found.append(Told(one, said(one.triggers), end, mask_text(one.review), mask_text(one.order)))
    return found


def calls(dispute: Dispute) -> list[tuple[Any, str]]:
    """Reports of this quarrel, newest first, masked."""
    found = dispute.links.filter(unlinked_at__isnull=True).select_related("incident")
    rows = sorted((link.incident for link in found), key=lambda one: one.received_at, reverse=True)
    return [(one, mask_text(one.narrative)) for one in rows[:SHOWN]]


def terms(dispute: Dispute) -> list[tuple[Term, str, str]]:
    """What was promised, in this settlement and in those that fell, and how it went."""
    found = []
    for term in Term.objects.filter(dispute=dispute).order_by("-pk")[:SHOWN]:
        if term.broken_on:
            how = _("没有履行 %(day)s") % {"day": f"{term.broken_on:%Y-%m-%d}"}
        elif term.performed_on:
            how = _("已履行 %(day)s") % {"day": f"{term.performed_on:%Y-%m-%d}"}
        else:
            how = _("随那次化解作废") if term.dropped_at else _("还没有到")
        found.append((term, mask_text(term.text), how))
    return found


def sessions(dispute: Dispute) -> list[tuple[Session, str]]:
    found = Session.objects.filter(mediation__dispute=dispute).exclude(outcome="").select_related("mediation__lead")
    return [(one, mask_text(one.said)) for one in found.order_by("-pk")[:SHOWN]]


def feedbacks(dispute: Dispute) -> list[tuple[Feedback, str]]:
    """What those who were sent reported, newest first."""
    found = Feedback.objects.filter(order__dispute=dispute).select_related("by").order_by("-at", "-pk")
    return [(one, mask_text(one.text)) for one in found[:SHOWN]]


@dataclass(frozen=True)
class Procedure:
    """A penalty procedure with its clock."""

    row: Penalty
    clock: Clock | None
    word: str
    standing: Any  # the appraisal that is under way

    @property
    def is_open(self) -> bool:
        return self.row.state == "open"


def procedure(dispute: Dispute) -> Procedure | None:
    row = Penalty.objects.filter(dispute=dispute).prefetch_related("appraisals").order_by("-pk").first()
    if row is None:
        return None
    clock = Clock.objects.filter(RUNNING, dispute=dispute, rule__in=["penalty", "penalty_extended"]).first()
    word = say(RuleCode(clock.rule), language()) if clock else ""
    standing = next((one for one in row.appraisals.all() if one.back_at is None), None)
    return Procedure(row, clock, word, standing)


def page(scope: Scope, dispute: Dispute, at: datetime) -> dict[str, Any]:
    """Everything of the page but its forms."""
    rounds = queries.rounds_of([dispute]).get(dispute.pk, ())
    return {
        "dispute": dispute, "title": mask_text(dispute.title), "state": say(State(dispute.state), language()),
        "rounds": told(rounds), "calls": calls(dispute),
        "terms": terms(dispute), "sessions": sessions(dispute), "feedbacks": feedbacks(dispute),
        "visits": visits.of(scope, dispute)[:SHOWN], "procedure": procedure(dispute),
        "why": said(rounds[-1].triggers if rounds and rounds[-1].triggers else called_for(dispute, dispute.standing)),
        "charge_owed": queries.is_penalty_owed(dispute, dispute.standing),
    }  # fmt: skip


# --- 民转刑: what was known when, what was due, what was done ---------------------------------------------------------

KNEW = frozenset({"incident_linked", "noted_offence", "noted_circumstances", "noted_safeguard", "terms_broken",
                  "term_broken", "noted_terms_broken", "level_confirmed", "visit_made", "visit_missed",
                  "answer_given", "dispute_opened"})  # fmt: skip
DUE = frozenset({"clock_warned", "clock_climbed", "visit_late", "visit_planned", "penalty_owed", "penalty_late"})


@dataclass(frozen=True)
class Lookback:
    """The history before the crime in three columns, oldest first."""

    knew: list[Line]
    due: list[Line]
    done: list[Line]
    clocks: list[dict[str, Any]]


def lookback(row: Escalation) -> Lookback:
    before = Event.objects.filter(stream=row.dispute.stream, is_look=False, at__lte=row.marked_at)
    found = list(before.select_related("by").order_by("-seq")[:400])
    columns: tuple[list[Event], list[Event], list[Event]] = ([], [], [])
    for event in reversed(found):
        if event.verb in ("clock_opened", "clock_met", "clock_dropped", "escalation_marked"):
            continue
        columns[0 if event.verb in KNEW else 1 if event.verb in DUE else 2].append(event)
    told_ = [[line for event in column for line in lines([event], 0, mask_text)] for column in columns]
    return Lookback(told_[0], told_[1], told_[2], _clocks(row))


def _clocks(row: Escalation) -> list[dict[str, Any]]:
    """What was owed before the crime, and whether it was kept."""
    found = Clock.objects.filter(dispute=row.dispute, started_at__lte=row.at).select_related("owner").order_by("pk")
    return [
        {
            "what": say(RuleCode(one.rule), language()), "due": one.due_at, "met": one.met_at,
            "late": bool(one.due_at and (one.met_at or row.at) > one.due_at and one.dropped_at is None),
            "dropped": one.dropped_at is not None, "who": one.owner.name if one.owner else "",
        }
        for one in found[:60]
    ]  # fmt: skip

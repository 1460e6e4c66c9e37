"""What came of a session, and what follows from it by itself: agreement, second handling, penalty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from twinloop.cases import actions as cases
from twinloop.cases.held import settings_held
from twinloop.cases.models import Clock, Dispute, Party, Standing
from twinloop.cases.queries import facts_of
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA, RuleCode
from twinloop.decide.workflow import TRANSITIONS, Action, State, penalty_owed, second_round
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.mediation.agreements import actions as agreements
from twinloop.mediation.agreements.models import Agreement
from twinloop.mediation.sessions import gating, queries
from twinloop.mediation.sessions.actions.beginning import give_back, leave_off, locked_open, unwilling
from twinloop.mediation.sessions.actions.planning import ROUNDS, over
from twinloop.mediation.sessions.models import Attendee, Mediation, Session, Unwilling

EARLY = timedelta(hours=1)  # people came before the hour
SHORTEST = timedelta(minutes=1)  # a period has an end, also of who came and left before the hour
NOT_HELD = {"postponed", "dropped"}
PENALTY_ROLES = frozenset(role for move in TRANSITIONS if move.action is Action.OPEN_PENALTY for role in move.roles)


@dataclass(frozen=True, kw_only=True)
class Result:
    """`said`: what was agreed, or why not. `terms`: who does what by when. `oral`: they agreed by word of mouth."""

    outcome: str
    said: str = ""
    refuser: Party | None = None
    terms: tuple[agreements.Given, ...] = ()
    oral: bool = False


@settings_held()
@whole()
def close(session: Session, result: Result, *, by: int | None, roles: frozenset[str], at: datetime) -> Session:
    """Record the outcome of a session with all that follows. Raises `Refused`; then nothing is recorded."""
    mediation = locked_open(session.mediation)
    locked = Session.objects.select_for_update(no_key=True, of=("self",)).get(pk=session.pk)
    locked.mediation = mediation
    if locked.outcome:
        raise over(locked)
    if not result.said.strip() and not (result.outcome == "agreed" and result.terms):
        raise Refused("session_said")
    if result.outcome in NOT_HELD:
        give_back(locked, result.outcome, by=by, at=at, said=result.said.strip())
    elif result.outcome == "refused":
        _refused(mediation, locked, result, by=by, roles=roles, at=at)
    else:
        _held(mediation, locked, result, by=by, roles=roles, at=at)
    session.refresh_from_db()
    return session


@whole()
def refuse(
    mediation: Mediation, party: Party | None, why: str, *, by: int | None, roles: frozenset[str], at: datetime
) -> Mediation:
    """One side does not want to go on, before or between sessions: the mediation is over."""
    locked = locked_open(mediation)
    if party is None:
        raise Refused("session_refuser")
    if not why.strip():
        raise Refused("session_said")
    _end_unwilling(locked, party, why.strip(), by=by, roles=roles, at=at)
    mediation.refresh_from_db()
    return mediation


def _refused(
    mediation: Mediation, session: Session, result: Result, *, by: int | None, roles: frozenset[str], at: datetime
) -> None:
    if result.refuser is None:
        raise Refused("session_refuser")
    _write(session, result, by, at, live=session.period.lower <= at)
    _end_unwilling(mediation, result.refuser, result.said.strip(), by=by, roles=roles, at=at)


def _end_unwilling(
    mediation: Mediation, party: Party, why: str, *, by: int | None, roles: frozenset[str], at: datetime
) -> None:
    if party.dispute_id != mediation.dispute_id or party.removed_at is not None:
        raise Refused("mediation_party_other")
    if not Unwilling.objects.filter(party=party, track=mediation.track, mediator=None, lifted_at=None).exists():
        unwilling(party, track=mediation.track, why=why, by=by, at=at)
    dispute = mediation.dispute
    cases.note(dispute, "circumstances", by=by, roles=roles, at=at, why=why, party_unwilling=True)
    leave_off(mediation, "refused", why=why, by=by, at=at)
    _unsettled(dispute, why, by=by, roles=roles, at=at, review=True)


def _held(
    mediation: Mediation, session: Session, result: Result, *, by: int | None, roles: frozenset[str], at: datetime
) -> None:
    if at < session.period.lower - EARLY:
        raise Refused("session_early", at=f"{timezone.localtime(session.period.lower, CHINA):%m-%d %H:%M}")
    here = list(session.attendees.filter(came=True).select_related("party", "of_party"))
    _check_here(session, here)
    on = session.period.lower.astimezone(CHINA).date()
    if result.outcome == "agreed":  # a failure may always be told; an agreement stands on a lawful session alone
        facts = gating.of_session(session, on, guardian_present=bool(gating.minors(mediation.dispute_id)) or None)
        if refused := gating.shut(gating.decide(mediation.track, facts)):
            raise refused
    before = len(queries.held_before(session))
    if result.outcome == "again" and mediation.track == "police" and before + 1 >= ROUNDS:
        raise Refused("session_no_more", articles=("程序规定 183",))
    _write(session, result, by, at)
    _count_time(mediation, session, result.outcome, by, at)
    if result.outcome == "agreed":
        _agreed(mediation, result, here, by=by, roles=roles, at=at)
    elif result.outcome == "again":
        failed = Standing.objects.values_list("sessions_failed", flat=True).get(dispute=mediation.dispute_id) + 1
        cases.note(mediation.dispute, "session", by=by, roles=roles, at=at, why=result.said, sessions_failed=failed)
    else:
        leave_off(mediation, "failed", why=result.said, by=by, at=at)
        _unsettled(mediation.dispute, result.said, by=by, roles=roles, at=at, review=False)


def _check_here(session: Session, here: Sequence[Attendee]) -> None:
    """Somebody of each side, and the guardian of every minor (程序规定 181)."""
    asked = session.attendees.filter(part="party").select_related("party")
    sides = {one.party.side for one in asked if one.party is not None}
    present = {who.side for one in here if (who := one.party or one.of_party) is not None}
    if len(sides) < 2 or not sides & {"a", "b"} <= present:
        raise Refused("session_nobody")
    if session.mediation.gate_facts.get("earner_16"):
        return
    guarded = {one.of_party_id for one in here if one.part == "guardian"}
    for minor in gating.minors(session.mediation.dispute_id):
        if minor.pk not in guarded:
            raise Refused("session_guardian", articles=("程序规定 181",), who=minor.name_masked)


def _write(session: Session, result: Result, by: int | None, at: datetime, *, live: bool = True) -> None:
    """It ends now: what is left of its time is free again for the room and for everybody who sat there."""
    begun, planned = session.period.lower, session.period.upper
    period = DateTimeTZRange(begun, min(planned, max(at, begun + SHORTEST)))
    Session.objects.filter(pk=session.pk).update(
        outcome=result.outcome, outcome_at=at, outcome_by_id=by, said=result.said.strip()[:500], live=live,
        period=period,
    )  # fmt: skip
    session.mediators.update(live=live, period=period)
    record(
        session.mediation.stream, "session_outcome", by=by, at=at, why=result.said.strip(), round=session.round,
        outcome=result.outcome, session=session.pk,
    )  # fmt: skip


def _count_time(mediation: Mediation, session: Session, outcome: str, by: int | None, at: datetime) -> None:
    """The first session was held; where it has to be followed by a second, seven working days begin."""
    if mediation.track != "police":
        return
    for clock in Clock.objects.filter(subject=mediation.subject_key, met_at=None, dropped_at=None):
        cases.stop_clock(clock, by=by, at=at)
    if outcome == "again":
        lead = mediation.lead.account
        cases.open_clock(
            RuleCode.POLICE_MEDIATION_SECOND, dispute=mediation.dispute, subject=mediation.subject_key,
            owner=lead or mediation.dispute.owner, by=by, at=at, since=min(at, session.period.lower), may_wait=True,
        )  # fmt: skip


def _agreed(
    mediation: Mediation,
    result: Result,
    here: Sequence[Attendee],
    *,
    by: int | None,
    roles: frozenset[str],
    at: datetime,
) -> None:
    """The agreement is drafted; an oral one of the simple procedure is in effect on the spot."""
    Mediation.objects.filter(pk=mediation.pk).update(state="agreed")
    made = _draft(mediation, result, by, at)
    if not (made.is_oral and result.oral):
        return
    guardians = {one.of_party_id: one for one in here if one.part == "guardian"}
    for party in Party.objects.filter(dispute=mediation.dispute_id, removed_at=None, is_guardian=False):
        beside = guardians.get(party.pk)
        agreements.sign(
            made, party, "oral", by=by, at=at, guardian=beside.party if beside else None,
            guardian_name=beside.name_masked if beside else "",
        )  # fmt: skip
    agreements.sign_mediator(made, "oral", by=by, at=at)
    agreements.conclude(made, by=by, roles=roles, at=at)
    leave_off(mediation, "settled", why=made.number, by=by, at=at)


def _draft(mediation: Mediation, result: Result, by: int | None, at: datetime) -> Agreement:
    """One that lies there unsigned already is gone on with, not written a second time."""
    found = Agreement.objects.filter(dispute=mediation.dispute_id, state="draft").first()
    if found is not None and not result.terms:
        return found
    dispute, lead = mediation.dispute, mediation.lead
    content = agreements.Content(
        track="police" if mediation.track == "police" else "people",
        is_oral=result.oral and mediation.procedure == "simple",
        facts=result.said.strip() or dispute.title,
        matter=dispute.focus or dispute.title,
        mediator=lead.account,
        mediator_name="" if lead.account else lead.name,
        terms=result.terms,
    )
    if found is not None:
        return agreements.redraft(found, content, version=found.version, by=by, at=at)
    return agreements.draft(dispute, content, by=by, at=at)


def _unsettled(
    dispute: Dispute, why: str, *, by: int | None, roles: frozenset[str], at: datetime, review: bool
) -> None:
    """Mediation came to nothing. An offence goes to the penalty procedure the same day (程序规定 185), by the officer
    who records it; anything else that was tried twice, or is refused, to a second handling."""
    moved = cases.move(dispute, Action.FAIL_MEDIATION, by=by, roles=roles, at=at, why=why)
    facts = facts_of(moved, Standing.objects.get(dispute=moved), reason=why)
    if penalty_owed(facts):
        if roles & PENALTY_ROLES:
            cases.move(moved, Action.OPEN_PENALTY, by=by, roles=roles, at=at, why=why)
        return
    if (review or second_round(facts)) and moved.state == State.UNSETTLED:
        cases.move(moved, Action.OPEN_REVIEW, by=None, roles=frozenset({"system"}), at=at, why=why)

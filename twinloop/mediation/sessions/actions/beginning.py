"""A mediation begins, is extended, ends. Who refuses it, or a mediator, is on record before anybody sits down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from twinloop.cases import actions as cases
from twinloop.cases.actions.noting import ask_gate
from twinloop.cases.models import Clock, Dispute, Party, Standing
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA, RuleCode, day_end
from twinloop.decide.words import say
from twinloop.decide.workflow import Action, State
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.mediation.mediators.models import Mediator
from twinloop.mediation.sessions import gating, queries, words
from twinloop.mediation.sessions.models import Mediation, Seat, Session, Unwilling

MORE_DAYS = 90  # the most that the parties may add at once (*ours*)
SETTLED = (State.SETTLED, State.CLOSED)


@whole()
def begin(
    dispute: Dispute,
    *,
    track: str,
    strength: str,
    lead: Mediator,
    by: int | None,
    roles: frozenset[str],
    at: datetime,
    procedure: str = "simple",
    accepted_on: date | None = None,
    facts: Mapping[str, Any] | None = None,
    is_wished: bool = False,
) -> Mediation:
    """Open a mediation that the gate allows and nobody refuses; the dispute is in mediation from now on.

    `strength`: seek, follow, joint. `facts`: answers to the gate's questions beyond those on record. `accepted_on`:
    the day of acceptance or of the injury appraisal, today if none is given; its clock counts from there. `is_wished`:
    the parties chose the mediator. Raises `Refused`, with the article where a law forbids it.
    """
    locked = Dispute.objects.select_for_update(no_key=True).get(pk=dispute.pk)
    today = at.astimezone(CHINA).date()
    accepted = accepted_on or today
    _check_time(locked, accepted, today, at)
    gating.check_lead(lead, locked, track, today)
    told = gating.opening(locked, track, lead, accepted, facts or {})
    decision = ask_gate(locked, gating.track_of(track).value, told, by=by, at=at)
    if refused := gating.shut(decision):
        raise refused
    if locked.state == State.HANDLING:
        cases.move(locked, Action.OPEN_MEDIATION, by=by, roles=roles, at=at)
    made = _open(locked, track=track, strength=strength, procedure=procedure, lead=lead, is_wished=is_wished,
                 accepted_on=accepted, gate_facts=told, opened_by_id=by, opened_at=at)  # fmt: skip
    if lead.account is not None:
        cases.involve(locked, lead.account, part="mediator", by=by, at=at)
    _start_clock(made, by, at)
    record(
        made.stream, "mediation_chosen", by=by, at=at, strength=strength, track=track, lead=lead.name,
        procedure=procedure, mediation=made.pk,
    )  # fmt: skip
    dispute.refresh_from_db()
    return made


def _check_time(dispute: Dispute, accepted: date, today: date, at: datetime) -> None:
    if Standing.objects.get(dispute=dispute).domestic_violence:
        raise Refused("mediation_violence", articles=("反家庭暴力法 16", "反家庭暴力法 17"))
    tidy(at=at, disputes=[dispute.pk])
    if queries.live(dispute) is not None:
        raise Refused("mediation_open")
    if dispute.state not in (State.HANDLING, State.MEDIATING):  # in mediation: moved there from the dispute's page
        raise Refused("mediation_not_now", state=say(State(dispute.state)))
    if accepted > today:
        raise Refused("mediation_future")


def _open(dispute: Dispute, **columns: Any) -> Mediation:
    try:
        with transaction.atomic():
            return Mediation.objects.create(dispute=dispute, **columns)
    except IntegrityError as broken:
        if "mediation_one_open" not in str(broken):
            raise
        raise Refused("mediation_open") from None


def _start_clock(made: Mediation, by: int | None, at: datetime) -> None:
    """Three working days to the first session for the police, 30 days for the whole of people's mediation."""
    rule = RuleCode.POLICE_MEDIATION_FIRST if made.track == "police" else RuleCode.PEOPLE_MEDIATION
    since = min(at, datetime.combine(made.accepted_on, at.astimezone(CHINA).time(), CHINA))
    cases.open_clock(
        rule, dispute=made.dispute, subject=made.subject_key, owner=made.lead.account or made.dispute.owner,
        by=by, at=at, since=since, may_wait=True,
    )  # fmt: skip


@whole()
def extend(
    mediation: Mediation, until: date, *, both_agree: bool, by: int | None, at: datetime, why: str = ""
) -> Mediation:
    """Both sides consent to more days of people's mediation."""
    locked = locked_open(mediation)
    if locked.track != "people":
        raise Refused("mediation_extend_people")
    if not both_agree:
        raise Refused("mediation_consent")
    clock = Clock.objects.filter(subject=locked.subject_key, rule=RuleCode.PEOPLE_MEDIATION).order_by("-pk").first()
    due = clock.due_at if clock and clock.due_at else at
    last = max(due.astimezone(CHINA).date(), locked.extended_to or date.min)
    if not last < until <= last + timedelta(days=MORE_DAYS):
        raise Refused("mediation_extend_day")
    Mediation.objects.filter(pk=locked.pk).update(extended_to=until)
    if clock is not None:
        cases.defer_clock(clock, day_end(until), by=by, at=at, why=why)
    record(locked.stream, "mediation_extended", by=by, at=at, why=why, until=until, mediation=locked.pk)
    mediation.refresh_from_db()
    return mediation


@whole()
def strengthen(mediation: Mediation, *, by: int | None, at: datetime) -> Mediation:
    """Other bodies join: a seek or follow mediation is a joint one from now on (会诊)."""
    locked = locked_open(mediation)
    before = locked.strength
    Mediation.objects.filter(pk=locked.pk).update(strength="joint")
    record(locked.stream, "mediation_strengthened", by=by, at=at, strength="joint", was=before, mediation=locked.pk)
    mediation.refresh_from_db()
    return mediation


@whole()
def unwilling(
    party: Party, *, track: str = "", mediator: Mediator | None = None, why: str = "", by: int | None, at: datetime
) -> Unwilling:
    """A party refuses mediation on `track`, or this `mediator` (人民调解法 17, 23)."""
    what = mediator.name if mediator else track
    try:
        with transaction.atomic():
            made = Unwilling.objects.create(
                dispute_id=party.dispute_id, party=party, track="" if mediator else track, mediator=mediator,
                why=why.strip()[:200], by_id=by, at=at,
            )  # fmt: skip
    except IntegrityError as broken:
        if "mediation_unwilling_once" not in str(broken):
            raise
        raise Refused("mediation_unwilling_twice", party=party.name_masked) from None
    record(party.dispute.stream, "mediation_unwilling", by=by, at=at, why=why, who=party.name_masked, what=what)
    return made


@whole()
def lift(said: Unwilling, *, by: int | None, at: datetime) -> None:
    """They changed their mind."""
    if Unwilling.objects.filter(pk=said.pk, lifted_at=None).update(lifted_at=at):
        record(f"dispute:{said.dispute_id}", "mediation_lifted", by=by, at=at, who=said.party.name_masked)


def locked_open(mediation: Mediation) -> Mediation:
    """The row, locked; raises `Refused` where it is over."""
    locked = (
        Mediation.objects.select_for_update(no_key=True, of=("self",))
        .select_related("dispute", "lead")
        .get(pk=mediation.pk)
    )
    if locked.state != "open":
        raise Refused("mediation_over", state=words.STATES[locked.state])
    return locked


def leave_off(mediation: Mediation, state: str, *, why: str, by: int | None, at: datetime) -> None:
    """It is over as `state`; its clocks stop, what was still planned is given back."""
    won = Mediation.objects.filter(pk=mediation.pk, state__in=queries.LIVE).update(
        state=state, ended_at=at, ended_why=why[:300]
    )
    if not won:
        return
    stop_clocks(mediation, by=by, at=at)
    for planned in Session.objects.filter(mediation=mediation, live=True, outcome=""):
        give_back(planned, "dropped", by=by, at=at)
    verb = "mediation_settled" if state == "settled" else "mediation_ended"
    record(
        mediation.stream, verb, by=by, at=at, why=why, state=state, mediation=mediation.pk
    )  # fmt: skip


def give_back(session: Session, outcome: str, *, by: int | None, at: datetime, said: str = "") -> bool:
    """Postponed or dropped: its room and its mediators are free again. False where its outcome is known already."""
    won = Session.objects.filter(pk=session.pk, outcome="").update(
        outcome=outcome, outcome_at=at, outcome_by_id=by, said=said[:500], live=False
    )
    if won:
        Seat.objects.filter(session=session.pk).update(live=False)
        record(
            session.mediation.stream, "session_outcome", by=by, at=at, why=said, round=session.round, outcome=outcome,
            session=session.pk,
        )  # fmt: skip
    return bool(won)


def stop_clocks(mediation: Mediation, *, by: int | None, at: datetime) -> None:
    for clock in Clock.objects.filter(subject=mediation.subject_key, met_at=None, dropped_at=None):
        cases.stop_clock(clock, by=by, at=at)


def tidy(*, at: datetime, disputes: Iterable[int] | None = None) -> int:
    """A mediation whose dispute went on without it (agreement in effect, transferred, merged) is over too."""
    found = Mediation.objects.filter(state__in=queries.LIVE).exclude(dispute__state=State.MEDIATING)
    if disputes is not None:
        found = found.filter(dispute__in=disputes)
    done = 0
    for one in found.select_related("dispute"):
        with transaction.atomic():
            state = "settled" if one.dispute.state in SETTLED else "ended"
            leave_off(one, state, why=say(State(one.dispute.state)), by=None, at=at)
        done += 1
    return done

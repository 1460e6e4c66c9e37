"""The penalty procedure (程序规定 165, 185): opened on the day of failure, appraisals taken out, extended once."""

from __future__ import annotations

from datetime import date, datetime

from twinloop.cases import actions as cases
from twinloop.cases.actions.clocking import RUNNING, recount
from twinloop.cases.models import Clock, ClockPause, Dispute
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA, RuleCode
from twinloop.decide.rounds import same_day
from twinloop.decide.workflow import Action
from twinloop.followup.rounds import queries, words
from twinloop.followup.rounds.models import Appraisal, Penalty
from twinloop.ledger.actions import record
from twinloop.ledger.sight import Scope
from twinloop.ledger.whole import whole

RULES = (RuleCode.PENALTY, RuleCode.PENALTY_EXTENDED)


@whole()
def open_penalty(
    dispute: Dispute, why: str, *, by: int, scope: Scope, at: datetime, version: int | None = None
) -> Penalty:
    """Move the dispute to the penalty procedure. Raises `Refused` with the article or with what is missing."""
    moved = cases.move(dispute, Action.OPEN_PENALTY, by=by, roles=scope.roles, at=at, why=why.strip(), version=version)
    return opened(moved, at=at)


def opened(dispute: Dispute, *, at: datetime) -> Penalty:
    """The row of a procedure that runs, whichever page opened it; its days count from the failure."""
    locked = Penalty.objects.select_for_update(no_key=True).filter(dispute=dispute).exclude(state="ended").first()
    if locked is not None and locked.state != "owed":
        return locked
    clock = Clock.objects.filter(RUNNING, dispute=dispute, rule=RuleCode.PENALTY).first()
    since = clock.started_at if clock else at
    if locked is None:
        failed = queries.failed_at(dispute)
        cause = failed[0] if failed else "other"
        return Penalty.objects.create(
            dispute=dispute, state="open", cause=cause, since=since, owed_until=same_day(since), opened_at=at
        )
    locked.state, locked.since, locked.opened_at = "open", since, at
    locked.save(update_fields=["state", "since", "opened_at"])
    return locked


def _running(penalty: Penalty) -> Penalty:
    """The row under lock. Raises `Refused` where nothing runs or it is decided."""
    locked = Penalty.objects.select_for_update(no_key=True, of=("self",)).select_related("dispute").get(pk=penalty.pk)
    if locked.state == "decided":
        raise Refused("penalty_decided")
    if locked.state != "open":
        raise Refused("penalty_none")
    return locked


def _clock(penalty: Penalty) -> Clock:
    found = (
        Clock.objects.select_for_update(no_key=True).filter(RUNNING, dispute=penalty.dispute_id, rule__in=RULES).first()
    )
    if found is None:
        raise Refused("penalty_none")
    return found


def _said(text: str, what: str, most: int) -> str:
    """Something that may not be left out. Raises `Refused`."""
    said = " ".join(text.split())[:most]
    if not said:
        raise Refused("penalty_what", what=str(words.NEEDED[what]))
    return said


@whole()
def appraise(penalty: Penalty, what: str, office: str, *, by: int, scope: Scope, at: datetime) -> Appraisal:
    """Send for appraisal: the procedure's clock stands from now on."""
    _check(scope, queries.SWORN)
    locked = _running(penalty)
    if locked.appraisals.filter(back_at__isnull=True).exists():
        raise Refused("penalty_stands")
    thing, by_whom = _said(what, "what", 100), _said(office, "office", 60)
    made = Appraisal.objects.create(penalty=locked, what=thing, office=by_whom, asked_at=at, asked_by_id=by)
    clock = _clock(locked)
    if not clock.pauses.filter(period__upper_inf=True).exists():
        cases.pause_clock(clock, by=by, at=at, why=f"鉴定：{thing}")
    record(locked.dispute.stream, "penalty_appraisal", by=by, at=at, what=thing, office=by_whom)
    return made


@whole()
def appraised(penalty: Penalty, result: str, *, by: int, scope: Scope, at: datetime) -> Appraisal:
    """The opinion is back: the clock runs on."""
    _check(scope, queries.SWORN)
    locked = _running(penalty)
    found = locked.appraisals.select_for_update(no_key=True).filter(back_at__isnull=True).first()
    if found is None:
        raise Refused("penalty_runs")
    found.result, found.back_at, found.back_by_id = _said(result, "result", 200), max(at, found.asked_at), by
    found.save(update_fields=["result", "back_at", "back_by"])
    clock = _clock(locked)
    if clock.pauses.filter(period__upper_inf=True).exists():
        cases.resume_clock(clock, by=by, at=at)
    record(locked.dispute.stream, "penalty_appraised", by=by, at=at, what=found.what)
    return found


@whole()
def extend(penalty: Penalty, by_whom: str, *, by: int, scope: Scope, at: datetime) -> Clock:
    """The office above approved thirty days more, once, before the first thirty are over; pauses go along."""
    _check(scope, queries.LEADERS)
    locked = _running(penalty)
    if locked.extended_at is not None:
        raise Refused("penalty_extended")
    if locked.appraisals.filter(back_at__isnull=True).exists():
        raise Refused("penalty_stands")
    first = _clock(locked)
    if first.due_at is not None and at > first.due_at:
        raise Refused("penalty_over")
    office = _said(by_whom, "by_whom", 60)
    cases.drop_clock(first, by=by, at=at, why="extended")
    longer = cases.open_clock(
        RuleCode.PENALTY_EXTENDED, dispute=locked.dispute, owner=first.owner, by=by, at=at, since=first.started_at,
        may_wait=True,
    )  # fmt: skip
    pauses = [ClockPause(clock=longer, period=p.period, why=p.why, by_id=p.by_id) for p in first.pauses.all()]
    ClockPause.objects.bulk_create(pauses)
    if pauses and longer.due_at is not None:
        recount(longer)
    locked.extended_at, locked.extended_by = at, office
    locked.save(update_fields=["extended_at", "extended_by"])
    record(locked.dispute.stream, "penalty_longer", by=by, at=at, by_whom=office, due=longer.due_at)
    return longer


@whole()
def decide(
    penalty: Penalty, decision: str, number: str, on: date | None, text: str, *, by: int, scope: Scope, at: datetime
) -> Penalty:
    """Keep the decision. The dispute stays open and is watched: a penalty does not settle a quarrel."""
    _check(scope, queries.LEADERS)
    locked = _running(penalty)
    if locked.appraisals.filter(back_at__isnull=True).exists():
        raise Refused("penalty_stands")
    if decision not in words.DECISIONS:
        raise Refused("penalty_what", what=str(words.NEEDED["decision"]))
    said = _said(number, "number", 60)
    if on is None or not locked.since.astimezone(CHINA).date() <= on <= at.astimezone(CHINA).date():
        raise Refused("penalty_day")
    locked.state, locked.decision, locked.number, locked.decided_on = "decided", decision, said, on
    locked.text, locked.decided_by_id = " ".join(text.split())[:500], by
    locked.save(update_fields=["state", "decision", "number", "decided_on", "text", "decided_by"])
    told = f"{said} {words.DECISIONS[decision]}"
    cases.note(locked.dispute, "decision", by=by, roles=scope.roles, at=at, decision=told[:200])
    for clock in Clock.objects.filter(RUNNING, dispute=locked.dispute_id, rule__in=RULES):
        cases.stop_clock(clock, by=by, at=at)
    record(locked.dispute.stream, "penalty_decision", by=by, at=at, number=said, decision=decision, on=on)
    return locked


def _check(scope: Scope, roles: tuple[str, ...]) -> None:
    if not scope.has(*roles):
        raise Refused("penalty_role")

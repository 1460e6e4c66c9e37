"""A petition from receipt to rest: registered, taken on or not, longer, answered, reviewed above, closed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from twinloop.cases import actions as cases
from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.models import Clock, Dispute
from twinloop.cases.queries import calendar, rule_of
from twinloop.decide import Refused, clocks
from twinloop.decide import petition as rules
from twinloop.decide.clocks import CHINA, RuleCode
from twinloop.intake.petitions import queries, words
from twinloop.intake.petitions.models import Petition, Review
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.people.models import Account


@dataclass(frozen=True, kw_only=True)
class Given:
    """What is known when a petition comes in. A file may bring one that was taken on or answered already."""

    received_on: date
    source: str = "visit"
    number: str = ""
    accepted_on: date | None = None
    answered_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The written opinion (信访处理意见书, art. 32)."""

    result: str
    on: date
    request: str
    facts: str
    opinion: str
    law: str


@whole()
def register(dispute: Dispute, given: Given, *, by: int | None, at: datetime) -> Petition:
    """The dispute is a petition from now on, with the clock that is owed. Doing it again gives the same one."""
    known = Petition.objects.filter(dispute=dispute).first()
    if known is not None:
        return known
    number = given.number.strip()
    other = Petition.objects.filter(number=number).select_related("dispute").first() if number else None
    if other is not None:
        raise Refused("petition_twice", number=number, dispute=other.dispute.number)
    if given.source not in words.SOURCES:
        raise Refused("petition_choice")
    if given.received_on > _today(at):
        raise Refused("petition_future")
    stage = "answered" if given.answered_on else "accepted" if given.accepted_on else "received"
    accepted = given.accepted_on or (given.received_on if given.answered_on else None)
    made = Petition.objects.create(
        dispute=dispute, number=number, source=given.source, received_on=given.received_on, stage=stage,
        accepted_on=accepted, answered_on=given.answered_on,
    )  # fmt: skip
    record(dispute.stream, "petition_registered", by=by, at=at, source=given.source, received_on=given.received_on)
    if stage != "answered":
        rule = RuleCode.PETITION_ANSWER if accepted else RuleCode.PETITION_ACCEPT
        _owe(made, rule, accepted or given.received_on, by=by, at=at)
    return made


@whole()
def accept(dispute: Dispute, *, by: int | None, at: datetime, on: date | None = None) -> Petition:
    """受理: the fifteen days to decide are kept, the sixty days to answer begin (信访工作条例 22, 34)."""
    found = _locked(dispute)
    day = on or _today(at)
    rules.check_decision(queries.facts_of(found), day, _today(at))
    _met(found, at, by, RuleCode.PETITION_ACCEPT)
    found.stage, found.accepted_on, found.decided_by_id = "accepted", day, by
    found.save(update_fields=["stage", "accepted_on", "decided_by"])
    record(dispute.stream, "petition_accepted", by=by, at=at)
    _owe(found, RuleCode.PETITION_ANSWER, day, by=by, at=at)
    return found


@whole()
def decline(
    dispute: Dispute, ground: str, *, why: str, where: str = "", by: int, at: datetime, on: date | None = None
) -> Petition:
    """不予受理: why, and to whom the petitioner can turn. The quarrel behind it stays and is settled as others are."""
    found = _locked(dispute)
    day = on or _today(at)
    rules.check_decision(queries.facts_of(found), day, _today(at))
    if ground not in words.GROUNDS:
        raise Refused("petition_choice")
    known = [queries.facts_of(one) for one in queries.same_petitioner(found)] if ground == rules.Ground.FINAL else []
    rules.check_decline(rules.Ground(ground), where, why, known)
    _met(found, at, by, RuleCode.PETITION_ACCEPT)
    found.stage, found.ground, found.why, found.where = "declined", ground, why.strip()[:500], where.strip()[:120]
    found.decided_by_id, found.due_on = by, None
    found.save(update_fields=["stage", "ground", "why", "where", "decided_by", "due_on"])
    record(dispute.stream, "petition_declined", by=by, at=at, why=found.why, ground=ground, where=found.where)
    return found


@whole()
def extend(dispute: Dispute, days: int, *, why: str, by: int, roles: frozenset[str], at: datetime) -> Petition:
    """Up to thirty days more, once, by the leader, and the petitioner is told why (art. 34)."""
    if not roles & set(queries.LEADERS):
        raise Refused("petition_leader")
    found = _locked(dispute)
    rules.check_extension(queries.facts_of(found), days, why, _today(at))
    assert found.accepted_on is not None
    start = _start(found.accepted_on)
    first = Clock.objects.filter(RUNNING, dispute=dispute, rule=RuleCode.PETITION_ANSWER).first()
    if first is not None:
        cases.drop_clock(first, by=by, at=at, why="extended")
    clock = cases.open_clock(
        RuleCode.PETITION_ANSWER_EXTENDED,
        dispute=dispute,
        owner=dispute.owner,
        since=start,
        may_wait=True,
        by=by,
        at=at,
    )
    if days < rules.MOST_EXTRA and clock.due_at is not None:
        until = _due(RuleCode.PETITION_ANSWER_EXTENDED, start, less=rules.MOST_EXTRA - days)
        cases.defer_clock(clock, until, by=by, at=at, why=why)
        clock.refresh_from_db()
    found.extra_days, found.extra_why, found.extra_by_id, found.due_on = days, why.strip()[:500], by, _day(clock)
    found.save(update_fields=["extra_days", "extra_why", "extra_by", "due_on"])
    record(dispute.stream, "petition_extended", by=by, at=at, why=found.extra_why, days=days, due=found.due_on)
    return found


@whole()
def answer(dispute: Dispute, given: Answer, *, by: int, at: datetime) -> Petition:
    """The petitioner got the written opinion on `given.on`; the clock is met, in time or late."""
    found = _locked(dispute)
    if given.result not in words.RESULTS:
        raise Refused("petition_choice")
    parts = (given.request, given.facts, given.opinion, given.law)
    rules.check_answer(queries.facts_of(found), given.on, _today(at), parts)
    _met(found, at, by, RuleCode.PETITION_ANSWER, RuleCode.PETITION_ANSWER_EXTENDED)
    found.stage, found.answered_on, found.result, found.answered_by_id = "answered", given.on, given.result, by
    found.request, found.facts, found.opinion, found.law = (part.strip()[:2000] for part in parts)
    found.due_on = None
    found.save()
    record(dispute.stream, "petition_answered", by=by, at=at, result=given.result, on=given.on)
    return found


@whole()
def ask_review(dispute: Dispute, *, on: date, body: str, by: int, at: datetime) -> Review:
    """The petitioner asked the body above (art. 35, 36)."""
    found = _locked(dispute)
    rules.check_review(queries.facts_of(found), on, _today(at))
    level = found.reviews.count() + 1
    made = Review.objects.create(petition=found, level=level, asked_on=on, body=body.strip()[:120], by_id=by)
    record(dispute.stream, "petition_review", by=by, at=at, review=str(level), on=on)
    return made


@whole()
def conclude_review(dispute: Dispute, outcome: str, *, on: date, text: str, by: int, at: datetime) -> Petition:
    """What the body above said. Told to do it again, the petition is open once more with sixty days (ours)."""
    found = _locked(dispute)
    if outcome not in words.OUTCOMES:
        raise Refused("petition_choice")
    rules.check_conclusion(queries.facts_of(found), on, _today(at))
    last = found.reviews.latest("level")
    last.concluded_on, last.outcome, last.text = on, outcome, text.strip()[:500]
    last.save(update_fields=["concluded_on", "outcome", "text"])
    record(dispute.stream, "petition_reviewed", by=by, at=at, why=last.text, review=str(last.level), outcome=outcome)
    if outcome == "again":
        found.stage, found.answered_on, found.result, found.extra_days = "accepted", None, "", 0
        found.accepted_on = on
        found.save(update_fields=["stage", "answered_on", "result", "extra_days", "accepted_on"])
        _owe(found, RuleCode.PETITION_ANSWER, on, by=by, at=at)
    return found


@whole()
def close(dispute: Dispute, *, agreed: bool, by: int, at: datetime) -> Petition:
    """The petition rests; the quarrel is closed by its own rules (销号), not by this."""
    found = _locked(dispute)
    if found.stage == "closed":
        return found
    rules.check_close(queries.facts_of(found), _today(at), agreed=agreed)
    found.ended = "declined" if found.stage == "declined" else "agreed" if agreed else "rested"
    found.stage, found.closed_on, found.due_on = "closed", _today(at), None
    found.save(update_fields=["stage", "closed_on", "ended", "due_on"])
    record(dispute.stream, "petition_closed", by=by, at=at, how=found.ended)
    return found


def _locked(dispute: Dispute) -> Petition:
    found = Petition.objects.select_for_update(no_key=True).filter(dispute=dispute).first()
    if found is None:
        raise Refused("petition_none")
    return found


def _owe(found: Petition, rule: RuleCode, since: date, *, by: int | None, at: datetime) -> None:
    owner = found.dispute.owner or (Account.objects.filter(pk=by).first() if by else None)
    clock = cases.open_clock(rule, dispute=found.dispute, owner=owner, may_wait=True, since=_start(since), by=by, at=at)
    Petition.objects.filter(pk=found.pk).update(due_on=_day(clock))
    found.due_on = _day(clock)


def _met(found: Petition, at: datetime, by: int | None, *which: RuleCode) -> None:
    for clock in Clock.objects.select_for_update(no_key=True).filter(RUNNING, dispute=found.dispute_id, rule__in=which):
        cases.stop_clock(clock, by=by, at=at)


def _due(rule: RuleCode, start: datetime, *, less: int) -> datetime:
    """The end of `rule` with `less` days taken off, rest days counted as the rule says."""
    base = rule_of(rule, start)
    due = clocks.due(replace(base, value=base.value - less), start, (), calendar()).due_at
    assert due is not None
    return due


def _start(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=CHINA)


def _day(clock: Clock) -> date | None:
    return clock.due_at.astimezone(CHINA).date() if clock.due_at else None


def _today(at: datetime) -> date:
    return at.astimezone(CHINA).date()

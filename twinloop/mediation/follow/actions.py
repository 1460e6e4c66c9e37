"""Nominated by rule, decided by a person, worked on by a 2+2 team step by step, ended."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from twinloop.cases import actions as cases
from twinloop.cases.models import Dispute, Standing
from twinloop.cases.parameters import InForce, in_force
from twinloop.decide import Refused
from twinloop.decide.nomination import Reason
from twinloop.decide.words import say
from twinloop.decide.workflow import State
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.mediation.follow import queries, words
from twinloop.mediation.follow.models import Campaign, Nomination, Step
from twinloop.people.models import Team


def propose(*, at: datetime) -> int:
    """The rule over all open disputes, each an act of its own; how many were nominated.

    What was declined needs a new ground.
    """
    on, made = queries.day_of(at), 0
    held = in_force(on)
    params = held.mediation.nominating
    for dispute in queries.candidates(on, params):
        reasons = queries.grounds(dispute, on, params)
        if reasons and not _declined_before(dispute, reasons):
            _nominate(dispute, reasons, held, by=None, at=at)
            made += 1
    return made


@whole()
def nominate(dispute: Dispute, *, by: int, at: datetime) -> Nomination:
    """On demand: a person asks; the rule still has to find a ground."""
    found = queries.counted(Dispute.objects.filter(pk=dispute.pk)).get()
    _check_dispute(found)
    if Nomination.objects.filter(dispute=found, decision="").exists():
        raise Refused("nomination_open")
    on = queries.day_of(at)
    held = in_force(on)
    reasons = queries.grounds(found, on, held.mediation.nominating)
    if not reasons:
        raise Refused("nomination_ground")
    return _nominate(found, reasons, held, by=by, at=at)


def _declined_before(dispute: Dispute, reasons: tuple[Reason, ...]) -> bool:
    """The newest decision was a no, and it knew of every ground that holds now."""
    last = Nomination.objects.filter(dispute=dispute).order_by("-nominated_at", "-pk").first()
    if last is None or last.decision != "declined":
        return False
    return {reason.ground.value for reason in reasons} <= {ground for ground, _figure in last.reasons}


@whole()
def _nominate(
    dispute: Dispute, reasons: tuple[Reason, ...], held: InForce, *, by: int | None, at: datetime
) -> Nomination:
    made = Nomination.objects.create(
        dispute=dispute, reasons=[[one.ground.value, one.figure] for one in reasons], version=queries.version(held),
        nominated_by_id=by, nominated_at=at,
    )  # fmt: skip
    said = "，".join(say(one.ground, figure=one.figure) for one in reasons)
    record(dispute.stream, "follow_nominated", by=by, at=at, grounds=said, version=made.version,
           nomination=made.pk)  # fmt: skip
    return made


@whole()
def decline(nomination: Nomination, *, why: str, by: int, at: datetime) -> Nomination:
    """A named person says no, and why."""
    locked = _decide(nomination, "declined", why, by, at)
    record(locked.dispute.stream, "follow_declined", by=by, at=at, why=locked.why)
    return locked


@whole()
def accept(nomination: Nomination, team: Team, *, why: str, by: int, at: datetime) -> Campaign:
    """A named person gives it to a team that is whole and bound to no party; the campaign begins."""
    locked = _decide(nomination, "accepted", why, by, at)
    dispute, on = locked.dispute, queries.day_of(at)
    if team.kind != Team.Kind.TWO_PLUS_TWO:
        raise Refused("campaign_not_team", team=team.name)
    fit = queries.fit(team, dispute, on)
    if fit.why:
        raise Refused("campaign_team_short", team=team.name, why="，".join(fit.why))
    for name, code in fit.bound:
        raise Refused("campaign_conflict", name=name, why=queries.why_of(code))
    try:
        with transaction.atomic():
            made = Campaign.objects.create(
                nomination=locked, dispute=dispute, team=team, started_by_id=by, started_at=at
            )
    except IntegrityError as broken:
        if "follow_campaign_once" not in str(broken):
            raise
        running = Campaign.objects.select_related("team").get(dispute=dispute, outcome="")
        raise Refused("campaign_open", team=running.team.name) from None
    made.members.set(fit.people)
    for person in fit.people:
        cases.involve(dispute, person, part="mediator", by=by, at=at)
    record(dispute.stream, "campaign_started", by=by, at=at, why=locked.why, team=team.name, campaign=made.pk)
    return made


def decide(
    nomination: Nomination, decision: str, team: Team | None, *, why: str, by: int, at: datetime
) -> Campaign | None:
    """What the form says: accepted with a team, or declined. The campaign, None where it was declined."""
    if decision == "declined":
        decline(nomination, why=why, by=by, at=at)
        return None
    if decision != "accepted":
        raise Refused("campaign_decision")
    if team is None:
        raise Refused("campaign_pick")
    return accept(nomination, team, why=why, by=by, at=at)


def _decide(nomination: Nomination, decision: str, why: str, by: int, at: datetime) -> Nomination:
    locked = (
        Nomination.objects.select_for_update(no_key=True, of=("self",)).select_related("dispute").get(pk=nomination.pk)
    )
    if locked.decision:
        raise Refused("nomination_decided", decision=words.DECISIONS[locked.decision])
    if decision == "accepted":
        _check_dispute(locked.dispute)
    if not why.strip():
        raise Refused("nomination_why")
    locked.decision, locked.why, locked.decided_by_id, locked.decided_at = decision, why.strip()[:500], by, at
    locked.save(update_fields=["decision", "why", "decided_by", "decided_at"])
    return locked


def _check_dispute(dispute: Dispute) -> None:
    if Standing.objects.get(dispute=dispute).domestic_violence:
        raise Refused("campaign_violence", articles=("反家庭暴力法 16", "反家庭暴力法 17"))
    if dispute.state in queries.OVER:
        raise Refused("campaign_dispute_over", state=say(State(dispute.state)))
    running = Campaign.objects.filter(dispute=dispute, outcome="").select_related("team").first()
    if running is not None:
        raise Refused("campaign_open", team=running.team.name)


@whole()
def step(
    campaign: Campaign,
    kind: str,
    on: date,
    text: str,
    *,
    then: str = "",
    then_on: date | None = None,
    by: int,
    at: datetime,
) -> Step:
    """What the team did, and what comes next by when; only its members write."""
    locked = _locked(campaign)
    if not locked.members.filter(pk=by).exists():
        raise Refused("campaign_member")
    if kind not in words.KINDS:
        raise Refused("campaign_kind")
    if not text.strip():
        raise Refused("campaign_empty")
    if on > queries.day_of(at):
        raise Refused("campaign_future")
    if on < queries.day_of(locked.started_at):
        raise Refused("campaign_before")
    then = then.strip()[:200]
    if bool(then) != bool(then_on):
        raise Refused("campaign_next")
    if then_on and then_on < on:
        raise Refused("campaign_next_past")
    made = Step.objects.create(
        campaign=locked, kind=kind, on=on, text=text.strip(), then=then, then_on=then_on, by_id=by, at=at
    )
    record(locked.dispute.stream, "campaign_step", by=by, at=at, kind=kind, on=on, then_on=then_on, campaign=locked.pk)
    return made


@whole()
def end(campaign: Campaign, outcome: str, *, why: str, by: int | None, at: datetime) -> Campaign:
    """Settled needs a settled dispute: a campaign claims no success of its own."""
    locked = _locked(campaign)
    if outcome not in words.OUTCOMES or not outcome:
        raise Refused("campaign_outcome")
    if not why.strip():
        raise Refused("nomination_why")
    if outcome == "settled" and locked.dispute.state not in queries.SETTLED:
        raise Refused("campaign_not_settled")
    locked.outcome, locked.ended_why, locked.ended_by_id, locked.ended_at = outcome, why.strip()[:500], by, at
    locked.save(update_fields=["outcome", "ended_why", "ended_by", "ended_at"])
    record(locked.dispute.stream, "campaign_ended", by=by, at=at, why=locked.ended_why, outcome=outcome,
           campaign=locked.pk)  # fmt: skip
    return locked


def tidy(*, at: datetime) -> int:
    """A dispute that is settled ends its campaign; one that went elsewhere stops it. How many ended."""
    found = Campaign.objects.filter(outcome="", dispute__state__in=queries.OVER).select_related("dispute")
    for campaign in found:
        settled = campaign.dispute.state in queries.SETTLED
        end(campaign, "settled" if settled else "left", why=say(State(campaign.dispute.state)), by=None, at=at)
    return len(found)


def _locked(campaign: Campaign) -> Campaign:
    locked = Campaign.objects.select_for_update(no_key=True, of=("self",)).select_related("dispute").get(pk=campaign.pk)
    if locked.outcome:
        raise Refused("campaign_ended", outcome=words.OUTCOMES[locked.outcome])
    return locked

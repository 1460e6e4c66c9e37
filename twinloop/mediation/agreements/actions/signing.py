"""Signatures one by one, then the agreement stands: the dispute is settled by it and its days begin to count."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from twinloop.cases import actions as cases
from twinloop.cases.models import Attachment, Dispute, Party, Standing
from twinloop.decide import Refused
from twinloop.decide.agreement import check_agreement
from twinloop.decide.clocks import CHINA, RuleCode
from twinloop.decide.workflow import How
from twinloop.edge.masks import mask_name
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.mediation.agreements import checking, telling, words
from twinloop.mediation.agreements.actions.performing import settle_up
from twinloop.mediation.agreements.models import Agreement, Due, Promise, Signature


@whole()
def sign(
    agreement: Agreement,
    party: Party,
    how: str,
    *,
    by: int | None,
    at: datetime,
    guardian: Party | None = None,
    guardian_name: str = "",
    photo: Attachment | None = None,
) -> Signature:
    """`party` signed the present version; a minor beside a guardian, who is a party on file or is named here."""
    locked = _open(agreement)
    _check_how(locked, how, photo)
    if party.dispute_id != locked.dispute_id or party.removed_at is not None or party.is_guardian:
        raise Refused("agreement_signer")
    if guardian is not None and guardian.dispute_id != locked.dispute_id:
        raise Refused("agreement_signer")
    named = mask_name(guardian_name.strip()) if guardian_name.strip() else ""
    if party.is_minor and guardian is None and not named:
        raise Refused("agreement_guardian_none", who=party.name_masked)
    facts = {"guardian": guardian, "guardian_name": named} if party.is_minor else {}
    made = _put(locked, by, at, part="party", party=party, how=how, photo=photo, who=party.name_masked, **facts)
    record(locked.stream, "agreement_signature", by=by, at=at, number=locked.number, who=party.name_masked, how=how)
    return made


@whole()
def sign_mediator(
    agreement: Agreement, how: str, *, by: int | None, at: datetime, photo: Attachment | None = None
) -> Signature:
    """Who led the mediation signed; police mediation is led by a sworn officer."""
    locked = _open(agreement)
    _check_how(locked, how, photo)
    lead = locked.mediator
    if locked.track == "police" and (lead is None or lead.kind != "sworn"):
        raise Refused("agreement_lead")
    who = lead.name if lead else locked.mediator_name
    made = _put(locked, by, at, part="mediator", how=how, photo=photo, who=who)
    record(locked.stream, "agreement_signature", by=by, at=at, number=locked.number, who=who, how=how)
    return made


@whole()
def conclude(agreement: Agreement, *, by: int | None, roles: frozenset[str], at: datetime) -> Agreement:
    """All have signed: it takes effect and settles the dispute. Raises `Refused` with all that is missing."""
    locked = _open(agreement)
    on = at.astimezone(CHINA).date()
    dispute = Dispute.objects.select_for_update(no_key=True).get(pk=locked.dispute_id)
    standing = Standing.objects.get(dispute=dispute)
    if standing.domestic_violence:
        raise Refused("agreement_violence")
    if refused := checking.track_refused(locked, standing):
        raise refused
    check_agreement(checking.kept(locked, on), on)
    _replace(locked, by, at)
    Agreement.objects.filter(pk=locked.pk).update(state="signed", signed_at=at, signed_by_id=by)
    agreement.refresh_from_db()
    record(agreement.stream, "agreement_signed", by=by, at=at, number=agreement.number)
    _settle(agreement, dispute, by=by, roles=roles, at=at, on=on)
    _begin(agreement, by, at, on)
    return agreement


def _open(agreement: Agreement) -> Agreement:
    locked = (
        Agreement.objects.select_for_update(no_key=True, of=("self",)).select_related("mediator").get(pk=agreement.pk)
    )
    if locked.state != "draft":
        raise Refused("agreement_moved", state=words.STATES[locked.state])
    return locked


def _check_how(agreement: Agreement, how: str, photo: Attachment | None) -> None:
    if how not in words.SIGNINGS or (how == "oral" and not agreement.is_oral):
        raise Refused("agreement_oral_only")
    if how == "photo" and (photo is None or photo.dispute_id != agreement.dispute_id):
        raise Refused("agreement_photo")


def _put(agreement: Agreement, by: int | None, at: datetime, *, who: str, **facts: object) -> Signature:
    try:
        with transaction.atomic():
            return Signature.objects.create(agreement=agreement, version=agreement.version, by_id=by, at=at, **facts)
    except IntegrityError:
        raise Refused("agreement_signed_twice", who=who) from None


def _replace(agreement: Agreement, by: int | None, at: datetime) -> None:
    """An earlier agreement of the same dispute that still stood gives way to this one."""
    for old in Agreement.objects.filter(dispute=agreement.dispute_id, state="signed"):
        Due.objects.filter(agreement=old, live=True).update(live=False)
        Agreement.objects.filter(pk=old.pk).update(
            state="void", ended_at=at, ended_by_id=by, ended_why=f"{words.REPLACED}{agreement.number}"
        )
        record(old.stream, "agreement_replaced", by=by, at=at, number=old.number, now=agreement.number)


def _settle(
    agreement: Agreement, dispute: Dispute, *, by: int | None, roles: frozenset[str], at: datetime, on: date
) -> None:
    """The dispute moves by the one way there is, with who, how, when and every term."""
    promises = list(agreement.promises.select_related("by_party", "to_party").prefetch_related("dues"))
    owed = [_owed(one) for one in promises]
    lead = agreement.mediator.name if agreement.mediator else agreement.mediator_name
    given = {
        "settled_by": lead[:60], "settled_how": How.MEDIATION, "settled_on": on,
        "terms": "\n".join(one.text for one in owed), "owed": owed,
    }  # fmt: skip
    cases.move(dispute, checking.move_for(dispute), by=by, roles=roles, at=at, why=agreement.number, given=given)


def _owed(one: Promise) -> cases.Owed:
    last = max(due.due_on for due in one.dues.all())
    return cases.Owed(telling.term(one)[:200], one.amount, last, is_watched=True)


def _begin(agreement: Agreement, by: int | None, at: datetime, on: date) -> None:
    """What was done on the spot is written down as kept; the rest is watched; the days for the court run."""
    Due.objects.filter(agreement=agreement).update(live=True)
    done = Due.objects.filter(agreement=agreement, promise__at_once=True)
    done.update(live=False, performed_on=on, recorded_by_id=by, recorded_at=at, evidence=str(telling.ON_THE_SPOT))
    if agreement.track == "people" and agreement.subject == "other":
        dispute = Dispute.objects.select_related("owner").get(pk=agreement.dispute_id)
        cases.open_clock(
            RuleCode.JUDICIAL_CONFIRMATION, dispute=dispute, subject=agreement.subject_key, owner=dispute.owner,
            by=by, at=at, may_wait=True,
        )  # fmt: skip
    settle_up(agreement, by=by, at=at, on=on)

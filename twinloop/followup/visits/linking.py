"""A party answers without us: a one-time address, its token shown once, only the digest kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from twinloop.cases.models import Dispute, Party
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.followup.visits import actions
from twinloop.followup.visits.actions import Made
from twinloop.followup.visits.models import Callback, Link
from twinloop.ledger.actions import record
from twinloop.ledger.sight import SYSTEM, see_as

KEPT = timedelta(days=14)


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


@transaction.atomic
def invite(dispute: Dispute, party: Party, *, by: int, at: datetime) -> tuple[str, Link]:
    """A new token for one party; the one before no longer opens. Raises `Refused`."""
    locked = Dispute.objects.select_for_update(no_key=True).get(pk=dispute.pk)
    if locked.state not in ("settled", "penalty"):
        raise Refused("link_state")
    if party.dispute_id != locked.pk or party.removed_at is not None:
        raise Refused("link_party")
    Link.objects.filter(dispute=locked, party=party, ended_at__isnull=True).update(ended_at=at)
    token = secrets.token_urlsafe(24)
    made = Link.objects.create(dispute=locked, party=party, digest=digest(token), by_id=by, at=at, until=at + KEPT)
    record(locked.stream, "answer_asked", by=by, at=at, who=party.name_masked)
    return token, made


def opened(token: str, *, at: datetime) -> Link | None:
    """The link that a token opens now; used, replaced, expired and guessed ones are none alike."""
    found = Link.objects.filter(digest=digest(token), ended_at__isnull=True, at__lte=at, until__gt=at)
    with see_as(SYSTEM):  # nobody is signed in: the token is the right
        return found.select_related("dispute__station", "party").first()


def answer(token: str, made: Made, *, at: datetime) -> Callback:
    """What the party says, once. It counts as a callback, beside whatever an officer wrote. Raises `Refused`."""
    with see_as(SYSTEM), transaction.atomic():
        return _answer(token, made, at)


def _answer(token: str, made: Made, at: datetime) -> Callback:
    link = Link.objects.select_for_update(no_key=True, of=("self",)).filter(digest=digest(token)).first()
    if link is None or link.ended_at is not None or not link.at <= at < link.until:
        raise Refused("link_gone")
    actions.check_answer(made)
    dispute = Dispute.objects.select_for_update(no_key=True).get(pk=link.dispute_id)
    row = Callback(
        dispute=dispute, state="done", reason="visit_callback", due_on=at.astimezone(CHINA).date(), planned_at=link.at,
        way="link", on=at.astimezone(CHINA).date(), met_at=at, at=at, party=link.party, outcome=made.outcome,
        terms=made.terms, satisfaction=made.satisfaction, why=made.why.strip()[:300],
    )  # fmt: skip
    row.save(force_insert=True)
    Link.objects.filter(pk=link.pk).update(ended_at=at, answer=row)
    record(
        dispute.stream, "answer_given", by=None, at=at, why=row.why, callback=row.pk, outcome=row.outcome,
        satisfaction=row.satisfaction,
    )  # fmt: skip
    actions.heard(dispute, row, by=None, at=at)
    actions.reckon(dispute, at=at)
    return row

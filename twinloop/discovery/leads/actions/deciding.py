"""What becomes of a lead: a new incident, a part of a dispute, or nothing, with a reason that the reporter reads.

An incident out of a lead is judged like a call: sorted, looked for among earlier quarrels, weighed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from twinloop.cases import actions as cases
from twinloop.cases import sealing
from twinloop.cases.filed import path_of
from twinloop.cases.models import Dispute, Incident
from twinloop.cases.words import KINDS as OF_INCIDENTS
from twinloop.decide import Refused
from twinloop.decide.workflow import State
from twinloop.discovery.leads import words
from twinloop.discovery.leads.models import OPEN, Lead
from twinloop.discovery.leads.visibility import DECIDERS
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.triage.judging import judge

CHANNELS = {
    "volunteer": "volunteer", "village_post": "village_post", "patrol": "patrol", "resident": "resident",
    "grid_worker": "volunteer", "police": "patrol", "mediator": "volunteer",
}  # fmt: skip
TITLE = 40


def check_decide(roles: frozenset[str]) -> None:
    if not roles & DECIDERS:
        raise Refused("lead_role")


@whole()
def accept(
    lead: Lead, *, by: int, roles: frozenset[str], at: datetime, kind: str = "", open_dispute: bool = False,
    title: str = "",
) -> Incident:  # fmt: skip
    """A new incident, and with `open_dispute` a dispute of its own. Raises `Refused`."""
    check_decide(roles)
    _take(lead, at=at)
    made = _incident(lead, kind, by=by, at=at)
    dispute = None
    if open_dispute:
        name = title.strip() or lead.text.splitlines()[0]
        dispute = cases.open_dispute(title=name[:TITLE], by=by, at=at, origin="lead", incident=made)
        _hand_over_photos(lead, dispute, by=by, at=at)
    judge(made, by=by, at=at)
    _decide(lead, "accepted", by=by, at=at, incident=made, dispute=dispute)
    record(
        lead.stream, "lead_accepted", by=by, at=at,
        incident=made.number, dispute=dispute.number if dispute else "",
    )  # fmt: skip
    return made


@whole()
def join(lead: Lead, dispute: Dispute | None, *, by: int, roles: frozenset[str], at: datetime) -> Incident:
    """The same quarrel as `dispute`: a new incident, linked to it. A settled or closed one is reopened by that."""
    check_decide(roles)
    _take(lead, at=at)
    if dispute is None:
        raise Refused("lead_dispute_missing")
    if dispute.state in (State.MERGED, State.TRANSFERRED):
        raise Refused("lead_dispute_over", number=dispute.number)
    made = _incident(lead, "", by=by, at=at)
    cases.link(made, dispute, by=by, at=at, why=lead.number)
    judge(made, by=by, at=at)
    _hand_over_photos(lead, dispute, by=by, at=at)
    _decide(lead, "joined", by=by, at=at, incident=made, dispute=dispute)
    record(lead.stream, "lead_joined", by=by, at=at, incident=made.number, dispute=dispute.number)
    return made


@whole()
def decline(lead: Lead, *, reason: str, why: str = "", by: int, roles: frozenset[str], at: datetime) -> None:
    """Nothing comes of it. `why` are the words that the reporter reads; "other" needs them."""
    check_decide(roles)
    if reason not in words.DECLINES:
        raise Refused("lead_reason")
    if reason == "other" and not why.strip():
        raise Refused("lead_words")
    _take(lead, at=at)
    _decide(lead, "declined", by=by, at=at, reason=reason, why=why.strip()[:200])
    record(lead.stream, "lead_declined", by=by, at=at, why=why.strip()[:200], reason=reason)


def _take(lead: Lead, *, at: datetime) -> None:
    """Lock the row while it is open; whoever comes second is told who was first."""
    if not Lead.objects.select_for_update(no_key=True).filter(pk=lead.pk, state=OPEN).exists():
        raise told(Lead.objects.select_related("decided_by").get(pk=lead.pk))


def told(lead: Lead) -> Refused:
    """Somebody was faster: who, when, with what."""
    when = timezone.localtime(lead.decided_at) if lead.decided_at else None
    return Refused(
        "lead_decided",
        who=lead.decided_by.name if lead.decided_by else str(words.SOURCES["resident"]),
        when=f"{when:%H:%M}" if when else "",
        state=str(words.STATES[lead.state]),
    )


def _decide(lead: Lead, state: str, *, by: int, at: datetime, **facts: Any) -> None:
    found = Lead.objects.filter(pk=lead.pk, state=OPEN)
    if not found.update(state=state, decided_by_id=by, decided_at=at, **facts):
        raise told(Lead.objects.select_related("decided_by").get(pk=lead.pk))
    lead.refresh_from_db()


def _incident(lead: Lead, kind: str, *, by: int, at: datetime) -> Incident:
    """The report as an incident; who reported goes along sealed, and stays confidential where they asked."""
    if not kind:
        kind = lead.kind if lead.kind in OF_INCIDENTS else "dispute"
    if kind not in OF_INCIDENTS:
        raise Refused("lead_kind")
    return cases.register_incident(
        channel=CHANNELS[lead.source],
        narrative=narrative_of(lead),
        reported_at=lead.reported_at,
        by=by,
        at=at,
        place=lead.place,
        address=lead.address,
        caller=cases.Caller(identity_of(lead), lead.is_confidential),
        reported_kind=kind,
    )


def narrative_of(lead: Lead) -> str:
    """What was reported, with what the reporter added."""
    return "\n".join([lead.text, *(remark.text for remark in lead.remarks.all())])


def identity_of(lead: Lead) -> sealing.Identity:
    """Who reported, in clear: for the action alone, which seals it again."""
    if lead.reporter is not None:
        return sealing.Identity(name=lead.reporter.name)
    return sealing.Identity(
        name=sealing.open_(lead.outside_name_sealed, f"lead:{lead.pk}:name"),
        phone=sealing.open_(lead.outside_phone_sealed, f"lead:{lead.pk}:phone"),
    )


def _hand_over_photos(lead: Lead, dispute: Dispute, *, by: int, at: datetime) -> None:
    for photo in lead.photos.all():
        path = path_of(photo.stored)
        if path.is_file():  # a restored backup may lack files; the case goes on
            with path.open("rb") as stream:
                cases.attach(dispute, stream, photo.name, by=by, at=at)

"""民转刑: a crime that is linked to a known quarrel is marked at once; a leader says what came of what."""

from __future__ import annotations

from datetime import datetime

from twinloop.cases.models import IncidentLink
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.followup.rounds import queries, words
from twinloop.followup.rounds.models import Escalation
from twinloop.ledger.actions import record
from twinloop.ledger.sight import Scope
from twinloop.ledger.whole import whole


@whole()
def mark(link: IncidentLink, *, at: datetime) -> bool:
    """One mark a crime and dispute; gives whether it is new."""
    _made, new = Escalation.objects.get_or_create(
        dispute=link.dispute, incident=link.incident,
        defaults={"at": link.incident.received_at, "marked_at": at},
    )  # fmt: skip
    if new:
        record(
            link.dispute.stream, "escalation_marked", by=None, at=at, incident=link.incident.number,
            escalation=_made.pk,
        )  # fmt: skip
    return new


@whole()
def find(escalation: Escalation, finding: str, text: str, *, by: int, scope: Scope, at: datetime) -> Escalation:
    """What the look back found. Said once; a later view is a note of the dispute. Raises `Refused`."""
    if not scope.has(*queries.LEADERS):
        raise Refused("escalation_role")
    found = Escalation.objects.select_for_update(no_key=True, of=("self",)).select_related("dispute", "reviewed_by")
    locked = found.get(pk=escalation.pk)
    if locked.reviewed_at is not None:
        who = locked.reviewed_by.name if locked.reviewed_by else "—"
        raise Refused("escalation_over", who=who, when=f"{locked.reviewed_at.astimezone(CHINA):%Y-%m-%d %H:%M}")
    if finding not in words.FINDINGS or not text.strip():
        raise Refused("escalation_what")
    locked.finding, locked.text, locked.reviewed_by_id, locked.reviewed_at = finding, text.strip()[:2_000], by, at
    locked.save(update_fields=["finding", "text", "reviewed_by", "reviewed_at"])
    record(
        locked.dispute.stream, "escalation_reviewed", by=by, at=at, why=locked.text[:200], finding=finding,
        escalation=locked.pk,
    )  # fmt: skip
    return locked

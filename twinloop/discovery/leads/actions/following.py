"""After the report: one more sentence, taking it back, and looking at who it was."""

from __future__ import annotations

from datetime import datetime

from twinloop.cases import sealing
from twinloop.cases.actions.looking import MAY_OPEN_CONFIDENTIAL
from twinloop.decide import Refused
from twinloop.discovery.leads.models import OPEN, Lead, LeadRemark
from twinloop.discovery.leads.visibility import READERS
from twinloop.ledger.actions import record
from twinloop.ledger.sight import Scope
from twinloop.ledger.whole import whole

MOST_REMARKS, REMARK = 5, 500
FIELDS = ("name", "phone")


@whole()
def add_remark(lead: Lead, text: str, *, by: int | None, at: datetime) -> LeadRemark:
    """One more sentence, while nobody has decided. Raises `Refused`."""
    text = text.strip()
    if not text:
        raise Refused("lead_empty")
    if len(text) > REMARK:
        raise Refused("lead_long", most=REMARK)
    _lock_open(lead)
    if lead.remarks.count() >= MOST_REMARKS:
        raise Refused("lead_added_enough", most=MOST_REMARKS)
    made = LeadRemark.objects.create(lead=lead, at=at, by_id=by, text=text)
    record(lead.stream, "lead_remarked", by=by, at=at, remark=made.pk)
    return made


@whole()
def withdraw(lead: Lead, *, by: int | None, at: datetime) -> None:
    """The reporter takes it back, while nobody has decided. It stays in history."""
    _lock_open(lead)
    Lead.objects.filter(pk=lead.pk, state=OPEN).update(state="withdrawn", decided_at=at, decided_by_id=by)
    record(lead.stream, "lead_withdrawn", by=by, at=at)
    lead.refresh_from_db()


def _lock_open(lead: Lead) -> None:
    if not Lead.objects.select_for_update(no_key=True).filter(pk=lead.pk, state=OPEN).exists():
        raise Refused("lead_over")


def look(lead: Lead, *, by: int, at: datetime, where: str) -> None:
    """`by` read the lead or one of its photos."""
    record(lead.stream, "looked", by=by, at=at, is_look=True, where=where)


def check_unmask(lead: Lead, field: str, scope: Scope) -> None:
    """Whoever may decide may ask who reported; where they asked not to be known, the command room and leaders only."""
    if field not in FIELDS:
        raise Refused("lead_field")
    if not scope.has(*READERS):
        raise Refused("lead_role")
    if lead.is_confidential and not scope.has(*MAY_OPEN_CONFIDENTIAL):
        raise Refused("lead_confidential")


@whole()
def unmask(lead: Lead, field: str, *, scope: Scope, by: int, at: datetime, reason: str, why: str = "") -> str:
    """Open one field of an outside reporter, with a reason, and write down who did. The value is not logged."""
    check_unmask(lead, field, scope)
    if not reason or (reason == "other" and not why.strip()):
        raise Refused("reason_missing")
    record(lead.stream, "unmasked", by=by, at=at, why=why, is_look=True, field=field, reason=reason)
    return sealing.open_(getattr(lead, f"outside_{field}_sealed"), f"lead:{lead.pk}:{field}")

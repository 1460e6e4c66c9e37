"""Not ours: the caller is told, and the unit whose matter it is gets it within 24 hours (程序规定 61)."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from twinloop.cases import actions as cases
from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.models import Clock, Incident
from twinloop.decide import Refused
from twinloop.decide.clocks import RuleCode
from twinloop.intake.doors.models import Handover, Notice
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.people.models import Account, Unit

TEXT, WHY, NAME, RECEIPT = 1000, 500, 60, 100


@whole()
def tell(
    incident: Incident, *, reason: str, way: str, text: str, told_at: datetime, by: int | None, at: datetime
) -> Notice:
    """Write down what the caller was told, how and when. It cannot be taken back: a correction is another notice."""
    text = text.strip()
    if not text:
        raise Refused("notice_text_missing", field="text")
    if len(text) > TEXT:
        raise Refused("notice_text_long", field="text", limit=TEXT, length=len(text))
    if told_at > at:
        raise Refused("notice_future", field="told")
    if told_at < incident.reported_at:
        raise Refused("notice_early", field="told")
    made = Notice(incident=incident, reason=reason, way=way, text=text, told_at=told_at, by_id=by, at=at)
    made.save(force_insert=True)
    record(incident.stream, "caller_told", by=by, at=at, reason=reason, way=way, told_at=told_at, notice=made.pk)
    return made


@whole()
def hand_over(
    incident: Incident, *, to_unit: Unit | None, to_name: str = "", why: str, by: int | None, at: datetime
) -> Handover:
    """Send it on. The 24 hours run from its receipt, not from when somebody noticed whose matter it is."""
    to_name = " ".join(to_name.split()) if to_unit is None else ""
    why = why.strip()
    if to_unit is None and not to_name:
        raise Refused("handover_to_missing", field="to_name")
    if not why:
        raise Refused("handover_why_missing", field="why")
    _short("to_name", to_name, NAME)
    _short("why", why, WHY)
    made = Handover(incident=incident, to_unit=to_unit, to_name=to_name, why=why, sent_at=at, sent_by_id=by)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        standing = incident.handovers.filter(received_at=None, returned_at=None, recalled_at=None).first()
        raise Refused("handover_stands", to=standing.to if standing else "") from None
    if running(incident) is None:
        owner = Account.objects.filter(pk=by).first() if by else None
        cases.open_clock(
            RuleCode.TRANSFER, incident=incident, owner=owner, by=by, at=at, since=incident.received_at, may_wait=True
        )
    record(incident.stream, "handed_over", by=by, at=at, why=why, to=made.to, handover=made.pk)
    return made


def _short(field: str, text: str, limit: int) -> None:
    if len(text) > limit:
        raise Refused("handover_long", field=field, limit=limit, length=len(text))


def running(incident: Incident) -> Clock | None:
    return Clock.objects.filter(RUNNING, incident=incident, rule=RuleCode.TRANSFER).first()


@whole()
def receipt(handover: Handover, *, receipt: str, by: int | None, at: datetime) -> None:
    """The other unit signed for it: done."""
    receipt = " ".join(receipt.split())
    if not receipt:
        raise Refused("handover_receipt_missing", field="receipt")
    _short("receipt", receipt, RECEIPT)
    _end(handover, received_at=at, receipt=receipt)
    clock = running(handover.incident)
    if clock is not None:
        cases.stop_clock(clock, by=by, at=at)
    record(handover.incident.stream, "handover_received", by=by, at=at, to=handover.to, handover=handover.pk)


@whole()
def returned(handover: Handover, *, why: str, by: int | None, at: datetime) -> None:
    """The other unit does not take it: it is ours again, and the clock goes on."""
    why = why.strip()
    if not why:
        raise Refused("handover_return_missing", field="why")
    _short("why", why, 200)
    _end(handover, returned_at=at, returned_why=why)
    record(handover.incident.stream, "handover_returned", by=by, at=at, why=why, to=handover.to, handover=handover.pk)


@whole()
def recall(handover: Handover, *, why: str, by: int | None, at: datetime) -> None:
    """Sent by mistake. The clock that it started is no longer owed; one that ran before goes on."""
    if not why.strip():
        raise Refused("reason_missing")
    _short("why", why.strip(), 200)
    _end(handover, recalled_at=at, recalled_why=why.strip())
    clock = running(handover.incident)
    if clock is not None and handover.incident.channel != "transfer":
        cases.drop_clock(clock, by=by, at=at, why=why.strip())
    record(handover.incident.stream, "handover_recalled", by=by, at=at, why=why, to=handover.to, handover=handover.pk)


def _end(handover: Handover, **columns: object) -> None:
    """The first ending counts."""
    open_ = Handover.objects.filter(pk=handover.pk, received_at=None, returned_at=None, recalled_at=None)
    if not open_.update(**columns):
        raise Refused("handover_over")
    handover.refresh_from_db()


@whole()
def accept_transfer(incident: Incident, *, by: int | None, at: datetime) -> None:
    """What another unit sent is ours: its 24 hours are kept."""
    clock = running(incident)
    if clock is None or incident.handovers.filter(received_at=None, returned_at=None, recalled_at=None).exists():
        raise Refused("transfer_not_waiting")
    cases.stop_clock(clock, by=by, at=at)
    record(incident.stream, "transfer_accepted", by=by, at=at)

"""What the caller gets in writing: the case is taken up (受案回执), or it is none of ours (程序规定 61)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from twinloop.cases.models import Clock, Dispute, Incident, IncidentLink
from twinloop.decide.clocks import RuleCode
from twinloop.intake.doors.models import Notice
from twinloop.papers.filling import day, moment
from twinloop.papers.kinds import Subject
from twinloop.papers.own import incident

OFFENCES = ("crime", "public_order")
ABOUT = ("place", "station", "registered_by")


def receipts(reports: QuerySet[Incident]) -> Iterator[Subject]:
    """A receipt is for a case: an offence, or a quarrel whose penalty procedure was opened. Not what went elsewhere."""
    penalty = Q(links__unlinked_at__isnull=True, links__dispute__clocks__rule=RuleCode.PENALTY)
    offence = Q(confirmed_kind__in=OFFENCES) | Q(confirmed_kind="", reported_kind__in=OFFENCES)
    ours = Incident.objects.filter(pk__in=reports).filter(offence | penalty).exclude(
        Q(notices__isnull=False) | Q(handovers__returned_at=None, handovers__recalled_at=None, handovers__isnull=False)
    )  # fmt: skip
    links = IncidentLink.objects.filter(unlinked_at__isnull=True).select_related("dispute__owner")
    ours = ours.select_related(*ABOUT).prefetch_related(Prefetch("links", links, to_attr="standing"))
    for one in ours.distinct().order_by("received_at", "pk"):
        yield Subject(one.pk, one.number, lambda one=one: _case(one), is_done=False, incident=one.pk)  # type: ignore[misc]


def _case(one: Incident) -> dict[str, Any]:
    dispute: Dispute | None = next((link.dispute for link in one.standing), None)  # type: ignore[attr-defined]
    opened = Clock.objects.filter(dispute=dispute, rule=RuleCode.PENALTY).order_by("started_at").first()
    said = incident(one)
    officer = dispute.owner if dispute else None
    return {
        "incident": said,
        "case": {
            "matter": dispute.title if dispute else f"{said['place']}{said['kind']}",
            "accepted_on": day(opened.started_at if dispute and opened else one.registered_at),
            "officer": str(officer or ""), "phone": one.station.phone if one.station else "",
        },
    }  # fmt: skip


def refusals(reports: QuerySet[Incident]) -> Iterator[Subject]:
    """One paper a notice: told orally first, the caller may still ask for it in writing."""
    found = Notice.objects.filter(incident__in=reports).select_related("by", *(f"incident__{name}" for name in ABOUT))
    for one in found.order_by("told_at", "pk"):
        label = f"{moment(one.told_at)} {one.get_reason_display()}"
        yield Subject(one.pk, label, lambda one=one: _refusal(one), is_done=False, incident=one.incident_id)  # type: ignore[misc]


def _refusal(one: Notice) -> dict[str, Any]:
    sent = one.incident.handovers.filter(recalled_at=None, returned_at=None).select_related("to_unit")
    return {
        "incident": incident(one.incident),
        "notice": {
            "reason": str(one.get_reason_display()), "text": one.text, "way": str(one.get_way_display()),
            "told_at": moment(one.told_at), "day": day(one.told_at), "by": str(one.by or ""),
            "handed": [f"已于{moment(row.sent_at)}移交{row.to}。" for row in sent],
        },
    }  # fmt: skip


PAPERS = {"case_receipt": receipts, "not_accepted": refusals}

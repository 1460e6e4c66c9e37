"""An incident as its page and its list show it: masked, with its orders and feedbacks, and the dispute behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from twinloop.cases import finding, visibility
from twinloop.cases.actions.looking import MAY_OPEN_CONFIDENTIAL, check_unmask
from twinloop.cases.models import Dispute, Feedback, Incident, IncidentLink, Order
from twinloop.cases.queries import shown_type_names
from twinloop.cases.telling import sentence, why_ended
from twinloop.cases.words import CHANNELS, KINDS, UNMASK_REASONS
from twinloop.decide import Refused
from twinloop.edge.masks import mask_address, mask_text
from twinloop.ledger.sight import Scope


@dataclass(frozen=True)
class Row:
    """`next` is the first word of the row: what the incident waits for, "" where nothing is left to do."""

    incident: Incident
    next: str
    text: str
    caller: str
    channel: str
    kind: str
    dispute: str
    dispute_url: str


@dataclass(frozen=True)
class Field:
    """One masked field of a caller or a reporter; `shut` is why it cannot be opened."""

    code: str
    label: str
    text: str
    shut: str


@dataclass(frozen=True)
class Sent:
    order: Order
    feedbacks: Sequence[Feedback]

    @property
    def why_ended(self) -> str:
        return why_ended(self.order.ended_why)


@dataclass(frozen=True)
class Shown:
    narrative: str
    address: str
    channel: str
    reported: str
    confirmed: str
    is_hidden: bool
    fields: Sequence[Field]
    orders: Sequence[Sent]
    loose: Sequence[Feedback]  # feedbacks without an order, as imports bring them
    link: IncidentLink | None
    dispute: Dispute | None  # None where there is none, or it is outside the viewer's scope
    dispute_title: str
    why: Sequence[tuple[str, str]]


def row(incident: Incident, scope: Scope) -> Row:
    links: list[IncidentLink] = incident.live_links  # type: ignore[attr-defined]
    orders: list[Order] = incident.sent_orders  # type: ignore[attr-defined]
    name, _phone = finding.caller(incident, scope)
    dispute = links[0].dispute if links else None
    return Row(
        incident,
        next=_next(incident, orders, linked=dispute is not None),
        text=mask_text(incident.narrative)[:200],
        caller=name,
        channel=str(CHANNELS[incident.channel]),
        kind=str(KINDS[incident.confirmed_kind or incident.reported_kind]),
        dispute=dispute.number if dispute else "",
        dispute_url=finding.url("dispute", dispute.number) if dispute else "",
    )


def _next(incident: Incident, orders: Sequence[Order], *, linked: bool) -> str:
    waits = {"sent": pgettext("next", "签收"), "signed": pgettext("next", "到场"), "arrived": pgettext("next", "反馈"),
             "returned": pgettext("next", "复核"), "recalled": pgettext("next", "再派")}  # fmt: skip
    if orders and orders[-1].state in waits:
        return waits[orders[-1].state]
    is_dispute = (incident.confirmed_kind or incident.reported_kind) == "dispute"
    if is_dispute and not linked:
        return pgettext("next", "关联")
    return "" if orders or linked else pgettext("next", "派单")


def shown(incident: Incident, scope: Scope) -> Shown:
    link = IncidentLink.objects.filter(incident=incident, unlinked_at__isnull=True).select_related("linked_by").first()
    dispute = visibility.disputes(scope).filter(pk=link.dispute_id).select_related("owner").first() if link else None
    loose = list(Feedback.objects.filter(incident=incident, order__isnull=True).select_related("by").order_by("at"))
    for feedback in loose:
        feedback.text = mask_text(feedback.text)
    names = shown_type_names()
    return Shown(
        narrative=mask_text(incident.narrative),
        address=mask_address(incident.address),
        channel=str(CHANNELS[incident.channel]),
        reported=_kind(incident.reported_kind, incident.reported_type, names),
        confirmed=_kind(incident.confirmed_kind, incident.confirmed_type, names),
        is_hidden=incident.caller_is_confidential and not scope.has(*MAY_OPEN_CONFIDENTIAL),
        fields=_fields(incident, scope),
        orders=_orders(incident),
        loose=loose,
        link=link if dispute else None,
        dispute=dispute,
        dispute_title=mask_text(dispute.title) if dispute else "",
        why=[(code, str(label)) for code, label in UNMASK_REASONS.items()],
    )


def _kind(kind: str, code: str, names: dict[str, str]) -> str:
    return " · ".join(filter(None, (str(KINDS[kind]) if kind else "", names.get(code, code))))


def _fields(incident: Incident, scope: Scope) -> list[Field]:
    masked = (("name", _("姓名"), incident.caller_name_masked), ("phone", _("电话"), incident.caller_phone_masked))
    return [Field(code, label, text, _shut(incident, code, scope)) for code, label, text in masked if text]


def _shut(incident: Incident, field: str, scope: Scope) -> str:
    try:
        check_unmask(incident, field, scope)
    except Refused as refused:
        return sentence(refused)
    return ""


def _orders(incident: Incident) -> list[Sent]:
    """Oldest first, each with its feedbacks; texts masked as everything that people wrote."""
    people = ("to_account", "to_unit", "sent_by")
    orders = list(Order.objects.filter(incident=incident).select_related(*people).order_by("sent_at", "id"))
    feedbacks: dict[int | None, list[Feedback]] = {}
    for feedback in Feedback.objects.filter(order__in=orders).select_related("by").order_by("at", "id"):
        feedback.text = mask_text(feedback.text)
        feedbacks.setdefault(feedback.order_id, []).append(feedback)
    for order in orders:
        order.text = mask_text(order.text)
    return [Sent(order, feedbacks.get(order.pk, [])) for order in orders]

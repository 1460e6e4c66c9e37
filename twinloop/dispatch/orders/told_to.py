"""Orders tell whose they are, and whoever sent them what came back."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twinloop.cases.models import Order
from twinloop.cases.told_to import link
from twinloop.ledger.models import Event
from twinloop.notices.telling import Telling, holders


def _taker(event: Event) -> Iterable[int | None]:
    """The person, or where it went to a unit everybody of it who may take an order."""
    account, unit = event.data.get("to_account"), event.data.get("to_unit")
    if account:
        return [int(account)]
    roles = ("officer", "community_officer", "auxiliary")
    return [one for role in roles for one in holders(event, role, unit=int(unit))] if unit else []


def _sender(event: Event) -> Iterable[int | None]:
    return Order.objects.filter(pk=event.data.get("order")).values_list("sent_by", flat=True)


def _to_order(event: Event) -> tuple[str, str]:
    return link(event)[0], reverse("order", args=[event.data["order"]])


TOLD_TO = {
    "order_sent": Telling(_("派单给你"), "send", _taker, _to_order, is_urgent=True),
    "order_recalled": Telling(_("派单已收回"), "arrow-back-up", _taker, _to_order),
    "order_returned": Telling(_("派单被退回，要再派"), "arrow-back", _sender, link, is_urgent=True),
    "order_silent": Telling(_("派单没有人签收"), "alarm", _sender, link, is_urgent=True),
}

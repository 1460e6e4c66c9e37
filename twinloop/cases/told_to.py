"""Which events of cases tell whom: what is late, what came back, what one is made responsible for."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twinloop.cases.models import Clock, Dispute, Incident
from twinloop.decide.workflow import Action
from twinloop.ledger.models import Event
from twinloop.notices.telling import Telling, holders, key_of


def link(event: Event) -> tuple[str, str]:
    """The case that the event stands with."""
    kind, _colon, _key = event.stream.partition(":")
    model: type[Dispute] | type[Incident] = Dispute if kind == "dispute" else Incident
    number = model.objects.values_list("number", flat=True).get(pk=key_of(event))
    return number, reverse(kind, args=[number])


def dispute_of(event: Event) -> Dispute | None:
    return Dispute.objects.filter(pk=key_of(event)).first() if event.stream.startswith("dispute:") else None


def owner(event: Event) -> Iterable[int | None]:
    """The responsible officer, else the station's chief: somebody always hears it."""
    dispute = dispute_of(event)
    if dispute is None:
        return []
    return [dispute.owner_id] if dispute.owner_id else chiefs(event)


def chiefs(event: Event) -> Iterable[int | None]:
    dispute = dispute_of(event)
    return holders(event, "chief", station=dispute.station_id) if dispute and dispute.station_id else []


def _late(event: Event) -> Iterable[int | None]:
    """Whose clock it is; the chief from the second rung on, the bureau from the third."""
    kind, pk = event.stream.partition(":")[0], key_of(event)
    here = Q(dispute=pk) if kind == "dispute" else Q(incident=pk) if kind == "incident" else Q(pk__in=[])
    clocks = Clock.objects.filter(here, rule=event.data.get("rule", ""), rung=event.data.get("rung", ""))
    found = [*clocks.values_list("owner", flat=True), *owner(event)]
    if event.data.get("rung") in ("rung_chief", "rung_bureau"):
        found += chiefs(event)
    if event.data.get("rung") == "rung_bureau":
        found += holders(event, "bureau")
    return found


def _taker(event: Event) -> Iterable[int | None]:
    """A second handling goes to a person by a move of the dispute."""
    dispute = dispute_of(event)
    order = dispute.orders.order_by("-pk").first() if dispute else None
    return [order.to_account_id] if order else []


def _involved(event: Event) -> Iterable[int | None]:
    account = event.data.get("account")
    return [account] if isinstance(account, int) else []


TOLD_TO = {
    "clock_climbed": Telling(_("超时"), "alarm", _late, link, is_urgent=True),
    "clock_warned": Telling(_("快到期"), "clock", _late, link),
    "person_involved": Telling(_("请你参与一件纠纷"), "user-check", _involved, link),
    Action.ORDER.value: Telling(_("二次处置派给你"), "send", _taker, link, is_urgent=True),
    Action.RETURN_ORDER.value: Telling(_("二次处置被退回"), "arrow-back", owner, link),
    Action.REOPEN.value: Telling(_("纠纷重新打开"), "lock-open", owner, link, is_urgent=True),
    Action.TRANSFER.value: Telling(_("纠纷已移送"), "share", owner, link),
    Action.RETURN_TRANSFER.value: Telling(_("移送被退回"), "arrow-back", owner, link, is_urgent=True),
}

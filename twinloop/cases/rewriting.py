"""Correcting what is written about a dispute: title, focus, source, since when, who owns it, who leads it.

Texts stand masked in the form, as everywhere; one that comes back as it was shown stays as it is in the record.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from twinloop.cases import forms as asked
from twinloop.cases import offers
from twinloop.cases.models import Dispute
from twinloop.people.models import Account, Role

TEXTS = ("title", "focus", "source")
Mask = Callable[[str], str]


def ask(dispute: Dispute, on: date, mask: Mask) -> offers.Ask:
    """The act on the page, with its form as the record stands."""
    known: dict[str, Any] = {name: mask(getattr(dispute, name)) for name in TEXTS}
    known |= {"owner": dispute.owner_id or "", "leader": dispute.leader_id or ""}
    known |= {"started_on": dispute.started_on, "version": dispute.version}

    def kind(**more: Any) -> asked.Change:
        return asked.Change(today=on, **more)

    url = reverse("dispute_change", args=[dispute.number])
    pairs = _choices(dispute, on)
    return offers.make("change", _("改写"), url, kind, icon="pencil", initial=known, send=_("保存"), choices=pairs)


def form(dispute: Dispute, on: date, sent: Any) -> asked.Change:
    return asked.choose(asked.Change(sent, today=on, auto_id="change-%s"), _choices(dispute, on))


def written(dispute: Dispute, form: asked.Change, mask: Mask) -> dict[str, Any]:
    """The columns as they shall stand; people as people."""
    given = form.cleaned_data
    facts: dict[str, Any] = {name: given[name] for name in TEXTS if given[name] != mask(getattr(dispute, name))}
    facts["started_on"] = given["started_on"]
    for name in ("owner", "leader"):
        facts[name] = Account.objects.get(pk=int(given[name])) if given[name] else None
    return facts


def _choices(dispute: Dispute, on: date) -> dict[str, list[tuple[Any, Any]]]:
    """Who stands there now remains to be chosen, wherever they work today."""
    return {
        "owner": _people(offers.takers(dispute, on), dispute.owner),
        "leader": _people(_leaders(dispute, on), dispute.leader),
    }


def _people(found: list[Account], now: Account | None) -> list[tuple[Any, Any]]:
    known = found if now is None or now in found else [now, *found]
    return [(str(who.pk), offers.taker(who)) for who in known]


def _leaders(dispute: Dispute, on: date) -> list[Account]:
    """Who may lead a grave case (包案): the chiefs of its station and the bureau's leaders."""
    chief = Q(grants__role=Role.CHIEF)
    if dispute.station_id:
        chief &= Q(unit=dispute.station_id) | Q(unit__parent=dispute.station_id)
    now = Q(is_active=True, grants__period__contains=on)
    found = Account.objects.filter(now & (chief | Q(grants__role=Role.BUREAU)))
    return list(found.select_related("unit").order_by("username").distinct()[:50])

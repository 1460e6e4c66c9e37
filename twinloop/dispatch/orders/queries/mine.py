"""我的派单: the orders of one person, as a phone shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.models import ORDER_OPEN, Clock, Dispute, Feedback, Incident, IncidentLink, Order
from twinloop.cases.queries import community_officer, shown_type_names
from twinloop.cases.words import KINDS
from twinloop.dispatch.orders.words import STEPS
from twinloop.edge import masks
from twinloop.edge.masks import mask_address, mask_text
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account
from twinloop.places.models import Place
from twinloop.triage import spoken
from twinloop.triage.models import Judgement

LATELY = timedelta(days=7)


@dataclass(frozen=True)
class Step:
    """`state`: "done", "now" or ""."""

    word: str
    state: str
    took: timedelta | None
    due: datetime | None
    text: str


@dataclass(frozen=True)
class Shown:
    """One order on a phone. `know`: (icon, words) worth knowing before one arrives."""

    order: Order
    number: str
    level: int
    guess: bool
    kind: str
    title: str
    text: str
    dispute: Dispute | None
    address: str
    area: str
    caller: str
    map_url: str
    steps: Sequence[Step]
    know: Sequence[tuple[str, str]]
    feedbacks: Sequence[Feedback]
    after: str  # what comes after the final feedback


def orders(scope: Scope, *, by: int) -> QuerySet[Order]:
    """Orders given to the person, to those whom they stand in for, or to their unit while nobody has signed."""
    unit = Account.objects.filter(pk=by, unit__isnull=False).values("unit")
    of_unit = Q(to_account__isnull=True, state="sent", to_unit__in=unit)
    found = Order.objects.filter(Q(to_account__in=scope.accounts) | of_unit)
    return found.select_related("incident__place__parent", "dispute__place__parent", "to_account", "to_unit", "sent_by")


def open_orders(scope: Scope, *, by: int) -> list[Order]:
    """What is on one's hands: what one has minutes to sign, where one stands now, then the rest; the newest first."""
    found = list(orders(scope, by=by).filter(state__in=ORDER_OPEN).order_by("-sent_at", "-pk"))
    here = max(
        (order for order in found if order.arrived_at),
        key=lambda order: order.arrived_at or order.sent_at,
        default=None,
    )
    return sorted(found, key=lambda order: _rank(order, here))


def _rank(order: Order, here: Order | None) -> int:
    """What a whole unit was asked waits behind where one stands: somebody else may sign it."""
    if order.state == "sent" and order.to_account_id:
        return 0
    return 1 if order == here else {"sent": 2, "signed": 3, "arrived": 4}[order.state]


def over(scope: Scope, *, by: int, at: datetime, most: int = 20) -> list[Order]:
    """What is done, for a week."""
    found = orders(scope, by=by).exclude(state__in=ORDER_OPEN).filter(sent_at__gt=at - LATELY)
    return list(found.order_by("-sent_at")[:most])


def place_line(order: Order) -> str:
    thing = order.incident or order.dispute
    return str(thing.place or "") if thing else ""


def headline(order: Order) -> str:
    """What it is about, in a line: masked."""
    if order.incident is not None:
        return masks.headline(order.incident.narrative)
    if order.dispute is not None:
        return mask_text(order.dispute.title)
    return masks.headline(order.text)


def shown(order: Order, *, at: datetime, exact: bool = False) -> Shown:
    """One order with everything a phone needs. Its case is the viewer's to see: the order is.

    `exact`: the door too, for who is on their way. Whoever asks for it writes the look down.
    """
    incident, dispute = order.incident, order.dispute or _dispute(order.incident)
    thing = incident or dispute
    place = thing.place if thing else None
    level, guess = _level(incident, dispute)
    names = shown_type_names()
    code = (dispute.type_code if dispute else "") or (incident and (incident.confirmed_type or incident.reported_type))
    kind = names.get(code or "", "") or (
        str(KINDS[incident.confirmed_kind or incident.reported_kind]) if incident else ""
    )
    return Shown(
        order=order,
        number=thing.number if thing else "",
        level=level,
        guess=guess,
        kind=f"{code} {kind}".strip() if code else kind,
        title=mask_text(dispute.title) if dispute else headline(order),
        text=mask_text(incident.narrative) if incident else mask_text(order.text),
        dispute=dispute,
        address=_address(incident, exact=exact and order.state in ORDER_OPEN) or str(place or _("地方未知")),
        area=_area(place, with_community=bool(incident and incident.address)),
        caller=_caller(incident),
        map_url=_map(incident),
        steps=_steps(order, at),
        know=_know(incident, dispute),
        feedbacks=list(order.feedbacks.select_related("by").order_by("at")),
        after=_after(dispute, at),
    )


def _address(incident: Incident | None, *, exact: bool) -> str:
    if incident is None:
        return ""
    return incident.address if exact else mask_address(incident.address)


def _area(place: Place | None, *, with_community: bool) -> str:
    """The township; the community before it where the line above does not say it."""
    if place is None:
        return ""
    return f"{place.parent or ''} {place if with_community else ''}".strip()


def _dispute(incident: Incident | None) -> Dispute | None:
    if incident is None:
        return None
    link = IncidentLink.objects.filter(incident=incident, unlinked_at__isnull=True).select_related("dispute").first()
    return link.dispute if link else None


def _level(incident: Incident | None, dispute: Dispute | None) -> tuple[int, bool]:
    if dispute is not None and dispute.level:
        return dispute.level, dispute.level_confirmed_by_id is None
    said = Judgement.objects.filter(incident=incident, what="level").order_by("-id").first() if incident else None
    return (int(said.answer["level"]), said.by_id is None) if said else (3, True)


def _caller(incident: Incident | None) -> str:
    if incident is None or incident.caller_is_confidential:
        return ""
    return incident.caller_name_masked or incident.caller_phone_masked


def _map(incident: Incident | None) -> str:
    """A position for the phone's own map; no address leaves the house."""
    if incident is None or incident.latitude is None:
        return ""
    return f"geo:{incident.latitude},{incident.longitude}"


def _steps(order: Order, at: datetime) -> list[Step]:
    clocks = {clock.rule: clock.due_at for clock in Clock.objects.filter(RUNNING, order=order, due_at__isnull=False)}
    scene = next((clocks[rule] for rule in clocks if rule.startswith("on_scene")), None)
    last = clocks.get("first_feedback") or clocks.get("final_feedback")
    now = {"sent": 0, "signed": 1, "arrived": 2}.get(order.state, 3)
    signed = order.signed_at - order.sent_at if order.signed_at else None
    arrived = order.arrived_at - order.signed_at if order.arrived_at and order.signed_at else None
    dues = (clocks.get("order_signed"), scene, last)
    found = []
    for n, (word, took) in enumerate(zip(STEPS, (signed, arrived, None), strict=True)):
        state = "done" if n < now else "now" if n == now else ""
        text = _("1 小时内") if n == 2 and not dues[2] else ""
        found.append(
            Step(str(word), state, took if state == "done" else None, dues[n] if state == "now" else None, text)
        )
    return found


def _know(incident: Incident | None, dispute: Dispute | None) -> list[tuple[str, str]]:
    """What happened, never who somebody is: threats and weapons read from the text, earlier calls, the terms."""
    found: list[tuple[str, str]] = []
    said = (
        Judgement.objects.filter(incident=incident, what="sorting", by=None).order_by("-id").first()
        if incident
        else None
    )
    found += [("alert-triangle", words) for words in spoken.flags_said(said.answer)] if said else []
    if dispute is None:
        return found
    calls = IncidentLink.objects.filter(dispute=dispute, unlinked_at__isnull=True).count()
    if calls > 1:
        found.append(("rotate-clockwise", _("同一件纠纷第 %(n)s 次报警") % {"n": calls}))
    owed = dispute.terms.filter(dropped_at__isnull=True, performed_on__isnull=True).count()
    if owed:
        found.append(
            ("file-text", ngettext("有 %(n)s 条约定还没有履行", "有 %(n)s 条约定还没有履行", owed) % {"n": owed})
        )
    if dispute.owner is not None:
        found.append(("user", _("责任民警 %(name)s") % {"name": dispute.owner.name}))
    return found


def _after(dispute: Dispute | None, at: datetime) -> str:
    """What comes after a final feedback that says 没有平息."""
    if dispute is None:
        return _("指挥室复核")
    officer = community_officer(dispute.place, on=at.date()) if dispute.place else None
    if officer is None:
        return _("研判，再派社区处置")
    return _("研判，转给 %(name)s 二次处置（第 %(n)s 轮）") % {"name": officer.name, "n": dispute.round + 1}

"""指挥室: what waits, what is under way, what came back. A literal number of queries, for 1 call and for 200."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from twinloop.cases import visibility
from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.models import ORDER_OPEN, Clock, Dispute, Feedback, Incident, IncidentLink, Order
from twinloop.cases.queries import rule_of, shown_type_names
from twinloop.cases.words import KINDS, ORDER_STATES
from twinloop.decide import clocks
from twinloop.decide.clocks import Calendar, RuleCode
from twinloop.dispatch.orders.models import Dismissal, Watching
from twinloop.dispatch.orders.words import TABS
from twinloop.edge.masks import mask_text
from twinloop.ledger.sight import Scope
from twinloop.triage import spoken
from twinloop.triage.models import Judgement

RECENT = timedelta(days=2)  # an older call without an order is history (an import), not a call that waits
OVER = timedelta(days=7)  # what was returned or not settled is shown so long
FRESH = timedelta(seconds=30)  # whoever said so longer ago has the call no more open
SHOWN = 300


@dataclass(frozen=True)
class Line:
    """One call in the left column."""

    incident: Incident
    level: int
    guess: bool
    kind: str
    is_said: bool  # a person said what kind it is; else the software suggests it
    place: str
    text: str
    what: str  # the clock's name
    due: datetime | None
    warn: datetime | None
    flags: Sequence[str]
    redo: str  # why it is here again
    watching: str
    who: str = ""

    @property
    def number(self) -> str:
        return self.incident.number


def waits() -> Q:
    """Conditions of a call that waits: nobody has it, nobody had it to the end, nobody said that none need go."""
    mine = Order.objects.filter(incident=OuterRef("pk"))
    held = mine.filter(Q(state__in=["signed", "arrived", "done"]) | Q(state="sent", silence=None))
    over = Feedback.objects.filter(incident=OuterRef("pk"), is_final=True)
    dropped = Dismissal.objects.filter(incident=OuterRef("pk"))
    return Q(~Exists(held), ~Exists(over), ~Exists(dropped))


def waiting(scope: Scope, *, at: datetime) -> QuerySet[Incident]:
    found = visibility.near_incidents(scope).filter(waits(), registered_at__gt=at - RECENT, registered_at__lte=at)
    return found.exclude(channel="import")


def _dressed(found: QuerySet[Incident], *, at: datetime) -> QuerySet[Incident]:
    """With what a line shows, each in one query."""
    said = Judgement.objects.filter(incident=OuterRef("pk"), by__isnull=True).order_by("-id")
    links = IncidentLink.objects.filter(unlinked_at__isnull=True).select_related("dispute")
    orders = Order.objects.select_related("to_account", "to_unit", "silence").order_by("-id")
    watchers = Watching.objects.filter(seen_at__gt=at - FRESH).select_related("account")
    return (
        found.select_related("place__parent")
        .annotate(
            level_said=Subquery(said.filter(what="level").values("answer__level")[:1]),
            sorting_said=Subquery(said.filter(what="sorting").values("answer")[:1]),
        )
        .prefetch_related(
            Prefetch("links", links, to_attr="live"),
            Prefetch("orders", orders, to_attr="sent_orders"),
            Prefetch("watchers", watchers, to_attr="open_by"),
        )
    )


def lines(scope: Scope, *, at: datetime, viewer: int | None = None) -> list[Line]:
    """Calls that wait: given back or unanswered first, then what is late, the graver first, then the sooner due."""
    names, rule = shown_type_names(), rule_of(RuleCode.ORDER_SENT, at)
    rows = list(_dressed(waiting(scope, at=at), at=at).order_by("registered_at", "pk")[:SHOWN])
    found = [_waiting_line(row, names, clocks.due(rule, _start(row), (), Calendar()), viewer) for row in rows]
    return sorted(found, key=lambda line: _urgency(line, at))


def _urgency(line: Line, at: datetime) -> tuple[bool, bool, int, datetime]:
    assert line.due is not None
    late = line.due <= at
    return (not line.redo, not late, line.level, line.due)


def _start(incident: Incident) -> datetime:
    """From the registration; from the moment it came back where somebody gave it back or did not answer."""
    last = _last(incident)
    if last is None or last.state == "sent":
        return incident.registered_at
    return last.ended_at or incident.registered_at


def _last(incident: Incident) -> Order | None:
    orders: list[Order] = incident.sent_orders  # type: ignore[attr-defined]
    return orders[0] if orders else None


def redo_of(last: Order | None) -> str:
    """Why a call is here again."""
    if last is not None and last.state == "returned":
        return _("%(who)s退单：%(why)s") % {"who": last.to_account or "", "why": last.ended_why}
    if last is not None and last.state == "sent":
        return _("%(who)s没有签收，再派") % {"who": last.to_account or last.to_unit or ""}
    return ""


def _waiting_line(incident: Incident, names: Mapping[str, str], due: clocks.Due, viewer: int | None) -> Line:
    return _line(incident, names, _("派单"), due.due_at, due.warn_at, redo_of(_last(incident)), viewer)


def _line(
    incident: Incident, names: Mapping[str, str], what: str, due: datetime | None, warn: datetime | None, redo: str,
    viewer: int | None, who: str = "",
) -> Line:  # fmt: skip
    level, guess = level_of(incident)
    watching = [w.account.name for w in incident.open_by if w.account_id != viewer]  # type: ignore[attr-defined]
    kind, is_said = shown_kind(incident, names)
    return Line(
        incident=incident, level=level, guess=guess, kind=kind, is_said=is_said, place=place_of(incident),
        text=mask_text(incident.narrative)[:80], what=what, due=due, warn=warn, flags=flags_of(incident), redo=redo,
        watching=_("、").join(watching[:2]), who=who,
    )  # fmt: skip


def level_of(incident: Incident) -> tuple[int, bool]:
    """The dispute's level where it has one, else the suggested one; whether no person has confirmed it."""
    dispute = dispute_of(incident)
    if dispute is not None and dispute.level:
        return dispute.level, dispute.level_confirmed_by_id is None
    return int(getattr(incident, "level_said", None) or 3), True


def dispute_of(incident: Incident) -> Dispute | None:
    live: list[IncidentLink] = getattr(incident, "live", [])
    return live[0].dispute if live else None


def kind_of(incident: Incident, names: Mapping[str, str]) -> str:
    code = incident.confirmed_type or incident.reported_type
    if code:
        return f"{code} {names.get(code, '')}".strip()
    return str(KINDS[incident.confirmed_kind or incident.reported_kind])


def shown_kind(incident: Incident, names: Mapping[str, str]) -> tuple[str, bool]:
    """As `kind_of`; where nobody named a type that of its quarrel, else the suggested one; whether a person said it."""
    if incident.confirmed_type or incident.reported_type or incident.reported_kind != "dispute":
        return kind_of(incident, names), True
    dispute = dispute_of(incident)
    if dispute is not None and dispute.type_code:
        return f"{dispute.type_code} {names.get(dispute.type_code, '')}".strip(), True
    said: Mapping[str, Any] = getattr(incident, "sorting_said", None) or {}
    code = said.get("type")
    if code and not said.get("abstained"):
        return f"{code} {names.get(code, '')}".strip(), False
    return kind_of(incident, names), True


def place_of(incident: Incident) -> str:
    if incident.place is None:
        return _("地方未知")
    return f"{incident.place.parent or ''} {incident.place}".strip()


def flags_of(incident: Incident) -> list[str]:
    said: Mapping[str, Any] = getattr(incident, "sorting_said", None) or {}
    found = spoken.flags_said(said)
    dispute = dispute_of(incident)
    if dispute is not None and dispute.round > 1:
        found.append(_("第 %(n)s 轮") % {"n": dispute.round})
    return found[:3]


def under_way(scope: Scope, tab: str, *, at: datetime) -> list[Line]:
    """Calls of one tab behind 待派, the soonest due first."""
    states = {"returned": ["returned"], "unsettled": ["done"]}.get(tab, [tab])
    found = visibility.near_incidents(scope).filter(pk__in=_newest(states, at=at).values("incident"))
    if tab == "unsettled":
        found = found.filter(Exists(_unsettled(OuterRef("pk"))))
    rows = list(_dressed(found, at=at).order_by("-registered_at")[:SHOWN])
    ticking = _clocks([row.sent_orders[0].pk for row in rows])  # type: ignore[attr-defined]
    names = shown_type_names()
    lines = [_under_way_line(row, names, ticking, tab) for row in rows]
    return sorted(lines, key=lambda line: (line.due is None, line.due or at))


def _clocks(orders: Sequence[int]) -> Mapping[int, Clock]:
    """The clock of each order that runs out first."""
    rows = Clock.objects.filter(RUNNING, order__in=orders, due_at__isnull=False).order_by("-due_at")
    return {clock.order_id: clock for clock in rows if clock.order_id}


def _under_way_line(incident: Incident, names: Mapping[str, str], ticking: Mapping[int, Clock], tab: str) -> Line:
    order = _last(incident)
    assert order is not None
    clock = ticking.get(order.pk)
    what = clock.get_rule_display() if clock else ""
    return _line(
        incident, names, what, clock.due_at if clock else None, clock.warn_at if clock else None,
        order.ended_why if tab == "returned" else "", None, who=str(order.to_account or order.to_unit or ""),
    )  # fmt: skip


def _newest(states: Sequence[str], *, at: datetime) -> QuerySet[Order]:
    """The newest order of each call where it is in one of `states`; what is over, of a week's calls."""
    later = Order.objects.filter(incident=OuterRef("incident"), pk__gt=OuterRef("pk"))
    found = Order.objects.filter(~Exists(later), state__in=states, incident__isnull=False).order_by()
    if set(states) <= set(ORDER_OPEN):
        return found
    return found.filter(incident__registered_at__gt=at - OVER)


def _unsettled(incident: OuterRef) -> QuerySet[Feedback]:
    return Feedback.objects.filter(incident=incident, is_final=True, is_settled=False)


def counts(scope: Scope, *, at: datetime) -> dict[str, int]:
    """How many calls each tab holds: two queries of few orders, however many calls there have been."""
    near = visibility.near_incidents(scope).values("pk")
    open_ = _newest(ORDER_OPEN, at=at).filter(incident__in=near)
    over = _newest(["returned", "done"], at=at).filter(incident__in=near)
    over = over.filter(Q(state="returned") | Exists(_unsettled(OuterRef("incident"))))
    found = dict.fromkeys(TABS, 0) | {"waiting": waiting(scope, at=at).count()}
    for rows in (open_, over):
        for state, n in rows.values_list("state").annotate(n=Count("pk")):
            found["unsettled" if state == "done" else state] += n
    return found


def one(scope: Scope, number: str, *, at: datetime) -> Incident | None:
    """One call as the board shows it, or None where it is not the viewer's to see."""
    return _dressed(visibility.incidents(scope).filter(number=number), at=at).first()


def digest(rows: Sequence[Line], tallies: Mapping[str, int]) -> str:
    """What a page knows already: equal digests mean that nothing on the list changed."""
    said = [
        (r.number, r.level, r.guess, r.kind, r.is_said, r.redo, r.watching, r.who, str(r.due), list(r.flags))
        for r in rows
    ]
    return hashlib.sha256(repr((said, sorted(tallies.items()))).encode()).hexdigest()[:16]


def open_items(scope: Scope, *, at: datetime) -> list[dict[str, str]]:
    """Everything that is open, for the list of a handover: numbers and masked words.

    It is kept, so a type that the software only suggests does not stand in it.
    """
    names = shown_type_names()
    found = [(line, str(TABS["waiting"])) for line in lines(scope, at=at)]
    for tab in ("sent", "signed", "arrived", "returned"):
        found += [(line, str(ORDER_STATES[tab])) for line in under_way(scope, tab, at=at)]
    seen: dict[str, dict[str, str]] = {}
    for line, state in found:
        seen.setdefault(
            line.number,
            {"number": line.number, "state": state, "who": line.who, "place": line.place,
             "kind": line.kind if line.is_said else kind_of(line.incident, names),
             "text": line.text, "level": str(line.level)},
        )  # fmt: skip
    return list(seen.values())


def on_duty(*, at: datetime) -> int:
    from twinloop.people.models import Duty

    return Duty.objects.filter(period__contains=at, kind__in=["calls", "community"], account__kind="sworn").count()

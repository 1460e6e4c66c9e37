"""The lists of disputes and incidents: which filters and orders there are, what they mean, counts and pages.

What comes in the address is read by `list_forms`; here names are codes already, so nothing that a client writes ever
becomes a lookup. Counts are bounded: beyond `MOST` a page says 10,000+, beyond `WORDY` 1,000+ where
words are looked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrPromise

from twinloop.cases import finding, visibility
from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.models import Clock, ClockPause, Dispute, Incident, IncidentLink, Order, SavedView, Unlinked
from twinloop.cases.paging import late
from twinloop.cases.queries import shown_type_names
from twinloop.cases.telling import language
from twinloop.decide.clock_rules import CHINA, RuleCode
from twinloop.decide.words import say
from twinloop.decide.workflow import State
from twinloop.edge.masks import mask_text
from twinloop.ledger.sight import Scope

PAGE = 50
DEEPEST = 200  # pages: whoever looks for something older filters
MOST = 10_000
WORDY = 1_000  # a common word is read row by row: a million titles for a number that nobody counts
_S = State
DONE = {"settled": (_S.SETTLED,), "closed": (_S.CLOSED,)}
AWAY = (_S.SETTLED, _S.CLOSED, _S.TRANSFERRED, _S.MERGED)
TABS: dict[str, tuple[str, ...]] = {
    "open": tuple(s for s in State if s not in AWAY),
    **DONE,
    "all": (),  # every state; merged ones where they are asked for
}
TAB_WORDS = {"open": _("在办"), "settled": _("已化解"), "closed": _("已销号"), "all": _("全部")}
# what to do next, by state: the first word of a row
NEXT: dict[str, StrPromise] = {
    _S.REGISTERED: pgettext_lazy("next", "分流"),
    _S.SORTED: pgettext_lazy("next", "派单"),
    _S.ORDERED: pgettext_lazy("next", "签收"),
    _S.HANDLING: pgettext_lazy("next", "反馈"),
    _S.MEDIATING: pgettext_lazy("next", "调解"),
    _S.UNSETTLED: pgettext_lazy("next", "研判"),
    _S.REVIEW: pgettext_lazy("next", "再派"),
    _S.SETTLED: pgettext_lazy("next", "回访"),
    _S.PENALTY: pgettext_lazy("next", "办案"),
    _S.REOPENED: pgettext_lazy("next", "研判"),
    _S.RETURNED: pgettext_lazy("next", "复核"),
}
ORDERS = {"touched": "touched_at", "registered": "registered_at", "level": "level", "state": "state"}
INCIDENT_ORDERS = {"received": "received_at", "reported": "reported_at"}


@dataclass(frozen=True)
class Asked:
    """What a list was asked for; every name is a known code."""

    tab: str = "open"
    words: str = ""
    level: int | None = None
    types: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    station: int | None = None
    owners: tuple[int, ...] = ()
    origin: str = ""
    since: date | None = None
    until: date | None = None
    merged: bool = False
    order: str = "-touched"
    page: int = 1
    kind: str = ""
    channel: str = ""
    linked: bool | None = None

    @property
    def most(self) -> int:
        """As far as rows are counted."""
        return WORDY if self.words else MOST


@dataclass(frozen=True)
class Pages:
    """Where in the list one is. `total` is bounded by `most` + 1."""

    number: int
    total: int
    most: int = MOST

    @property
    def last(self) -> int:
        return max(1, min(-(-min(self.total, self.most) // PAGE), DEEPEST))

    @property
    def back(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def forth(self) -> int | None:
        return self.number + 1 if self.number < self.last else None

    @property
    def said(self) -> str:
        return said(self.total, self.most)


@dataclass(frozen=True)
class Listed:
    rows: Sequence[Any]
    counts: Mapping[str, str]
    pages: Pages
    clocks: Mapping[int, Clock] = field(default_factory=dict)


def said(count: int, most: int = MOST) -> str:
    return f"{most:,}+" if count > most else str(count)


# --- disputes


def disputes(scope: Scope, asked: Asked) -> QuerySet[Dispute]:
    """Visible disputes under the filters, of the tab that was asked for; in no order yet."""
    return _narrowed(scope, asked).filter(_in_tab(asked.tab, asked))


def _narrowed(scope: Scope, asked: Asked) -> QuerySet[Dispute]:
    """Under every filter but the tab."""
    found = visibility.listed(scope).filter(_when(asked))
    if asked.words:
        found = found.filter(finding.in_titles(asked.words))
    conditions: dict[str, object] = {
        "level": asked.level,
        "type_code__in": asked.types,
        "place__in": asked.places,
        "station": asked.station,
        "owner__in": asked.owners,
        "origin": asked.origin,
    }
    return found.filter(**{name: value for name, value in conditions.items() if value})


def _in_tab(tab: str, asked: Asked) -> Q:
    if tab == "all":
        return Q() if asked.merged else ~Q(state=_S.MERGED)
    return Q(state__in=TABS[tab])


def _when(asked: Asked, name: str = "registered_at") -> Q:
    found = Q()
    if asked.since:
        found &= Q(**{f"{name}__gte": _midnight(asked.since)})
    if asked.until:
        found &= Q(**{f"{name}__lt": _midnight(asked.until + timedelta(days=1))})
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


def dispute_page(scope: Scope, asked: Asked) -> Listed:
    """One page with what its rows show: a query for each tab's count, one for rows, one for clocks. The counts are
    what the tabs would list."""
    narrowed = _narrowed(scope, asked)
    counts = {tab: _bounded(narrowed.filter(_in_tab(tab, asked)), asked.most) for tab in TABS}
    found = narrowed.filter(_in_tab(asked.tab, asked)).select_related("place", "owner")
    rows = list(late(ordered(found, asked.order), (asked.page - 1) * PAGE, asked.page * PAGE))
    pages = Pages(asked.page, counts[asked.tab], asked.most)
    return Listed(
        rows, {tab: said(n, asked.most) for tab, n in counts.items()}, pages, urgent([row.pk for row in rows])
    )


def ordered(found: QuerySet[Dispute], order: str) -> QuerySet[Dispute]:
    return _sorted(found, order, ORDERS)


def urgent(disputes: Sequence[int]) -> dict[int, Clock]:
    """The open clock of each dispute that is due first; one that stands still comes last. One query."""
    why = ClockPause.objects.filter(clock=OuterRef("pk"), period__upper_inf=True).values("why")[:1]
    found = (
        Clock.objects.filter(RUNNING, dispute__in=disputes)
        .annotate(paused=Subquery(why))
        .order_by("dispute_id", F("due_at").asc(nulls_last=True), "pk")
        .distinct("dispute_id")
    )
    return {clock.dispute_id: clock for clock in found if clock.dispute_id}


# --- incidents


def incidents(scope: Scope, asked: Asked) -> QuerySet[Incident]:
    """Incidents of the viewer's area and their own under the filters; in no order yet."""
    found = visibility.near_incidents(scope).filter(_when(asked, "received_at"))
    if asked.words:
        found = found.filter(finding.in_narratives(asked.words, scope))
    if asked.linked is not None:
        # in a table of their own: where nearly all have a link, each would be asked for it. What the district says, not
        # what the viewer sees: a report linked to a dispute elsewhere waits for nobody
        loose = Exists(Unlinked.objects.filter(incident=OuterRef("pk")))
        found = found.filter(~loose if asked.linked else loose)
    if asked.kind:
        found = found.filter(Q(confirmed_kind=asked.kind) | Q(confirmed_kind="", reported_kind=asked.kind))
    conditions: dict[str, object] = {"place__in": asked.places, "station": asked.station, "channel": asked.channel}
    return found.filter(**{name: value for name, value in conditions.items() if value})


def incident_page(scope: Scope, asked: Asked) -> Listed:
    found = incidents(scope, asked)
    total = _bounded(found, asked.most)
    links = IncidentLink.objects.filter(unlinked_at__isnull=True).select_related("dispute")
    orders = Order.objects.only("incident", "state", "sent_at").order_by("sent_at", "id")
    shown = _sorted(found, asked.order, INCIDENT_ORDERS).select_related("place")
    shown = shown.prefetch_related(Prefetch("links", links, "live_links"), Prefetch("orders", orders, "sent_orders"))
    return Listed(_cut(shown, asked), {"all": said(total, asked.most)}, Pages(asked.page, total, asked.most))


# --- both


def _sorted(found: QuerySet[Any], order: str, known: Mapping[str, str]) -> QuerySet[Any]:
    column = F(known[order.removeprefix("-")])
    if order.startswith("-"):
        return found.order_by(column.desc(nulls_last=True) if order == "-level" else column.desc(), "-id")
    return found.order_by(column.asc(), "id")


def _cut(found: QuerySet[Any], asked: Asked) -> list[Any]:
    start = (asked.page - 1) * PAGE
    return list(found[start : start + PAGE])


def _bounded(found: QuerySet[Any], most: int) -> int:
    return found.order_by()[: most + 1].aggregate(n=Count("pk"))["n"] or 0


def saved_views(account: int | None, page: str) -> QuerySet[SavedView]:
    return SavedView.objects.filter(account=account, page=page)


# --- as the page shows it


@dataclass(frozen=True)
class Row:
    """A dispute in the list: what comes next, then what it is about; names masked."""

    dispute: Dispute
    next: str
    title: str
    type: str
    state: str
    url: str
    clock: Clock | None
    clock_word: str


@dataclass(frozen=True)
class Tab:
    code: str
    word: str
    count: str
    query: str
    current: bool


def tabs(listed: Listed, asked: Asked, query: str) -> list[Tab]:
    """`query`: the other filters, which a change of tab keeps."""
    return [
        Tab(code, str(word), listed.counts[code], "&".join(filter(None, (query, f"tab={code}"))), code == asked.tab)
        for code, word in TAB_WORDS.items()
    ]


def rows(listed: Listed) -> list[Row]:
    names, lang = shown_type_names(), language()
    return [_row(dispute, listed.clocks.get(dispute.pk), names, lang) for dispute in listed.rows]


def _row(dispute: Dispute, clock: Clock | None, names: Mapping[str, str], lang: str) -> Row:
    return Row(
        dispute,
        next=str(NEXT.get(dispute.state, "")),
        title=mask_text(dispute.title),
        type=names.get(dispute.type_code, ""),
        state=say(State(dispute.state), lang),
        url=finding.url("dispute", dispute.number),
        clock=clock,
        clock_word=say(RuleCode(clock.rule), lang) if clock else "",
    )

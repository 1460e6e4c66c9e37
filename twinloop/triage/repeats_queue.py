"""The queue 重复待认: pairs of incidents that the viewer may see both of, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from twinloop.cases import visibility
from twinloop.cases.models import Dispute, Incident, IncidentLink
from twinloop.cases.paging import MOST, BoundedPaginator
from twinloop.cases.telling import language
from twinloop.decide.words import say
from twinloop.decide.workflow import State
from twinloop.edge.masks import mask_address, mask_text
from twinloop.ledger.sight import Scope
from twinloop.triage.repeat_pairs import RepeatPair
from twinloop.triage.repeat_reasons import said

PAGE = 10
COUNTED = 200  # answered pairs; further ones as far as somebody turns the pages
TABS = {"open": ("-probability", "-id"), "joined": ("-answered_at", "-id"), "refused": ("-answered_at", "-id")}


@dataclass(frozen=True)
class Half:
    """One incident of a pair, masked."""

    incident: Incident
    text: str
    address: str
    dispute: Dispute | None
    dispute_title: str
    state: str


@dataclass(frozen=True)
class Row:
    pair: RepeatPair
    share: str
    earlier: Half
    later: Half

    @property
    def reasons(self) -> list[str]:
        """In the language of whoever reads."""
        return said(self.pair.reasons)


_LIVES_ON = Coalesce("dispute__merged_into", "dispute")
_LATER = IncidentLink.objects.filter(incident=OuterRef(OuterRef("incident")), unlinked_at=None).annotate(on=_LIVES_ON)
_IS_ONE = Exists(
    IncidentLink.objects.filter(incident=OuterRef("earlier"), unlinked_at=None)
    .annotate(on=_LIVES_ON)
    .filter(on__in=_LATER.values("on"))
)


def pairs(scope: Scope) -> QuerySet[RepeatPair]:
    """Pairs of which the scope may see both; the policy of migration 0004 says the same."""
    found = RepeatPair.objects.all()
    if scope.sees_all:
        return found
    seen = visibility.incidents(scope)
    later, earlier = seen.filter(pk=OuterRef("incident_id")), seen.filter(pk=OuterRef("earlier_id"))
    return found.filter(Exists(later), Exists(earlier))


def listed(scope: Scope, tab: str) -> QuerySet[RepeatPair]:
    """Of the open ones only those that still ask something: two may have become one dispute, or two, elsewhere."""
    links = IncidentLink.objects.filter(unlinked_at__isnull=True).select_related("dispute")
    found = pairs(scope).filter(state=tab)
    if tab == "open":
        found = found.annotate(is_one=_IS_ONE).exclude(Q(kind="join", is_one=True) | Q(kind="part", is_one=False))
    return (
        found.select_related("incident__place", "earlier__place", "answered_by")
        .prefetch_related(
            Prefetch("incident__links", links, to_attr="live_links"),
            Prefetch("earlier__links", links, to_attr="earlier_links"),
        )
        .order_by(*TABS[tab])
    )


class _Pages(BoundedPaginator):
    """Of ids that were found already; `most` were looked for, and one more."""

    def __init__(self, ids: Sequence[int], most: int) -> None:
        super().__init__(ids, PAGE)
        self._found, self.most = len(ids), most


def page(scope: Scope, tab: str, number: str | None) -> Page[RepeatPair]:
    """One page of a tab. Which pairs the viewer sees is asked of a function: see migration 0017.

    Answered ones are a history of years: it is counted to `COUNTED`, or to one page beyond the one that is asked for.
    """
    if tab == "open":
        found = listed(scope, tab)
        seen = found if scope.sees_all else found.filter(pk__in=_seen(tab, None))
        return Paginator(seen, PAGE).get_page(number)
    guess = int(number) if number and number.isdecimal() and len(number) < 5 else 1
    most = min(max(COUNTED, (guess + 1) * PAGE), MOST)
    shown = _Pages(_seen(tab, most + 1), most).get_page(number)
    return Page(listed(scope, tab).filter(pk__in=shown.object_list), shown.number, shown.paginator)


def _seen(tab: str, most: int | None) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM triage_pairs_seen(%s, %s)", [tab, most])
        return [pk for (pk,) in cursor.fetchall()]


def rows(found: Sequence[RepeatPair], scope: Scope) -> list[Row]:
    ids = {link.dispute_id for pair in found for side in (pair.incident, pair.earlier) for link in _links(side)}
    seen = visibility.disputes(scope).in_bulk(ids)
    return [Row(p, f"{p.probability:.2f}", _half(p.earlier, seen), _half(p.incident, seen)) for p in found]


def _links(incident: Incident) -> list[IncidentLink]:
    """Under one name for the later incident, under another for the earlier: two relations may not share it."""
    found: list[IncidentLink] = getattr(incident, "live_links", None) or getattr(incident, "earlier_links", [])
    return found


def _half(incident: Incident, seen: dict[int, Dispute]) -> Half:
    dispute = next((seen[link.dispute_id] for link in _links(incident) if link.dispute_id in seen), None)
    return Half(
        incident,
        mask_text(incident.narrative),
        mask_address(incident.address) if incident.address else "",
        dispute,
        mask_text(dispute.title) if dispute else "",
        say(State(dispute.state), language()) if dispute else "",
    )

"""The queue 重复待认: pairs of incidents that the viewer may see both of, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from twinloop.cases import visibility
from twinloop.cases.models import Dispute, Incident, IncidentLink
from twinloop.cases.telling import language
from twinloop.decide.words import say
from twinloop.decide.workflow import State
from twinloop.edge.masks import mask_address, mask_text
from twinloop.ledger.sight import Scope
from twinloop.triage.repeat_pairs import RepeatPair
from twinloop.triage.repeat_reasons import said

PAGE = 10
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

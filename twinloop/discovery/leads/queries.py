"""What pages of leads show: lists with counts, one's own, how far it got."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import CharField, Count, F, Func, Q, QuerySet
from django.db.models.functions import Length

from twinloop.decide.workflow import State
from twinloop.discovery.leads import tracking, visibility
from twinloop.discovery.leads.models import OPEN, Lead
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account, Unit
from twinloop.places.models import Place, within

LATE = timedelta(hours=24)  # *ours*: a lead that nobody read for a day is late
SOON = timedelta(hours=4)  # and before that it is due soon
TABS = {"new": ("new",), "taken": ("accepted", "joined"), "not_taken": ("declined", "withdrawn"), "all": ()}
OVER = (State.SETTLED, State.CLOSED)


@dataclass(frozen=True)
class Asked:
    """The filters of the list; every name is a known code."""

    tab: str = "new"
    text: str = ""
    source: str = ""
    place: str = ""
    urgent: bool = False


def narrowed(scope: Scope, asked: Asked) -> QuerySet[Lead]:
    """Visible leads under every filter but the tab."""
    found = visibility.leads(scope)
    if asked.text:
        found = found.filter(Q(text__icontains=asked.text) | Q(number__istartswith=asked.text))
    if asked.source:
        found = found.filter(source=asked.source)
    if asked.place:
        found = found.filter(place__code__startswith=within(asked.place))
    return found.filter(is_urgent=True) if asked.urgent else found


def listed(scope: Scope, asked: Asked) -> QuerySet[Lead]:
    """Waiting ones: urgent first, then the oldest; decided ones: the newest first."""
    found = narrowed(scope, asked).select_related("place__parent", "reporter", "decided_by", "incident", "dispute")
    found = found.annotate(pictures=Count("photos"))
    if states := TABS[asked.tab]:
        found = found.filter(state__in=states)
    order = ("-is_urgent", "reported_at", "id") if asked.tab == "new" else ("-reported_at", "-id")
    return found.order_by(*order)


def counts(scope: Scope, asked: Asked) -> dict[str, int]:
    """How many stand under each tab, with the same filters."""
    every = {tab: Count("pk", filter=Q(state__in=states) if states else None) for tab, states in TABS.items()}
    return narrowed(scope, asked).aggregate(**every)


def waiting(scope: Scope, *, most: int) -> list[Lead]:
    """Open leads that the holder of `scope` may decide on, the oldest first."""
    if not scope.has(*visibility.DECIDERS):
        return []
    found = visibility.leads(scope).filter(state=OPEN).select_related("place")
    return list(found.order_by("reported_at", "id")[:most])


def mine(scope: Scope) -> QuerySet[Lead]:
    """What the viewer reported, with how far it got."""
    found = visibility.own(scope).select_related("place", "decided_by").annotate(pictures=Count("photos"))
    return _with_handling(found).order_by("-reported_at", "-id")


def by_code(code: str, *, at: datetime) -> Lead | None:
    """The lead of a tracking code; None for a wrong and for an expired one alike. Within `tracking.holding(code)`."""
    digest = tracking.digest(code)
    found = Lead.objects.filter(code_digest=digest, code_expires_at__gt=at).select_related("place")
    return _with_handling(found).first()


def _with_handling(found: QuerySet[Lead]) -> QuerySet[Lead]:
    said = Func(F("pk"), function="leads_handling", output_field=CharField())
    return found.annotate(handling=said)


def progress(lead: Lead) -> str:
    """One word for the reporter (`words.PROGRESS`): never what the other side is or does."""
    if lead.state in ("new", "declined", "withdrawn"):
        return lead.state
    handling = getattr(lead, "handling", None)
    if handling is None:
        return "accepted"
    return "settled" if handling in OVER else "handling"


STEPS = ("new", "accepted", "handling", "settled")


def step(lead: Lead) -> int:
    """How far on the way that `STEPS` names; a declined one stays at the first."""
    found = progress(lead)
    return STEPS.index(found) if found in STEPS else 0


def communities(account: Account, scope: Scope) -> tuple[list[Place], list[Place]]:
    """The reporter's own communities, and all others that are served."""
    own = list(account.communities.filter(is_served=True).order_by("code"))
    station = account.unit.station if not own and account.unit else None
    if not own and station is not None:
        codes = [place.prefix for place in station.places.all()]
        every = Place.objects.served().communities()
        own = [place for place in every.order_by("code") if place.code.startswith(tuple(codes))] if codes else []
    rest = Place.objects.served().communities().exclude(pk__in=[place.pk for place in own])
    return own, list(rest.select_related("parent").order_by("code"))


def place_said(text: str, scanned: Place) -> tuple[Place, str]:
    """Where a resident says it is: the served community that the text names, else the QR code's; and the rest."""
    for place in (scanned, *_served_like(scanned)):
        if place.short and place.short in text:
            town = place.parent.short if place.parent else ""
            return place, " ".join(text.replace(place.short, " ").replace(town, " ").split())
    return scanned, text.strip()


def _served_like(scanned: Place) -> QuerySet[Place]:
    """Longest names first: 上柳塘村 before 柳塘村."""
    every = Place.objects.served().communities().exclude(pk=scanned.pk).select_related("parent")
    return every.order_by(Length("short").desc(), "code")


def bureau() -> Unit | None:
    """Who answers for what residents leave here (PIPL art. 17: name and contact)."""
    return Unit.objects.filter(kind=Unit.Kind.BUREAU, closed_on__isnull=True).order_by("code").first()


def offices(scope: Scope) -> QuerySet[Place]:
    """Communities whose QR posters the viewer may print."""
    found = Place.objects.served().communities().select_related("parent").order_by("code")
    if scope.sees_all:
        return found
    # a station serves communities, or townships with all below them
    served = Q(units__in=scope.stations) | Q(parent__units__in=scope.stations)
    return found.filter(Q(pk__in=scope.places) | served).distinct()

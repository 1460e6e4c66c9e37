"""The search box. Each room is asked by a provider named in `PROVIDERS`; later rooms add theirs here.

A provider gets the typed text (trimmed, never empty) and the viewer's scope and returns a `Found`, or None
where the viewer may not search there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from twinloop.cases import finding as cases
from twinloop.desk import navigation
from twinloop.discovery.leads import queries as leads
from twinloop.discovery.leads import showing
from twinloop.discovery.leads.visibility import READERS
from twinloop.people.models import Account
from twinloop.people.scope import Scope
from twinloop.places.models import Place

LIMIT = 20
STAFF = (*navigation.POLICE, *navigation.ADMINS, "auditor")


@dataclass(frozen=True)
class Hit:
    title: str
    number: str
    line: str
    icon: str
    url: str = ""


@dataclass(frozen=True)
class Found:
    title: str
    hits: Sequence[Hit]
    more: bool  # there are others beyond the limit


Provider = Callable[[str, Scope], Found | None]


def people(text: str, scope: Scope) -> Found | None:
    """Colleagues by name, pinyin or badge number; for staff only."""
    if not scope.has(*STAFF):
        return None
    named = Q(name__icontains=text) | Q(pinyin__icontains=text.replace(" ", "")) | Q(username__istartswith=text)
    found = Account.objects.filter(named, is_active=True).select_related("unit").order_by("name")[: LIMIT + 1]
    hits = [
        Hit(a.name, a.username, " · ".join(filter(None, (str(a.unit or ""), a.post or a.get_kind_display()))), "user",
            _page("person", a.pk))
        for a in found
    ]  # fmt: skip
    return Found(_("人员"), hits[:LIMIT], len(hits) > LIMIT)


def places(text: str, scope: Scope) -> Found | None:
    """Places that this installation serves, by name, pinyin or code."""
    named = Q(name__icontains=text) | Q(pinyin__icontains=text.lower()) | Q(code__startswith=text)
    found = Place.objects.served().filter(named).select_related("parent").order_by("code")[: LIMIT + 1]
    hits = [Hit(p.name, p.code, str(p.parent or ""), "map-pin", _page("place", p.code)) for p in found]
    return Found(_("地方"), hits[:LIMIT], len(hits) > LIMIT)


def of_cases(text: str, scope: Scope) -> list[Found]:
    """Disputes, parties, incidents, callers; nothing for those who have no part in cases."""
    if not cases.searches(scope):
        return []
    parts = (provide(text, scope) for provide in cases.PROVIDERS)
    return [
        Found(p.title, [Hit(h.title, h.number, h.line, h.icon, h.url) for h in p.hits], p.more)
        for p in parts
        if p and p.hits
    ]


def reported(text: str, scope: Scope) -> Found | None:
    """Leads by number or words, for those who decide on them."""
    if not scope.has(*READERS):
        return None
    found = list(leads.listed(scope, leads.Asked(tab="all", text=text))[: LIMIT + 1])
    hits = [
        Hit(r.text, r.lead.number, " · ".join((r.state, r.source)), "inbox", _page("lead_one", r.lead.number))
        for r in (showing.row(lead, scope) for lead in found)
    ]
    return Found(_("线索"), hits[:LIMIT], len(hits) > LIMIT) if hits else None


PROVIDERS: tuple[Provider, ...] = (reported, people, places)


def find(text: str, scope: Scope, providers: Iterable[Provider] = PROVIDERS) -> list[Found]:
    """What `scope` may find, in the order of the providers."""
    text = " ".join(text.replace("\0", " ").split())
    if not text:
        return []
    asked = (provide(text, scope) for provide in providers)
    return [*of_cases(text, scope), *(found for found in asked if found is not None)]


def _page(name: str, key: int | str) -> str:
    try:
        return reverse(name, args=[key])
    except NoReverseMatch:
        return ""

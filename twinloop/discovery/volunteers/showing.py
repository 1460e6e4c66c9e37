"""An activity as its page and its list show it: what people wrote is masked, history is told in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from twinloop.cases.telling import sentence
from twinloop.decide import Refused
from twinloop.discovery.leads.models import Lead
from twinloop.discovery.leads.visibility import leads
from twinloop.discovery.volunteers import queries, words
from twinloop.discovery.volunteers.actions import Facts
from twinloop.discovery.volunteers.models import Activity, Part, Photo
from twinloop.discovery.volunteers.queries import Line
from twinloop.edge.masks import mask_text
from twinloop.ledger.models import Event
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account


@dataclass(frozen=True)
class Row:
    activity: Any  # with people, leads and spent, as `queries.listed` counts them
    words: str
    hours: str


@dataclass(frozen=True)
class Told:
    event: Event
    verb: str
    changes: Sequence[str]


@dataclass(frozen=True)
class Shown:
    words: str
    spot: str
    people: Sequence[Account]
    hours: str
    photos: Sequence[Photo]
    leads: Sequence[Lead]
    history: Sequence[Told]


def row(activity: Any) -> Row:
    return Row(activity, mask_text(activity.words)[:80], queries.hours(activity.spent))


@dataclass(frozen=True)
class Volunteer:
    account: Any  # as `queries.register` counts them
    hours: str


def volunteer(account: Any) -> Volunteer:
    return Volunteer(account, queries.hours(account.spent))


def addressed(lines: Iterable[Line], asked: dict[str, str]) -> list[tuple[Line, str]]:
    """Each row of figures with the query of the activities it counts: what was asked for, narrowed by the row."""
    found = []
    for line in lines:
        query = {**asked, **line.query}
        for name, pick in (("since", max), ("until", min)):  # ISO days sort as text
            days = [given[name] for given in (asked, line.query) if given.get(name)]
            if days:
                query[name] = pick(days)
        found.append((line, urlencode(query)))
    return found


def shown(activity: Activity, scope: Scope) -> Shown:
    parts = Part.objects.filter(activity=activity, is_live=True).select_related("account").order_by("account__name")
    people = [part.account for part in parts]
    found = leads(scope).filter(context=activity.context).order_by("reported_at")
    return Shown(
        words=mask_text(activity.words),
        spot=mask_text(activity.spot),
        people=people,
        hours=queries.hours(activity.length * len(people)),
        photos=list(activity.photos.filter(removed_at__isnull=True)),
        leads=list(found),
        history=[_told(event) for event in queries.history(activity)],
    )


def _told(event: Event) -> Told:
    changes = [] if event.verb == "activity_recorded" else [
        _("%(field)s：%(old)s → %(new)s")
        % {"field": words.FIELDS[key], "old": _said(key, event.before.get(key)), "new": _said(key, value)}
        for key, value in event.after.items()
        if key in words.FIELDS
    ]  # fmt: skip
    return Told(event, str(words.VERBS.get(event.verb, event.verb)), changes)


def _said(key: str, value: Any) -> str:
    if key == "people":
        return _("%(count)s 人") % {"count": len(value or [])}
    if key == "sort":
        return str(words.SORTS.get(value, value))
    if key in ("starts_at", "ends_at") and value:
        return str(value)[5:16].replace("T", " ")
    return str(value) if value not in (None, "") else _("没有")


def shut(check: Callable[..., None], *facts: Any) -> str:
    """The sentence that keeps an act shut, "" where it is open."""
    try:
        check(*facts)
    except Refused as refused:
        return sentence(refused)
    return ""


def as_typed(facts: Facts, version: int) -> dict[str, Any]:
    """The facts as the form asks for them."""
    starts, ends = timezone.localtime(facts.starts_at), timezone.localtime(facts.ends_at)
    return {
        **facts.columns(), "on": starts.date(), "start": starts.time(), "end": ends.time(),
        "people": [person.pk for person in facts.people], "version": version,
    }  # fmt: skip

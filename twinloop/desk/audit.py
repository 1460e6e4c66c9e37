"""Who looked, who took something away, who came in: what an auditor asks the ledger. Records, never the case itself."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from twinloop.cases.models import Dispute, Incident
from twinloop.cases.paging import BoundedPaginator
from twinloop.cases.telling import gathered, language, why_ended
from twinloop.cases.timeline import VERBS
from twinloop.cases.words import UNMASK_FIELDS, UNMASK_REASONS
from twinloop.decide.clocks import CHINA
from twinloop.decide.words import say
from twinloop.decide.workflow import Action
from twinloop.desk.auditwords import READ, SIGNING, THINGS, WORDS
from twinloop.ledger.actions import record
from twinloop.ledger.models import SIGN_INS, Event, Seal
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people import asking
from twinloop.people.gates import needs_role
from twinloop.people.models import Account

PAGE, DAYS, MOST = 50, 7, 5
TABS = {
    "unmasked": gettext_lazy("点开身份"),
    "looked": gettext_lazy("看案件"),
    "taken": gettext_lazy("导出、取走"),
    "signing": gettext_lazy("登录"),
    "changed": gettext_lazy("改动"),
}
FACT = re.compile(r"\{\w+\}")
KINDS = {"dispute": Dispute, "incident": Incident}


class Asked(forms.Form):
    """By whom, about which case, between which days."""

    who = forms.CharField(label=gettext_lazy("谁"), max_length=40, required=False)
    number = forms.CharField(label=gettext_lazy("案件编号"), max_length=40, required=False)
    first = asking.day(gettext_lazy("从"), required=False)
    last = asking.day(gettext_lazy("到"), required=False)


@dataclass(frozen=True)
class Row:
    at: datetime
    who: str
    did: str
    thing: str
    why: str
    number: int


class Newest(BoundedPaginator):
    """What people did lies at the end of the ledger: counted from its begin, an import's millions are read first."""

    in_order = True


@needs_role("auditor")
@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """One tab of what was looked at, with filters. The question itself is a look and is kept."""
    tab = request.GET.get("tab", "unmasked")
    tab = tab if tab in TABS else "unmasked"
    form, at = Asked(request.GET or None), timezone.localtime()
    form.is_valid()  # a day that is none is told at its field; the other filters hold
    asked = form.cleaned_data if form.is_bound else {}
    found = _matching(tab, asked)
    page = Newest(found.order_by("-id"), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    filters = _kept(asked)
    assert isinstance(request.user, Account)
    record(f"account:{request.user.pk}", "audited", by=request.user.pk, at=at, is_look=True, tab=tab, asked=filters)
    query = request.GET.copy()
    query.pop("tab", None)
    query.pop("page", None)
    context = {
        "form": form, "tabs": TABS.items(), "tab": tab, "page": page, "rows": told(rows), "asked": bool(filters),
        "query": query.urlencode(), "often": often(at), "days": DAYS, "seal": Seal.objects.order_by("-id").first(),
    }  # fmt: skip
    return render(request, "desk/audit.html", context)


def _kept(asked: Mapping[str, Any]) -> dict[str, str]:
    """The filters as the ledger keeps them: a name that is none of the staff may be a resident's and stays out."""
    filters = {name: f"{value}" for name, value in asked.items() if value}
    if "who" in filters and not Account.objects.filter(_named(filters["who"])).exists():
        filters["who"] = "…"
    return filters


def _named(who: str, to: str = "") -> Q:
    return Q(**{f"{to}name__icontains": who}) | Q(**{f"{to}username": who})


def _matching(tab: str, asked: Mapping[str, Any]) -> QuerySet[Event]:
    found = Event.objects.select_related("by")
    if tab in ("unmasked", "looked"):
        found = found.filter(verb=tab, is_look=True)
    elif tab == "taken":
        found = found.filter(is_look=True).exclude(verb__in=[*READ, *SIGNING])
    elif tab == "signing":
        found = found.filter(verb__in=SIGN_INS)  # as their index says
    else:
        found = found.filter(is_look=False, by__isnull=False).exclude(verb__in=list(SIGNING))
    if who := str(asked.get("who") or "").strip():
        found = found.filter(_named(who, "by__"))
    if number := str(asked.get("number") or "").strip().upper():
        found = found.filter(stream__in=_streams(number))
    if first := asked.get("first"):
        found = found.filter(at__gte=_begin(first))
    if last := asked.get("last"):
        found = found.filter(at__lt=_begin(last + timedelta(days=1)))
    return found


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


def _streams(number: str) -> list[str]:
    """The streams of a case by its number. An auditor sees no case: of these only whether there is one is asked."""
    with see_as(SYSTEM):
        return [
            f"{kind}:{pk}"
            for kind, model in KINDS.items()
            for pk in model.objects.filter(number=number).values_list("pk", flat=True)  # type: ignore[attr-defined]
        ]


def told(events: Sequence[Event]) -> list[Row]:
    """Each event as a line; numbers of the cases in two queries, nothing else of them."""
    numbers = _numbers(event.stream for event in events)
    return [
        Row(
            at=event.at, who=event.by.name if event.by else _("系统"), did=_did(event),
            thing=numbers.get(event.stream) or _thing(event.stream), why=_why(event), number=event.pk,
        )
        for event in events
    ]  # fmt: skip


def _numbers(streams: Iterable[str]) -> dict[str, str]:
    wanted: dict[str, set[int]] = {kind: set() for kind in KINDS}
    people: set[int] = set()
    for stream in streams:
        kind, _colon, pk = stream.partition(":")
        if kind in wanted and pk.isdecimal():
            wanted[kind].add(int(pk))
        elif kind in ("account", "export") and pk.isdecimal():
            people.add(int(pk))
    found: dict[str, str] = {}
    with see_as(SYSTEM):
        for kind, model in KINDS.items():
            rows = model.objects.filter(pk__in=wanted[kind]).values_list("pk", "number")  # type: ignore[attr-defined]
            found |= {f"{kind}:{pk}": number for pk, number in rows}
    names = Account.objects.filter(pk__in=people).values_list("pk", "name")
    return found | {f"{kind}:{pk}": name for pk, name in names for kind in ("account", "export")}


def _thing(stream: str) -> str:
    """Of whatever is no case and no person: what it is and its number there."""
    kind, _colon, number = stream.partition(":")
    return f"{THINGS[kind]} {number}" if kind in THINGS else stream


def _did(event: Event) -> str:
    field = UNMASK_FIELDS.get(str(event.data.get("field", "")), "") if event.verb == "unmasked" else ""
    return f"{said(event.verb)}{_('：')}{field}" if field else said(event.verb)


def said(verb: str) -> str:
    """What was done, without what it was about: an own word, a move's name, a timeline's words without their facts."""
    if verb in WORDS:
        return str(WORDS[verb])
    if verb in set(Action):
        return say(Action(verb), language())
    known = VERBS.get(verb) or gathered("EVENTS").get(verb)
    words = FACT.sub("…", str(known[1])).strip("… ：:，,（(）)") if known else ""
    return words or verb


def _why(event: Event) -> str:
    """The reason that was given, and how many rows were taken."""
    parts = [str(UNMASK_REASONS.get(str(event.data.get("reason", "")), "")), why_ended(event.why)]
    if event.is_look and "rows" in event.data:
        parts.append(_("%(count)s 行") % {"count": event.data["rows"]})
    if event.is_look and event.data.get("query"):
        parts.append(json.dumps(event.data["query"], ensure_ascii=False).strip('"')[:80])
    if event.verb == "audited":
        parts += [str(TABS.get(event.data.get("tab", ""), "")), *map(str, event.data.get("asked", {}).values())]
    return _("；").join(part for part in parts if part)


def often(at: datetime) -> list[tuple[str, int]]:
    """Who opened most masked fields in the last days: nothing wrong by itself, the first thing to ask about."""
    rows = Event.objects.filter(verb="unmasked", is_look=True, at__gte=at - timedelta(days=DAYS), by__isnull=False)
    return Counter(rows.values_list("by__name", flat=True)).most_common(MOST)

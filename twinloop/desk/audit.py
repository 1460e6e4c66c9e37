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
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from twinloop.cases.models import Dispute, Incident
from twinloop.cases.telling import gathered
from twinloop.cases.timeline import VERBS
from twinloop.cases.words import UNMASK_FIELDS, UNMASK_REASONS
from twinloop.decide.clocks import CHINA
from twinloop.ledger.actions import record
from twinloop.ledger.models import Event, Seal
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.gates import needs_role
from twinloop.people.models import Account

PAGE, DAYS, MOST = 50, 7, 5
SIGN_INS = ("signed_in", "sign_in_failed", "sign_in_locked", "sign_in_unlocked")
TABS = {
    "unmasked": gettext_lazy("点开身份"),
    "looked": gettext_lazy("看案件"),
    "taken": gettext_lazy("导出、取走"),
    "signing": gettext_lazy("登录"),
    "changed": gettext_lazy("改动"),
}
# what the timelines do not tell, since they show no looks
LOOKS = {
    "looked": gettext_lazy("看了"),
    "unmasked": gettext_lazy("点开了被遮盖的内容"),
    "exported": gettext_lazy("导出"),
    "signed_in": gettext_lazy("登录"),
    "sign_in_failed": gettext_lazy("登录没有成功"),
    "sign_in_locked": gettext_lazy("登录被暂停"),
    "sign_in_unlocked": gettext_lazy("解除暂停"),
    "notices_read": gettext_lazy("看了通知"),
    "audited": gettext_lazy("查了审计"),
    "clock_met": gettext_lazy("停止计时"),
}
FACT = re.compile(r"\{\w+\}")
KINDS = {"dispute": Dispute, "incident": Incident}


class Asked(forms.Form):
    """By whom, about which case, between which days."""

    who = forms.CharField(label=gettext_lazy("谁"), max_length=40, required=False)
    number = forms.CharField(label=gettext_lazy("纠纷或警情编号"), max_length=40, required=False)
    first = forms.DateField(label=gettext_lazy("从"), required=False, widget=forms.DateInput({"type": "date"}))
    last = forms.DateField(label=gettext_lazy("到"), required=False, widget=forms.DateInput({"type": "date"}))


@dataclass(frozen=True)
class Row:
    at: datetime
    who: str
    did: str
    thing: str
    why: str
    number: int


@needs_role("auditor")
@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """One tab of what was looked at, with filters. The question itself is a look and is kept."""
    tab = request.GET.get("tab", "unmasked")
    tab = tab if tab in TABS else "unmasked"
    form, at = Asked(request.GET or None), timezone.localtime()
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = _matching(tab, asked)
    page = Paginator(found.order_by("-id"), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    said = {name: f"{value}" for name, value in asked.items() if value}
    assert isinstance(request.user, Account)
    record(f"account:{request.user.pk}", "audited", by=request.user.pk, at=at, is_look=True, tab=tab, asked=said)
    query = request.GET.copy()
    query.pop("tab", None)
    query.pop("page", None)
    context = {
        "form": form, "tabs": TABS.items(), "tab": tab, "page": page, "rows": told(rows), "asked": bool(said),
        "query": query.urlencode(), "often": often(at), "days": DAYS, "seal": Seal.objects.order_by("-id").first(),
    }  # fmt: skip
    return render(request, "desk/audit.html", context)


def _matching(tab: str, asked: Mapping[str, Any]) -> QuerySet[Event]:
    found = Event.objects.select_related("by")
    if tab in ("unmasked", "looked"):
        found = found.filter(verb=tab, is_look=True)
    elif tab == "taken":
        found = found.filter(is_look=True).exclude(verb__in=["looked", "unmasked", "notices_read", "audited"])
    elif tab == "signing":
        found = found.filter(verb__in=SIGN_INS)
    else:
        found = found.filter(is_look=False, by__isnull=False).exclude(verb__in=SIGN_INS)
    if who := str(asked.get("who") or "").strip():
        found = found.filter(Q(by__name__icontains=who) | Q(by__username=who))
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
            thing=numbers.get(event.stream, event.stream), why=_why(event), number=event.pk,
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


def _did(event: Event) -> str:
    """What was done, without what it was about: a timeline's words without their facts."""
    if event.verb in LOOKS:
        field = UNMASK_FIELDS.get(str(event.data.get("field", "")), "")
        return f"{LOOKS[event.verb]}{_('：')}{field}" if field else str(LOOKS[event.verb])
    known = VERBS.get(event.verb) or gathered("EVENTS").get(event.verb)
    if known is None:
        return event.verb
    return FACT.sub("…", str(known[1])).strip("…：:，, （(）)") or event.verb


def _why(event: Event) -> str:
    """The reason that was given, and how many rows were taken."""
    parts = [str(UNMASK_REASONS.get(str(event.data.get("reason", "")), "")), event.why]
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

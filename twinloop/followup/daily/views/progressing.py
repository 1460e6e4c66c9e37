"""责任民警化解进度表: the table, as a file, printed without names; moving, covering and taking in charge from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from twinloop.cases.attempts import No, attempt
from twinloop.cases.models import Dispute
from twinloop.cases.queries import shown_type_names
from twinloop.edge.written import workbook
from twinloop.followup.daily import actions, forms, queries
from twinloop.followup.daily import progress as table
from twinloop.followup.daily.views.clearing import XLSX, _see
from twinloop.ledger.actions import record
from twinloop.ledger.sight import Scope
from twinloop.people.gates import me, needs_role, scope, viewer

PAGE, MOST = 50, 5_000
KINDS = {"transfer": forms.Transfer, "cover": forms.Cover, "back": forms.Back, "charge": forms.Charge}


@needs_role(*table.READERS)
@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _asked(request: HttpRequest) -> table.Asked:
    form = forms.Progress(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    return table.Asked(
        officer=given.get("officer"), station=given.get("station"), place=given.get("place"),
        level=given.get("level"), late=bool(given.get("late")), sort=given.get("sort") or "due",
    )  # fmt: skip


def _page(request: HttpRequest, what: str = "", form: Any = None, no: No | None = None) -> HttpResponse:
    held, at = scope(request), timezone.localtime()
    asked = _asked(request)
    read, page = _read(held, asked, at, request.GET.get("page"))
    chief = held.has(*table.CHIEFS)
    asks: dict[str, Any] = {}
    if chief:
        people = [(who.pk, f"{who.name} · {who.unit or ''}") for who in queries.takers(held, at.date())]
        asks = {name: kind(prefix=name) for name, kind in KINDS.items()}
        if form is not None:
            asks[what] = form
        for name in ("transfer", "cover"):
            asks[name].offer(people)
        asks["charge"].offer(table.leaders(held, at.date()))
    context = {
        "page": page, "rows": table.rows(held, read.ids), "officers": table.officers(read), "asked": asked,
        "chief": chief, "asks": asks, "no": no, "what": what, "sorts": forms.SORTS,
        "levels": (1, 2, 3), "stations": table.stations(read), "places": table.places(read, asked.station),
        "strip": _query(request, "officer"), "query": _query(request), "casedata": True,
        "picked": set(request.POST.getlist("number")),
        "who": viewer(request),
    }  # fmt: skip
    return render(request, "daily/progress.html", context, status=no.status if no else 200)


def _read(held: Scope, asked: table.Asked, at: datetime, number: str | None) -> tuple[table.Table, Page[int]]:
    """The table with the page of that number; of a page that is not there, the nearest one."""
    guess = int(number) if number and number.isdecimal() and len(number) < 8 else 1
    read = table.look(held, asked, at, start=(max(guess, 1) - 1) * PAGE, most=PAGE)
    page = Paginator(range(read.count(asked)), PAGE).get_page(number)
    if page.number != guess:
        read = table.look(held, asked, at, start=(page.number - 1) * PAGE, most=PAGE)
    return read, page


def _query(request: HttpRequest, *without: str) -> str:
    """The filters without the page, for links that keep them."""
    kept = request.GET.copy()
    for name in ("page", *without):
        kept.pop(name, None)
    return kept.urlencode()


@needs_role(*table.CHIEFS)
@require_POST
def progress_do(request: HttpRequest, what: str) -> HttpResponse:
    """Move, cover, take back, take in charge: all that were picked, or none."""
    if what not in KINDS:
        raise Http404
    held, at, numbers = scope(request), timezone.localtime(), request.POST.getlist("number")[:500]
    form: Any = KINDS[what](request.POST, prefix=what)
    if what in ("transfer", "cover"):
        form.offer([(who.pk, who.name) for who in queries.takers(held, at.date())])
    elif what == "charge":
        form.offer(table.leaders(held, at.date()))
    form.is_valid()
    given = {name: form.cleaned_data.get(name) for name in form.fields}
    by: dict[str, Any] = {"by": me(request), "scope": held, "at": at}

    def act() -> None:
        if what == "transfer":
            _transfer(numbers, given, by)
        elif what == "cover":
            actions.cover(numbers, given["to"], given["since"], given["until"], given["why"] or "", **by)
        elif what == "back":
            actions.end_cover(numbers, **by)
        else:
            actions.take_charge(numbers, given["to"], given["why"] or "", **by)

    no = attempt(act)
    if no is not None:
        sentence = no.sentence or _("没有保存：别人刚改过其中一件，看过再来")
        return _page(request, what, form, No(no.status, sentence))
    messages.success(request, _("已办，两边都会收到通知"))
    return _see(reverse("progress") + (f"?{_query(request)}" if request.GET else ""))


def _transfer(numbers: list[str], given: dict[str, Any], by: dict[str, Any]) -> None:
    """Of whoever answers for each now; all in one transaction of the action's own kind."""
    owners = dict(Dispute.objects.filter(number__in=numbers).values_list("number", "owner"))
    actions.transfer_all(numbers, owners, given["to"], given["why"] or "", **by)


@needs_role(*table.READERS)
@require_GET
def progress_table(request: HttpRequest) -> HttpResponse:
    """The table as XLSX, by name of the officer, without names or words of a case. Taking it is written down."""
    held, at, who = scope(request), timezone.localtime(), viewer(request)
    names = shown_type_names()
    rows = table.rows(held, table.look(held, _asked(request), at, most=MOST).ids)
    lines = (
        (row.dispute.owner.name if row.dispute.owner else "", row.dispute.number, row.dispute.level,
         names.get(row.dispute.type_code, ""), str(row.dispute.place or ""), row.dispute.round, row.state, row.step,
         f"{timezone.localtime(row.due):%Y-%m-%d %H:%M}" if row.due else "",
         f"{timezone.localtime(row.contact):%Y-%m-%d}" if row.contact else "",
         row.dispute.leader.name if row.dispute.leader else "", row.cover)
        for row in rows
    )  # fmt: skip
    heads = (
        *(_("责任民警"), _("编号"), _("等级"), _("类型"), _("地方"), _("轮次"), _("状态"), _("下一步"), _("到期")),
        *(_("最近接触"), _("包案"), _("代管")),
    )
    said = _("责任民警化解进度表，导出人 %(name)s，%(at)s") % {"name": who.name, "at": f"{at:%Y-%m-%d %H:%M}"}
    book, count = workbook(
        _("进度表"), said, heads, lines, creator=f"{who.name} {who.username}",
        at=at.replace(tzinfo=None, microsecond=0), widths=(10, 18, 6, 14, 14, 6, 10, 14, 18, 12, 10, 10),
    )  # fmt: skip
    record(f"account:{who.pk}", "progress_exported", by=who.pk, at=at, is_look=True, rows=count)
    answer = HttpResponse(book, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="progress-{at:%Y%m%d}.xlsx"'
    return answer

"""日清日结: the day's board with one act an item, the list of 08:00, the day as a table, the chief's word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from twinloop.cases.attempts import No, attempt
from twinloop.cases.queries import shown_type_names
from twinloop.edge.written import workbook
from twinloop.followup.daily import actions, forms, queries, words
from twinloop.followup.daily.models import Day, Item
from twinloop.ledger.actions import record
from twinloop.people.gates import me, needs_role, scope, viewer
from twinloop.people.models import Unit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _day(on: str) -> Day | None:
    """The day that an address names; the running one without. 404 for what is no date, or a day that is not kept."""
    if not on:
        return queries.running()
    try:
        found = queries.of_date(date.fromisoformat(on))
    except ValueError:
        raise Http404 from None
    if found is None:
        raise Http404
    return found


@needs_role(*queries.POLICE)
@require_GET
def clear(request: HttpRequest) -> HttpResponse:
    """The board of a day: what is open first, then how the rest ended. A literal number of queries."""
    return _board(request, _day(request.GET.get("on", "")))


def _board(request: HttpRequest, day: Day | None, *, status: int = 200, said: str = "") -> HttpResponse:
    held = scope(request)
    found = queries.visible(held).filter(day=day) if day else Item.objects.none()
    rows = list(queries.in_order(queries.dressed(found))[: queries.MOST])
    stations = Unit.objects.filter(kind=Unit.Kind.STATION, pk__in=held.stations)
    confirmed = queries.confirmed(day) if day and day.made_at else {}
    context = {
        "day": day, "tally": queries.tally(found), "open": [row for row in rows if not row.end],
        "ended": [row for row in rows if row.end], "names": shown_type_names(), "refused": said,
        "confirmed": list(confirmed.values()),
        "to_confirm": [s for s in stations if s.pk not in confirmed] if day and day.made_at else [],
        "days": Day.objects.filter(made_at__isnull=False).order_by("-day")[:7], "casedata": bool(rows),
    }  # fmt: skip
    return render(request, "daily/clear.html", context, status=status)


@needs_role(*queries.POLICE)
@require_GET
def handover(request: HttpRequest) -> HttpResponse:
    """08:00: what was open then by what is missing, and what became of it."""
    day, held = queries.running(), scope(request)
    found = queries.visible(held).filter(day=day) if day else Item.objects.none()
    if day and day.handover_at:
        found = found.filter(is_on_handover=True)
    rows = list(queries.in_order(queries.dressed(found))[: queries.MOST])
    named = {kind for _title, kinds in words.HANDOVER for kind in kinds}
    groups = [
        (title, [row for row in rows if (row.kind in kinds if kinds else row.kind not in named)])
        for title, kinds in words.HANDOVER
    ]
    context = {"day": day, "groups": [(t, inside) for t, inside in groups if inside], "names": shown_type_names(),
               "casedata": bool(rows)}  # fmt: skip
    return render(request, "daily/handover.html", context)


@needs_role(*queries.POLICE)
@require_http_methods(["GET", "POST"])
def day_item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: carry it over, hand it on, or take back what was said."""
    held, at = scope(request), timezone.localtime()
    item = get_object_or_404(queries.dressed(queries.visible(held)), pk=pk)
    act = request.POST.get("act", "")
    carrying = forms.Carry(request.POST if act == "carry" else None, auto_id="carry-%s")
    handing = forms.Hand(request.POST if act == "hand" else None, auto_id="hand-%s")
    people = [(who.pk, f"{who.name} · {who.unit or ''}") for who in queries.takers(held, at.date())]
    handing.fields["to"].choices = [("", "—"), *people]  # type: ignore[attr-defined]
    given: dict[str, Any] = {"by": me(request), "scope": held, "at": at}

    def value(form: Form, *names: str) -> list[Any]:
        form.is_valid()
        return [form.cleaned_data.get(name) for name in names]

    acts: dict[str, Callable[[], object]] = {
        "carry": lambda: actions.carry(item, *_text(value(carrying, "reason", "why", "until")), **given),
        "hand": lambda: actions.hand_on(item, *_text(value(handing, "to", "why"), 1), **given),
        "back": lambda: actions.take_back(item, **given),
        "accepted": lambda: actions.check(item, "accepted", request.POST.get("why", ""), **given),
        "rejected": lambda: actions.check(item, "rejected", request.POST.get("why", ""), **given),
    }
    no = None
    if request.method == "POST":
        no = attempt(acts[act]) if act in acts else No(422)
        if no is None:
            messages.success(request, _("已记下"))
            return _see(reverse("clear"))
    context = {
        "item": item, "names": shown_type_names(), "carrying": carrying, "handing": handing,
        "may": queries.may_act(item, held),
        "chief": held.has(*queries.CHIEFS), "no": no, "casedata": True,
    }  # fmt: skip
    return render(request, "daily/day_item.html", context, status=no.status if no else 200)


def _text(values: list[Any], *places: int) -> list[Any]:
    """What was left out or wrong is empty text, so that the action says what is missing."""
    for place in places or (0, 1):
        values[place] = values[place] or ""
    return values


def _see(address: str) -> HttpResponseRedirect:
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return answer


@needs_role(*queries.CHIEFS)
@require_POST
def day_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The chief's word on a day that is cut, a station at a time."""
    day = get_object_or_404(Day, pk=pk)
    form = forms.Note(request.POST)
    form.is_valid()
    asked = request.POST.get("station", "")
    station = get_object_or_404(Unit, pk=int(asked)) if asked.isascii() and asked.isdigit() else None
    note, held = form.cleaned_data.get("note", ""), scope(request)
    no = attempt(lambda: actions.confirm(day, station, note, by=me(request), scope=held, at=timezone.localtime()))
    if no is not None:
        return _board(request, day, status=no.status, said=no.sentence)
    messages.success(request, _("已确认"))
    return _see(f"{reverse('clear')}?on={day.day}")


@needs_role(*queries.POLICE)
@require_GET
def day_table(request: HttpRequest) -> HttpResponse:
    """The day as XLSX: by name, and no name of a party. Taking it out is written down."""
    day, at, who = _day(request.GET.get("on", "")), timezone.localtime(), viewer(request)
    if day is None:
        raise Http404
    rows = queries.in_order(queries.dressed(queries.visible(scope(request)).filter(day=day)))
    names = shown_type_names()
    lines = (
        (row.number, row.level, names.get(row.type_code, ""), row.get_kind_display(), str(row.place or ""),
         row.holder.name if row.holder else _("指挥室"), row.get_end_display() or _("未清"), row.get_reason_display(),
         row.why, row.until.isoformat() if row.until else "", row.carries, row.ended_by.name if row.ended_by else "")
        for row in rows
    )  # fmt: skip
    heads = (
        *(_("编号"), _("等级"), _("类型"), _("事项"), _("地方"), _("责任人"), _("结果"), _("原因"), _("说明")),
        *(_("新的日期"), _("已结转次数"), _("经手人")),
    )
    said = _("日清日结 %(day)s，导出人 %(name)s，%(at)s") % {"day": day, "name": who.name, "at": f"{at:%Y-%m-%d %H:%M}"}
    book, count = workbook(
        _("日清日结"), said, heads, lines, creator=f"{who.name} {who.username}",
        at=at.replace(tzinfo=None, microsecond=0), widths=(18, 6, 14, 14, 14, 10, 10, 18, 30, 12, 10, 10),
    )  # fmt: skip
    record(day.stream, "day_exported", by=who.pk, at=at, is_look=True, rows=count)
    answer = HttpResponse(book, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="daily-{day.day}.xlsx"'
    return answer

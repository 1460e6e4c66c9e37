"""信访积案: the register, and one petition with its days, what was done and what comes next."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from twinloop.cases import visibility
from twinloop.cases.acting import Once, once_only, see
from twinloop.cases.actions.looking import exported, look
from twinloop.cases.attempts import No
from twinloop.cases.models import Dispute
from twinloop.edge.masks import mask_text
from twinloop.edge.written import workbook
from twinloop.intake.petitions import actions, forms, queries, showing, words
from twinloop.intake.petitions.models import Petition
from twinloop.people.gates import me, needs_role, scope
from twinloop.people.models import Account

PAGE, MOST = 50, 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _asked(request: HttpRequest) -> queries.Asked:
    tab, source = request.GET.get("tab", ""), request.GET.get("source", "")
    return queries.Asked(
        tab=tab if tab in words.TABS else "all",
        source=source if source in words.SOURCES else "",
        old=bool(request.GET.get("old")),
        word=request.GET.get("q", ""),
    )


@needs_role(*queries.READERS)
@require_GET
def petitions(request: HttpRequest) -> HttpResponse:
    """What is due soonest first."""
    held, on, asked = scope(request), timezone.localdate(), _asked(request)
    counted = queries.counts(held, on)
    page = Paginator(queries.listed(held, asked, on), PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "asked": asked, "page": page, "rows": [showing.row(one, on) for one in page], "query": kept.urlencode(),
        "tabs": [(code, word, counted.get(code, 0)) for code, word in words.TABS.items()],
        "sources": list(words.SOURCES.items()), "casedata": True,
    }  # fmt: skip
    return render(request, "petitions/petitions.html", context)


@needs_role(*queries.READERS)
@require_GET
def petitions_export(request: HttpRequest) -> HttpResponse:
    """What the list shows, without the petitioners' names, with the viewer's name on it and a line in the ledger."""
    viewer, at = request.user, timezone.localtime()
    assert isinstance(viewer, Account)
    found = queries.listed(scope(request), _asked(request), at.date())[:MOST]
    facts = {"name": viewer.name, "number": viewer.username, "at": f"{at:%Y-%m-%d %H:%M}"}
    content, count = workbook(
        _("信访积案"),
        _("导出人 %(name)s（%(number)s），%(at)s；没有姓名，已记入日志") % facts,
        (_("信访件编号"), _("纠纷"), _("事项"), _("地方"), _("从哪里来"), _("状态"), _("收到"), _("受理"), _("到期"),
         _("延长（天）"), _("答复"), _("处理意见"), _("办结"), _("责任民警")),
        _lines(found),
        creator=f"{viewer.name} {viewer.username}",
        at=at.replace(tzinfo=None, microsecond=0),
        widths=(20, 18, 34, 14, 12, 12, 12, 12, 12, 10, 12, 20, 12, 12),
    )  # fmt: skip
    exported(by=viewer.pk, at=at, what="petitions", rows=count, query=request.GET.urlencode())
    name = f'attachment; filename="petitions-{at:%Y%m%d-%H%M}.xlsx"'
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": name})


def _lines(found: Any) -> Iterator[tuple[Any, ...]]:
    one: Petition
    for one in found:
        quarrel = one.dispute
        yield (
            one.number, quarrel.number, mask_text(quarrel.title), str(quarrel.place or ""),
            str(one.get_source_display()), str(one.get_stage_display()),
            *(f"{day:%Y-%m-%d}" if day else "" for day in (one.received_on, one.accepted_on, one.due_on)),
            one.extra_days or None, f"{one.answered_on:%Y-%m-%d}" if one.answered_on else "",
            str(one.get_result_display()) if one.result else "",
            f"{one.closed_on:%Y-%m-%d}" if one.closed_on else "", str(quarrel.owner or ""),
        )  # fmt: skip


def _one(request: HttpRequest, number: str) -> Petition:
    return get_object_or_404(queries.visible(scope(request)).prefetch_related("reviews"), dispute__number=number)


@needs_role(*queries.READERS)
@require_GET
def petition(request: HttpRequest, number: str) -> HttpResponse:
    found = _one(request, number)
    look(found.dispute, by=me(request), at=timezone.localtime(), where="petition")
    return _page(request, found)


def _page(
    request: HttpRequest, found: Petition, what: str = "", sent: Once | None = None, no: No | None = None
) -> HttpResponse:
    held, on = scope(request), timezone.localdate()
    initial = {"once": uuid.uuid4(), "on": on, "days": 30}
    asks = {name: form(auto_id=f"{name}-%s", initial=initial) for name, form in KINDS.items()}
    if sent is not None:
        asks[what] = sent
    context = showing.page(found, held, on) | {
        "asks": asks, "no": no, "no_what": what, "writes": held.has(*queries.WRITERS),
        "leads": held.has(*queries.LEADERS), "casedata": True,
    }  # fmt: skip
    return render(request, "petitions/petition.html", context, status=no.status if no else 200)


KINDS: dict[str, type[Once]] = {
    "accept": forms.Accept, "decline": forms.Decline, "extend": forms.Extend, "answer": forms.Answer,
    "review": forms.Review, "conclude": forms.Conclude, "close": forms.Close,
}  # fmt: skip
DONE = {
    "accept": gettext_lazy("已受理，六十天内答复"), "decline": gettext_lazy("已记不予受理，告知书可以打印"),
    "extend": gettext_lazy("已延长，记得告知信访人"), "answer": gettext_lazy("已记答复"),
    "review": gettext_lazy("已记申请"), "conclude": gettext_lazy("已记结果"), "close": gettext_lazy("信访件已办结"),
}  # fmt: skip


@needs_role(*queries.WRITERS)
@require_POST
def petition_do(request: HttpRequest, number: str, deed: str) -> HttpResponse:
    """One act; refused, the page comes back with deed was typed."""
    if deed not in KINDS:
        raise Http404
    found, at = _one(request, number), timezone.localtime()
    form, roles = KINDS[deed](request.POST, auto_id=f"{deed}-%s"), scope(request).roles

    def act() -> int:
        given = {name: value for name, value in form.cleaned_data.items() if name != "once"}
        ACTS[deed](found.dispute, given, me(request), roles, at)
        return found.dispute_id

    no, _pk = once_only(request, form, act)
    if no is not None:
        if not no.sentence:
            no = No(no.status, _missing(form))
        return _page(request, _one(request, number), deed, form, no)
    messages.success(request, str(DONE[deed]))
    return see(reverse("petition", args=[number]))


def _missing(form: Once) -> str:
    label = form.fields[next(iter(form.errors))].label
    return _("没有保存：还差一样，%(what)s") % {"what": label}


Act = Callable[[Dispute, dict[str, Any], int, frozenset[str], datetime], object]
ACTS: dict[str, Act] = {
    "accept": lambda d, given, by, _roles, at: actions.accept(d, on=given["on"], by=by, at=at),
    "decline": lambda d, given, by, _roles, at: actions.decline(d, **given, by=by, at=at),
    "extend": lambda d, given, by, roles, at: actions.extend(d, **given, by=by, roles=roles, at=at),
    "answer": lambda d, given, by, _roles, at: actions.answer(d, actions.Answer(**given), by=by, at=at),
    "review": lambda d, given, by, _roles, at: actions.ask_review(d, **given, by=by, at=at),
    "conclude": lambda d, given, by, _roles, at: actions.conclude_review(d, **given, by=by, at=at),
    "close": lambda d, given, by, _roles, at: actions.close(d, **given, by=by, at=at),
}


@needs_role(*queries.WRITERS)
@require_POST
def petition_register(request: HttpRequest, number: str) -> HttpResponse:
    """A quarrel that is here already was taken to a petition office."""
    found = get_object_or_404(visibility.disputes(scope(request)), number=number)
    form, at = forms.Register(request.POST), timezone.localtime()

    def act() -> int:
        given = {name: value for name, value in form.cleaned_data.items() if name != "once"}
        actions.register(found, actions.Given(**given), by=me(request), at=at)
        return found.pk

    no, _pk = once_only(request, form, act)
    if no is not None:
        messages.error(request, no.sentence or _missing(form))
        return see(reverse("petition_new", args=[number]))
    messages.success(request, _("已登记信访，十五天内决定是否受理"))
    return see(reverse("petition", args=[number]))


@needs_role(*queries.WRITERS)
@require_GET
def petition_new(request: HttpRequest, number: str) -> HttpResponse:
    found = get_object_or_404(visibility.disputes(scope(request)), number=number)
    if Petition.objects.filter(dispute=found).exists():
        return see(reverse("petition", args=[number]))
    form = forms.Register(initial={"once": uuid.uuid4(), "received_on": timezone.localdate()})
    context = {"dispute": found, "title": mask_text(found.title), "form": form, "casedata": True}
    return render(request, "petitions/register.html", context)

"""建议和改判: what the software said, what people said to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from twinloop.cases.actions.looking import exported
from twinloop.cases.paging import BoundedPaginator
from twinloop.people.gates import needs_role, scope
from twinloop.people.models import Account
from twinloop.triage import judged, judged_export, words

ROLES = ("dispatcher", "chief", "bureau")
FILTERS = ("what", "verdict", "by", "month")


def _asked(request: HttpRequest) -> judged.Asked:
    """What cannot be read is not asked for."""
    given = {name: request.GET.get(name, "") for name in FILTERS}
    try:
        start = datetime.strptime(given["month"], "%Y-%m").replace(tzinfo=timezone.get_current_timezone())
    except ValueError:
        start = None
    return judged.Asked(
        what=given["what"] if given["what"] in words.WHATS else "",
        verdict=given["verdict"] if given["verdict"] in words.VERDICTS else "",
        by=int(given["by"]) if given["by"].isdecimal() and len(given["by"]) < 10 else None,
        start=start, end=(start + timedelta(days=31)).replace(day=1) if start else None,
    )  # fmt: skip


@needs_role(*ROLES)
@require_GET
def judgements(request: HttpRequest) -> HttpResponse:
    held, asked = scope(request), _asked(request)
    page = BoundedPaginator(judged.listed(held, asked), judged.PAGE).get_page(request.GET.get("page"))
    context = {
        "asked": asked, "month": request.GET.get("month", "") if asked.start else "", "page": page,
        "rows": judged.lines(page.object_list),
        "shares": judged.shares(held, asked),
        "whats": words.WHATS.items(), "verdicts": words.VERDICTS.items(), "people": judged.people(held),
        "months": judged.by_month(held), "casedata": True,
        "query": _query(request),
    }  # fmt: skip
    return render(request, "triage/judgements.html", context)


@needs_role(*ROLES)
@require_GET
def judgements_export(request: HttpRequest) -> HttpResponse:
    """The rows of the same filters as XLSX; that it was taken out is an event."""
    now, query = timezone.localtime(), _query(request)
    assert isinstance(request.user, Account)
    content, count = judged_export.workbook_of(scope(request), _asked(request), who=request.user.name, at=now)
    exported(by=request.user.pk, at=now, what="judgements", rows=count, query=query)
    answer = HttpResponse(content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer["Content-Disposition"] = f'attachment; filename="judgements-{now:%Y%m%d}.xlsx"'
    return answer


def _query(request: HttpRequest) -> str:
    return urlencode({name: request.GET[name] for name in FILTERS if request.GET.get(name)})

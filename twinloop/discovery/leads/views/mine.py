"""报线索 on a phone, and what became of what one reported."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from twinloop.cases.attempts import attempt
from twinloop.discovery.leads import actions, queries, showing
from twinloop.discovery.leads.forms import FieldReport
from twinloop.discovery.leads.visibility import REPORTERS, check_source
from twinloop.ledger import once
from twinloop.people.gates import needs_role, scope, viewer

PAGE = 20


@needs_role(*REPORTERS)
@require_http_methods(["GET", "POST"])
def lead(request: HttpRequest) -> HttpResponse:
    own, others = queries.communities(viewer(request), scope(request))
    if request.method == "GET":
        return _form(request, FieldReport(own, others))
    form = FieldReport(own, others, request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form, status=422)
    said: list[str] = []
    refused = attempt(lambda: said.append(_report(request, form)))
    if refused:
        return _form(request, form, refused=refused.sentence, status=refused.status)
    messages.success(request, _("已送出 %(number)s。24 小时内有人看，结果写在下面。") % {"number": said[0]})
    return redirect("lead_mine")


def _form(request: HttpRequest, form: FieldReport, *, status: int = 200, **more: object) -> HttpResponse:
    return render(request, "leads/lead.html", {"form": form, **more}, status=status)


def _report(request: HttpRequest, form: FieldReport) -> str:
    """The number; sent twice, the same number."""
    account, given, at = viewer(request), form.cleaned_data, timezone.localtime()
    source = check_source("", scope(request))
    with once.taken(given["once"], who=f"account:{account.pk}", what="lead", sent=form.canonical(), at=at) as turn:
        if turn.before is None:
            made = actions.report(
                source=source, text=given["text"], place=form.where(), address=given["address"], kind=given["kind"],
                urgent=given["urgent"], confidential=given["confidential"], photos=given["photos"],
                reporter=account.pk, by=account.pk, at=at,
            )  # fmt: skip
            turn.answer = made.number
    return str(turn.said)


@needs_role(*REPORTERS)
@require_GET
def lead_mine(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.mine(scope(request)), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [showing.own(lead) for lead in page], "casedata": bool(page)}
    return render(request, "leads/mine.html", context)

"""The list of disputes: filters, tabs, saved views, a file of it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from twinloop.cases import export, listing
from twinloop.cases.actions import viewing
from twinloop.cases.actions.looking import exported
from twinloop.cases.list_forms import DisputeFilter, SavedViewForm
from twinloop.people.gates import needs_role, scope, viewer

# everybody with a part in cases; which cases is decided by `visibility`
READERS = ("dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau",
           "mediator", "volunteer", "grid_worker", "agency")  # fmt: skip
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs_role(*READERS)
@require_GET
def disputes(request: HttpRequest) -> HttpResponse:
    held, today = scope(request), timezone.localdate()
    form = DisputeFilter(request.GET, scope=held, at=today)
    asked = form.asked()
    listed = listing.dispute_page(held, asked)
    context = {
        "form": form,
        "asked": asked,
        "listed": listed,
        "rows": listing.rows(listed),
        "tabs": listing.tabs(listed, asked, query_without(request.GET, "page", "tab")),
        "views": listing.saved_views(held.account, "disputes"),
        "query": query_without(request.GET, "page"),
        "casedata": bool(listed.rows),
    }
    return render(request, "cases/disputes.html", context)


def query_without(given: QueryDict, *names: str) -> str:
    """The filters that hold, as a query, without empty ones."""
    return urlencode([(name, value) for name, value in given.items() if value and name not in names])


@needs_role(*READERS)
@require_GET
def disputes_export(request: HttpRequest) -> HttpResponse:
    """What is filtered, as XLSX: masks only, formulas made harmless, the viewer's name on it, a line in the ledger."""
    held, at = scope(request), timezone.localtime()
    asked = DisputeFilter(request.GET, scope=held, at=at.date()).asked()
    content, rows = export.disputes(held, asked, viewer=viewer(request), at=at)
    exported(by=viewer(request).pk, at=at, what="disputes", rows=rows, query=query_without(request.GET, "page"))
    disposition = f'attachment; filename="disputes-{at:%Y%m%d-%H%M}.xlsx"'
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": disposition})


@needs_role(*READERS)
@require_POST
def saved_view(request: HttpRequest) -> HttpResponse:
    held, at = scope(request), timezone.localtime()
    form = SavedViewForm(request.POST, scope=held, at=at.date())
    if not form.is_valid():
        messages.error(request, _("没有保存：%(what)s") % {"what": next(iter(form.errors.values()))[0]})
        return redirect("disputes")
    given = form.cleaned_data
    viewing.save_view("disputes", given["name"], given["query"], by=viewer(request).pk, at=at)
    messages.success(request, _("已存为“%(name)s”") % {"name": given["name"]})
    return redirect(f"{reverse('disputes')}?{given['query']}")


@needs_role(*READERS)
@require_POST
def saved_view_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own only; somebody else's is not there."""
    viewing.remove_view(pk, by=viewer(request).pk, at=timezone.localtime())
    return redirect("disputes")

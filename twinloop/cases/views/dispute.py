"""A dispute: its page, its whole timeline, opening a masked field."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods

from twinloop.cases import actions
from twinloop.cases.attempts import attempt
from twinloop.cases.forms import Unmask
from twinloop.cases.models import Party
from twinloop.cases.showing import View
from twinloop.cases.views.page import TABS, on_dispute, show
from twinloop.cases.words import UNMASK_FIELDS
from twinloop.people.gates import me

SECONDS = 60  # how long an opened field stands


@require_GET
@on_dispute
def dispute(request: HttpRequest, view: View) -> HttpResponse:
    tab = request.GET.get("tab", "overview")
    if tab not in TABS:
        raise Http404
    view.place(request.GET.get("do", ""))
    actions.look(view.dispute, by=me(request), at=view.at, where=tab)
    return show(request, view, tab)


@require_GET
@on_dispute
def dispute_timeline(request: HttpRequest, view: View) -> HttpResponse:
    actions.look(view.dispute, by=me(request), at=view.at, where="timeline")
    return show(request, view, "timeline")


@require_http_methods(["GET", "POST"])
@on_dispute
def dispute_unmask(request: HttpRequest, view: View, pk: int) -> HttpResponse:
    """Asks why (GET), then opens one field of a party for a minute (POST); htmx gets the field alone."""
    party = get_object_or_404(Party.objects.select_related("dispute"), pk=pk, dispute=view.dispute, removed_at=None)
    field = request.GET.get("field", "")
    if field not in UNMASK_FIELDS:
        raise Http404
    form = Unmask(request.POST or None)
    context = {"view": view, "dispute": view.dispute, "party": party, "form": form, "casedata": True}
    context |= {"what": UNMASK_FIELDS[field], "seconds": SECONDS, "refused": "", "value": ""}
    status = 200
    if request.method == "POST":
        status = _open(request, view, (party, field), form, context)
    template = "dispute/unmasked.html" if request.headers.get("HX-Request") else "dispute_unmask.html"
    answer = render(request, f"cases/{template}", context, status=status)
    if context["value"]:
        answer["Refresh"] = f"{SECONDS}; url={view.url('dispute')}"
    return answer


def _open(request: HttpRequest, view: View, what: tuple[Party, str], form: Unmask, context: dict[str, object]) -> int:
    """Fill `context` with the value, or with why not; gives the status."""
    party, field = what
    if not form.is_valid():
        return 422

    def run() -> None:
        context["value"] = actions.unmask(
            party, field, scope=view.scope, by=me(request), at=view.at, reason=form.cleaned_data["reason"],
            why=form.cleaned_data["why"],
        )  # fmt: skip

    no = attempt(run)
    context["refused"] = no.sentence if no else ""
    return no.status if no else 200

"""Incidents: their list, one of them, and one field of its caller opened with a reason."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from twinloop.cases import listing, reports, visibility
from twinloop.cases.actions.looking import MAY_OPEN, look, unmask
from twinloop.cases.attempts import attempt
from twinloop.cases.list_forms import IncidentFilter, UnmaskForm
from twinloop.cases.models import Incident
from twinloop.cases.views.lists import READERS, query_without
from twinloop.people.gates import needs_role, scope, viewer


@needs_role(*READERS)
@require_GET
def incidents(request: HttpRequest) -> HttpResponse:
    held = scope(request)
    form = IncidentFilter(request.GET, scope=held, at=timezone.localdate())
    asked = form.asked()
    listed = listing.incident_page(held, asked)
    context = {
        "form": form,
        "listed": listed,
        "rows": [reports.row(incident, held) for incident in listed.rows],
        "query": query_without(request.GET, "page"),
        "casedata": bool(listed.rows),
    }
    return render(request, "cases/incidents.html", context)


def _seen(request: HttpRequest, number: str) -> Incident:
    """The visible one; what is not visible is not there."""
    found = visibility.incidents(scope(request)).filter(number=number).select_related("place__parent", "station")
    incident = found.first()
    if incident is None:
        raise Http404
    return incident


@needs_role(*READERS)
@require_GET
def incident(request: HttpRequest, number: str) -> HttpResponse:
    found = _seen(request, number)
    look(found, by=viewer(request).pk, at=timezone.localtime(), where="page")
    return _page(request, found)


def _page(request: HttpRequest, found: Incident, *, status: int = 200, **more: object) -> HttpResponse:
    held = scope(request)
    context = {
        "incident": found,
        "shown": reports.shown(found, held),
        "tells": held.has("dispatcher", "chief", "officer", "community_officer"),  # as `intake.doors.rights` says
        "prints": held.has(*MAY_OPEN),
        "casedata": True,
        **more,
    }
    return render(request, "cases/incident.html", context, status=status)


@needs_role(*READERS)
@require_http_methods(["GET", "POST"])
def incident_unmask(request: HttpRequest, number: str, field: str) -> HttpResponse:
    """GET asks why (for browsers without the pop-up); POST opens the field on the page for 60 seconds."""
    if field not in ("name", "phone"):
        raise Http404
    found, form, at = _seen(request, number), UnmaskForm(request.POST or None), timezone.localtime()
    if request.method == "GET" or not form.is_valid():
        return _page(request, found, ask=field, form=form, status=422 if form.is_bound else 200)
    opened: list[str] = []
    given = form.cleaned_data
    refused = attempt(
        lambda: opened.append(
            unmask(
                found,
                field,
                scope=scope(request),
                by=viewer(request).pk,
                at=at,
                reason=given["reason"],
                why=given["why"],
            )
        )
    )
    if refused:
        return _page(request, found, ask=field, form=form, refused=refused.sentence, status=refused.status)
    return _page(request, found, opened=field, value=opened[0])

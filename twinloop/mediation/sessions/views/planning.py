"""One mediation with its sessions; arranging the next one; more days; somebody who does not want to go on."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from twinloop.cases import actions as cases
from twinloop.cases.acting import Once, see
from twinloop.edge.masks import mask_text
from twinloop.mediation.agreements.checking import parties
from twinloop.mediation.sessions import actions, forms, queries, showing
from twinloop.mediation.sessions.models import Mediation
from twinloop.mediation.sessions.views.acting import do, mediation_of
from twinloop.people.gates import me, needs_role, scope


@needs_role(*queries.READERS)
@require_GET
def mediation_one(request: HttpRequest, pk: int) -> HttpResponse:
    found, at = mediation_of(request, pk), timezone.localtime()
    cases.look(found.dispute, by=me(request), at=at, where=f"mediation:{pk}")
    return render(request, "sessions/mediation_one.html", _page(request, found))


def _page(request: HttpRequest, found: Mediation) -> dict[str, Any]:
    writes = scope(request).has(*queries.WRITERS) and found.state == "open"
    sessions = list(found.sessions.select_related("room").order_by("-period"))
    refuse = forms.Declined(auto_id="refuse-%s", initial={"once": uuid.uuid4()})
    refuse.offer(parties(found.dispute_id))
    return {
        "mediation": found, "dispute": found.dispute, "title": mask_text(found.dispute.title), "writes": writes,
        "sessions": sessions, "pending": next((one for one in sessions if one.live and not one.outcome), None),
        "limit": showing.limit(found), "paper": queries.paper_of(found), "refuse": refuse, "casedata": True,
        "extend": forms.Extend(auto_id="extend-%s", initial={"once": uuid.uuid4()}),
    }  # fmt: skip


@needs_role(*queries.WRITERS)
@require_http_methods(["GET", "POST"])
def session_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """When, where, who: the next session of a mediation."""
    found, at, by = mediation_of(request, pk), timezone.localtime(), me(request)
    data = request.POST if request.method == "POST" else None
    form = forms.Plan(data, initial=showing.plan_start(found, at))
    form.offer(queries.rooms(at.date()), queries.mediators(at.date()))
    made: list[int] = []

    def run() -> int:
        made.append(actions.plan(found, form.booking(), by=by, at=at).pk)
        return made[0]

    no = do(form, f"{pk}|plan", "session_plan", by, at, run) if data is not None else None
    if data is not None and no is None:
        messages.success(request, _("约好了，下面逐个通知"))
        return see(reverse("session", args=made) if made else reverse("mediation_one", args=[pk]))
    context = {
        "mediation": found, "dispute": found.dispute, "title": mask_text(found.dispute.title), "form": form,
        "refused": no.sentence if no else "", "casedata": True, "limit": showing.limit(found),
    }  # fmt: skip
    return render(request, "sessions/session_plan.html", context, status=no.status if no else 200)


def _act(
    request: HttpRequest, pk: int, form: Once, slot: str, act: Callable[[Mediation, int, datetime], object],
    done: str,
) -> HttpResponse:  # fmt: skip
    found, at, by = mediation_of(request, pk), timezone.localtime(), me(request)

    def run() -> int:
        act(found, by, at)
        return found.pk

    no = do(form, f"{pk}|{slot}", "mediation_act", by, at, run)
    if no is None:
        messages.success(request, done)
        return see(reverse("mediation_one", args=[pk]))
    context = _page(request, mediation_of(request, pk)) | {slot: form, "refused": no.sentence, "slot": slot}
    return render(request, "sessions/mediation_one.html", context, status=no.status)


@needs_role(*queries.WRITERS)
@require_POST
def mediation_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """One side does not want to go on: the mediation is over, what follows follows by itself."""
    form, roles = forms.Declined(request.POST, auto_id="refuse-%s"), scope(request).roles
    form.offer(parties(mediation_of(request, pk).dispute_id))

    def act(found: Mediation, by: int, at: datetime) -> None:
        actions.refuse(found, form.who(), form.cleaned_data["said"], by=by, roles=roles, at=at)

    return _act(request, pk, form, "refuse", act, _("已记下，调解结束"))


@needs_role(*queries.WRITERS)
@require_POST
def mediation_extend(request: HttpRequest, pk: int) -> HttpResponse:
    form = forms.Extend(request.POST, auto_id="extend-%s")

    def act(found: Mediation, by: int, at: datetime) -> None:
        given = form.cleaned_data
        actions.extend(found, given["until"], both_agree=given["both_agree"], why=given["why"], by=by, at=at)

    return _act(request, pk, form, "extend", act, _("已延长"))

"""Calling bodies to one table, and the part of it on the page of a dispute, a whistle or a session."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from twinloop.cases import visibility
from twinloop.cases.attempts import No
from twinloop.cases.models import Dispute
from twinloop.mediation.consults import actions, forms, queries, showing
from twinloop.mediation.consults.actions.convening import pending
from twinloop.mediation.joint import letter
from twinloop.mediation.joint.views.acting import act
from twinloop.mediation.sessions import queries as sitting
from twinloop.people.gates import needs_role, scope


def _dispute(request: HttpRequest, number: str) -> Dispute:
    found = visibility.disputes(scope(request)).select_related("place__parent__parent", "station")
    return get_object_or_404(found, number=number)


@needs_role(*queries.READERS)
@require_GET
def consult_part(request: HttpRequest, number: str) -> HttpResponse:
    """On other pages: what was convened, and the way to the form."""
    held, dispute = scope(request), _dispute(request, number)
    found = [(one, showing.state(one)) for one in queries.of(dispute, held)]
    mediation = sitting.live(dispute)
    context = {
        "dispute": dispute, "consults": found, "open": mediation is not None and mediation.state == "open",
        "convenes": held.has(*queries.CONVENERS) and not any(one.minutes_at is None for one, _state in found),
    }  # fmt: skip
    return render(request, "consults/part.html", context)


@needs_role(*queries.CONVENERS)
@require_http_methods(["GET", "POST"])
def consult_new(request: HttpRequest, number: str) -> HttpResponse:
    """One form: who sits there, who leads, when and where."""
    dispute, at = _dispute(request, number), timezone.localtime()
    offers = queries.invited(dispute, at)
    units = {one.unit.pk: one.unit for one in offers}
    form = forms.Convene(request.POST if request.method == "POST" else None, initial=_initial(dispute, at))
    form.offer([(str(pk), unit.name) for pk, unit in units.items()], sitting.rooms(at.date()))
    if request.method == "GET":
        return _form(request, dispute, offers, form)
    made: list[int] = []

    def do(by: int, moment: datetime) -> None:
        given = form.cleaned_data
        call = actions.Call(
            units=[units[pk] for pk in given["units"]], lead=given["lead"], aim=given["aim"], booking=form.booking()
        )
        made.append(actions.convene(dispute, call, by=by, at=moment).pk)

    answer = act(
        request, f"consult{dispute.pk}", form, do, done=_("约好了，各单位已经叫到"), to="",
        again=lambda no: _form(request, dispute, offers, form, no=no),
    )  # fmt: skip
    if answer.status_code == 303:
        last = queries.of(dispute, scope(request))
        answer["Location"] = reverse("consult", args=[made[0] if made else last[0].pk])
    return answer


def _initial(dispute: Dispute, at: datetime) -> dict[str, Any]:
    """Who was called is asked, whoever leads the whistle leads; tomorrow morning."""
    lead = queries.lead_of(dispute)
    return {
        "once": uuid.uuid4(), "units": list(queries.called(dispute)), "lead": lead.pk if lead else "",
        "day": (at + timedelta(days=1)).date(), "start": "09:00", "minutes": 90,
        "aim": letter.masked(dispute, dispute.focus),
    }  # fmt: skip


def _form(
    request: HttpRequest, dispute: Dispute, offers: list[Any], form: forms.Convene, *, no: No | None = None
) -> HttpResponse:
    ticked, lead = form.chosen()
    mediation = sitting.live(dispute)
    context = {
        "dispute": dispute, "title": letter.masked(dispute, dispute.title), "form": form,
        "offers": offers, "ticked": ticked, "lead": lead, "called": queries.called(dispute), "mediation": mediation,
        "arranged": pending(mediation) if mediation else None, "refused": no.sentence if no else "", "casedata": True,
    }  # fmt: skip
    return render(request, "consults/consult_new.html", context, status=no.status if no else 200)

"""The arbiter's page: what the agency says, what the table says, one word with a reason."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from twinloop.cases.attempts import No
from twinloop.mediation.joint import actions, competence, forms, queries, showing
from twinloop.mediation.joint.models import GONE, Objection
from twinloop.mediation.joint.views.acting import act
from twinloop.people.gates import me, needs_role, scope


def _one(request: HttpRequest, pk: int) -> Objection:
    return get_object_or_404(queries.objections(scope(request)), pk=pk)


@needs_role(*queries.POLICE)
@require_GET
def whistle_objection(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, _one(request, pk))


def _show(
    request: HttpRequest, found: Objection, *, form: forms.Decide | None = None, no: No | None = None
) -> HttpResponse:
    held, at = scope(request), timezone.localtime()
    whistle = found.answer.whistle
    dispute = showing.dispute_of(whistle, held)
    offers = competence.offers(dispute, at=at) if dispute else []
    called = set(whistle.answers.exclude(state__in=GONE).values_list("unit", flat=True))
    free = [one for one in offers if one.unit.pk not in called]
    form = form or forms.Decide(initial={"once": uuid.uuid4()})
    form.offer([one.unit for one in free])
    context = {
        "objection": found, "whistle": whistle, "answer": found.answer, "dispute": dispute, "form": form,
        "offers": [one for one in offers if one.called], "refused": no.sentence if no else "",
        "is_arbiter": held.has(*queries.ARBITERS), "own": whistle.blown_by_id == me(request), "casedata": True,
    }  # fmt: skip
    return render(request, "joint/objection.html", context, status=no.status if no else 200)


@needs_role(*queries.ARBITERS)
@require_POST
def whistle_decide(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _one(request, pk), forms.Decide(request.POST)
    units = {unit.pk: unit for unit in competence.agencies()}
    form.offer(list(units.values()))

    def do(by: int, at: datetime) -> None:
        said = form.cleaned_data
        actions.decide(found, said["decision"], why=said["why"], by=by, at=at,
                       to_unit=units.get(said["to_unit"]))  # fmt: skip

    return act(
        request, f"decide{pk}", form, do, done=_("已裁定"), to=reverse("whistle", args=[found.answer.whistle_id]),
        again=lambda no: _show(request, _one(request, pk), form=form, no=no),
    )  # fmt: skip

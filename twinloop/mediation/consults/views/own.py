"""An agency's side: when and where it sits, what it took on. Nothing of the dispute and of the others."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from twinloop.cases.attempts import No
from twinloop.ledger.actions import record
from twinloop.mediation.consults import forms, queries, showing
from twinloop.people.gates import me, needs_role, scope

MOST = 20


@needs_role("agency")
@require_GET
def consult_mine(request: HttpRequest) -> HttpResponse:
    """The list, as a part of the page of whistles and as a page of its own."""
    at, held = timezone.localtime(), scope(request)
    bodies = list(queries.own_bodies(held).order_by("-consult__starts_at")[:MOST])
    waiting = set(queries.tasks(held).filter(state="open").values_list("body", flat=True))
    rows = [(body, body.pk in waiting, body.consult.starts_at > at) for body in bodies]
    whole = not request.headers.get("HX-Request")
    return render(request, "consults/mine.html" if whole else "consults/mine_rows.html", {"rows": rows})


@needs_role("agency")
@require_GET
def consult_own(request: HttpRequest, pk: int) -> HttpResponse:
    body = get_object_or_404(queries.own_bodies(scope(request)), pk=pk)
    record(f"dispute:{body.dispute_id}", "looked", by=me(request), at=timezone.localtime(), is_look=True,
           where=body.consult.number)  # fmt: skip
    return show(request, pk)


def show(
    request: HttpRequest, pk: int, *, slot: str = "", form: forms.End | None = None, no: No | None = None
) -> HttpResponse:
    at, held = timezone.localtime(), scope(request)
    body = get_object_or_404(queries.own_bodies(held), pk=pk)
    found = list(queries.tasks(held).filter(body=body).select_related("ended_by").order_by("number"))
    context = {
        "body": body, "consult": body.consult, "refused": no.sentence if no else "", "slot": slot, "casedata": True,
        "tasks": showing.lines(found, at=at, may_end=True, slot=slot, form=form),
    }  # fmt: skip
    return render(request, "consults/own.html", context, status=no.status if no else 200)

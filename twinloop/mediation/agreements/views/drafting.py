"""The form of an agreement: on a phone or a desk, with or without JavaScript."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from twinloop.cases import visibility
from twinloop.cases.acting import see
from twinloop.cases.attempts import No, attempt
from twinloop.cases.models import Dispute
from twinloop.edge.masks import mask_text
from twinloop.ledger import once
from twinloop.mediation.agreements import actions, checking, forms, queries, showing
from twinloop.mediation.agreements.models import Agreement
from twinloop.people.gates import me, needs_role, scope

WRITES = ("add", "remove")  # buttons that only change the form


@needs_role(*queries.WRITERS)
@require_http_methods(["GET", "POST"])
def agreement_new(request: HttpRequest, number: str) -> HttpResponse:
    """The first version for a dispute that the viewer sees."""
    found = visibility.disputes(scope(request)).select_related("place", "station", "owner")
    dispute = get_object_or_404(found, number=number)
    start = {
        "once": uuid.uuid4(), "track": queries.track_of(dispute), "facts": dispute.title, "matter": dispute.focus,
        "mediator": me(request),
    }  # fmt: skip
    return _form(request, dispute, None, start, [])


@needs_role(*queries.WRITERS)
@require_http_methods(["GET", "POST"])
def agreement_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another version of a draft; a signed one has none."""
    found = queries.visible(scope(request)).select_related("dispute__place", "dispute__owner", "mediator")
    agreement = get_object_or_404(found, pk=pk, state="draft")
    names = ("track", "is_oral", "facts", "matter", "subject", "mediator_name", "version")
    start = {name: getattr(agreement, name) for name in names}
    start |= {"mediator": agreement.mediator_id or "", "once": uuid.uuid4()}
    return _form(request, agreement.dispute, agreement, start, showing.as_typed(agreement))


def _form(
    request: HttpRequest,
    dispute: Dispute,
    agreement: Agreement | None,
    start: dict[str, Any],
    terms: list[dict[str, Any]],
) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    people = checking.parties(dispute)
    paper = forms.Paper(data, initial=start)
    paper.offer(queries.leads(dispute, me(request)))
    rows = forms.rows(data, terms, people)
    no: No | None = None
    changed = data is not None and any(name in data for name in WRITES)
    if data is not None and not changed:
        done: list[int] = []
        no = _try(request, dispute, agreement, paper, rows, done)
        if done:
            messages.success(request, _("已存，还没有签"))
            return see(reverse("agreement", args=done))
    context = {
        "dispute": dispute, "title": mask_text(dispute.title), "agreement": agreement, "paper": paper, "rows": rows,
        "no": no, "full": len(rows) >= forms.MOST, "few": len(people) < 2, "casedata": True,
    }  # fmt: skip
    return render(request, "agreements/form.html", context, status=422 if data is not None and not changed else 200)


def _try(
    request: HttpRequest, dispute: Dispute, agreement: Agreement | None, paper: forms.Paper, rows: list[forms.Term],
    done: list[int],
) -> No | None:  # fmt: skip
    """Save what was typed, once; `done` gets the agreement's key."""
    if not all([paper.is_valid(), *(row.is_valid() for row in rows)]):
        return No(422)
    content = actions.Content(terms=tuple(row.given() for row in rows if not row.is_empty), **paper.content())
    at, by = timezone.localtime(), me(request)
    version = paper.cleaned_data["version"] or 0

    def run() -> None:
        who, sent = f"account:{by}", f"{dispute.pk}|{version}|{content}"
        with once.taken(paper.cleaned_data["once"], who=who, what="agreement", sent=sent, at=at) as turn:
            if turn.before is None:
                made = (
                    actions.redraft(agreement, content, version=version, by=by, at=at)
                    if agreement
                    else actions.draft(dispute, content, by=by, at=at)
                )
                turn.answer = made.pk
        done.append(turn.said)

    return attempt(run)

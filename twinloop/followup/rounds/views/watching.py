"""民转刑: crimes in quarrels that were known; one of them looked back upon on a single page."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from twinloop.cases.acting import once_only, see
from twinloop.cases.actions import look
from twinloop.cases.attempts import No
from twinloop.edge.masks import mask_text
from twinloop.followup.rounds import actions, forms, queries, showing
from twinloop.followup.rounds.models import Escalation
from twinloop.people.gates import me, needs_role, scope

PAGE = 50
READERS = (*queries.LEADERS, "dispatcher", "community_officer")


@needs_role(*READERS)
@require_GET
def escalations(request: HttpRequest) -> HttpResponse:
    """Those that wait for their look back first."""
    found = queries.escalations(scope(request)).order_by("reviewed_at", "-at", "-pk")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = [(row, mask_text(row.dispute.title)) for row in page]
    return render(request, "rounds/escalations.html", {"page": page, "rows": rows, "casedata": True})


@needs_role(*READERS)
@require_http_methods(["GET", "POST"])
def escalation(request: HttpRequest, escalation: int) -> HttpResponse:
    """What was known when, what was due, what was done; a leader says what came of what."""
    row: Escalation = get_object_or_404(queries.escalations(scope(request)), pk=escalation)
    at, no = timezone.localtime(), None
    form = forms.Find(request.POST or None, initial={"once": uuid.uuid4()})
    if request.method == "POST":

        def act() -> int:
            given = form.cleaned_data
            actions.find(row, given["finding"], given["text"], by=me(request), scope=scope(request), at=at)
            return row.pk

        no, _pk = once_only(request, form, act)
        if no is None:
            messages.success(request, _("复盘已记下"))
            return see(reverse("escalation", args=[row.pk]))
        no = no if no.sentence else No(422, _("没有保存：还差一样，是不是民转刑，为什么"))
    else:
        look(row.dispute, by=me(request), at=at, where="escalation")
    context = {
        "row": row, "title": mask_text(row.dispute.title), "crime": mask_text(row.incident.narrative), "form": form,
        "no": no, "past": showing.lookback(row), "leads": scope(request).has(*queries.LEADERS), "casedata": True,
    }  # fmt: skip
    return render(request, "rounds/escalation.html", context, status=no.status if no else 200)

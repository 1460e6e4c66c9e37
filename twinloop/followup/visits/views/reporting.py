"""我的回访: the route of the day on a phone, and the form of one visit, also without signal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from twinloop.cases.acting import see
from twinloop.cases.actions import look
from twinloop.cases.attempts import No, attempt
from twinloop.edge.masks import mask_text
from twinloop.followup.visits import actions, forms, queries
from twinloop.followup.visits.models import Callback
from twinloop.ledger import once
from twinloop.people.gates import me, needs_role, scope
from twinloop.people.keepable import keepable
from twinloop.rosters.queries.reading import villages_of

SOON = timedelta(days=7)


@needs_role(*queries.MAKERS)
@require_GET
def visits_mine(request: HttpRequest) -> HttpResponse:
    """By place, so that nobody walks a way twice; what comes in the next days stands below.

    A visit of the next days in a village where one is posted today belongs to today's route.
    """
    held, today = scope(request), timezone.localdate()
    rows = list(queries.mine(held, today, ahead=SOON))
    here = villages_of(sorted(held.accounts), today)
    now = [row for row in rows if row.due_on <= today or row.dispute.place_id in here]
    route = [(place, [(row, mask_text(row.dispute.title)) for row in inside])
             for place, inside in groupby(now, key=lambda row: str(row.dispute.place or ""))]  # fmt: skip
    later = [(row, mask_text(row.dispute.title)) for row in rows if row not in now]
    context = {"route": route, "later": later, "count": len(now), "today": today, "casedata": True}
    return render(request, "visits/mine.html", context)


@needs_role(*queries.READERS)
@require_http_methods(["GET", "POST"])
def visit_report(request: HttpRequest, callback: int) -> HttpResponse:
    """One visit: six taps and a sentence. Sent later by itself where there is no signal, and once.

    Who makes no visits (the day's board leads them here, too) is shown the dispute.
    """
    row: Callback = get_object_or_404(queries.visible(scope(request)), pk=callback)
    if not scope(request).has(*queries.MAKERS):
        if request.method == "GET":
            return redirect("dispute", row.dispute.number)
        raise PermissionDenied
    at = timezone.localtime()
    parties = list(row.dispute.parties.filter(removed_at=None))
    if request.method == "GET":
        look(row.dispute, by=me(request), at=at, where="visit")
        form = forms.Report(initial={"on": at.date(), "hour": at.time(), "way": "visit", "terms": "none"})
        form.offer(parties)
        return _form(request, row, form)
    form = forms.Report(request.POST, request.FILES)
    form.offer(parties)

    no = _put_down(request, form, lambda: row, sent=f"{row.pk}")
    if no is not None:
        return _form(request, row, form, no)
    there = reverse("dispute", args=[row.dispute.number])
    said = format_html('{} <a href="{}">{}</a>', _("已记下这次回访"), there, _("看纠纷，能不能销号"))
    messages.success(request, said)
    return see(reverse("visits_mine"))


@needs_role(*queries.MAKERS)
@keepable
@require_http_methods(["GET", "POST"])
def visit_blank(request: HttpRequest) -> HttpResponse:
    """The empty form that a phone keeps: no case stands on it; which visit it is, is found when it arrives."""
    held, at, no = scope(request), timezone.localtime(), None
    if request.method == "GET":
        form = forms.Blank(initial={"way": "visit", "terms": "none"}, at=at)
    else:
        form = forms.Blank(request.POST, request.FILES, at=at)
        number = request.POST.get("number", "")
        no = _put_down(request, form, lambda: queries.by_number(held, number, at.date()), sent="blank")
        if no is None:
            messages.success(request, _("已记下这次回访"))
            return see(reverse("visits_mine"))
    return render(request, "visits/blank.html", {"form": form, "no": no}, status=no.status if no else 200)


def _put_down(request: HttpRequest, form: forms.Report, which: Callable[[], Callback], *, sent: str) -> No | None:
    """Once, however often the phone sends it; why not."""
    given = sorted((name, value) for name, value in request.POST.items() if name not in ("once", "csrfmiddlewaretoken"))
    who, at = f"account:{me(request)}", timezone.localtime()

    def act() -> None:
        key = form.cleaned_data.get("once", "")
        with once.taken(key, who=who, what="visit", sent=f"{sent}|{given}", at=at) as turn:
            if turn.before is None:
                turn.answer = actions.put_down(which(), form.report(), by=me(request), at=at).pk

    return attempt(act) if form.is_valid() else No(422)


def _form(request: HttpRequest, row: Callback, form: forms.Report, no: No | None = None) -> HttpResponse:
    before = [one for one in queries.of(scope(request), row.dispute) if one.state == "done"][:3]
    context = {
        "row": row, "form": form, "no": no, "title": mask_text(row.dispute.title), "before": before, "casedata": True,
        "over": row.state != "planned",
    }  # fmt: skip
    return render(request, "visits/report.html", context, status=no.status if no else 200)

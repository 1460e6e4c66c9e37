"""重复待认: two incidents side by side, why they may be one quarrel, and a person's word on it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from twinloop.cases.attempts import attempt
from twinloop.people.gates import needs_role, scope
from twinloop.people.models import Account
from twinloop.triage import repeats_deciding, repeats_queue, words
from twinloop.triage.forms import RepeatForm
from twinloop.triage.repeat_pairs import RepeatPair

DECIDERS = ("dispatcher", "community_officer", "chief")


@needs_role(*DECIDERS)
@require_GET
def repeats(request: HttpRequest) -> HttpResponse:
    held = scope(request)
    tab = request.GET.get("tab", "open")
    tab = tab if tab in repeats_queue.TABS else "open"
    page = repeats_queue.page(held, tab, request.GET.get("page"))
    rows = repeats_queue.rows(list(page.object_list), held)
    context = {"page": page, "rows": rows, "tab": tab, "tabs": words.PAIR_STATES.items(), "casedata": bool(rows)}
    return render(request, "triage/repeats.html", context)


def _answered(request: HttpRequest, pk: int, act: Callable[[RepeatPair, int, str], str]) -> HttpResponse:
    """Try `act` on a pair that the viewer may see; what came of it stands above the queue."""
    held = scope(request)
    pair = get_object_or_404(repeats_queue.pairs(held).select_related("incident", "earlier"), pk=pk)
    form = RepeatForm(request.POST)
    assert isinstance(request.user, Account)
    by, why = request.user.pk, form.cleaned_data["why"] if form.is_valid() else ""
    no, said = attempt_said(lambda: act(pair, by, why))
    if no:
        messages.error(request, no)
    else:
        messages.success(request, said)
    return redirect("repeats")


def attempt_said(act: Callable[[], str]) -> tuple[str, str]:
    said: list[str] = []
    no = attempt(lambda: said.append(act()))
    return (no.sentence or _("别人刚改过，再看一遍"), "") if no else ("", said[0])


@needs_role(*DECIDERS)
@require_POST
def repeat_join(request: HttpRequest, pk: int) -> HttpResponse:
    held, at = scope(request), timezone.localtime()

    def act(pair: RepeatPair, by: int, why: str) -> str:
        why = why or _("重复警情，系统建议")
        if pair.kind == "part":
            repeats_deciding.part(pair, by=by, at=at, why=why)
            return _("已拆开")
        made = repeats_deciding.join(pair, by=by, scope=held, at=at, why=why)
        return _("已并入 %(number)s") % {"number": made.number}

    return _answered(request, pk, act)


@needs_role(*DECIDERS)
@require_POST
def repeat_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    at = timezone.localtime()

    def act(pair: RepeatPair, by: int, why: str) -> str:
        repeats_deciding.refuse(pair, by=by, at=at, why=why)
        return _("已记下：不再这样建议")

    return _answered(request, pk, act)


@needs_role(*DECIDERS)
@require_POST
def repeat_undo(request: HttpRequest, pk: int) -> HttpResponse:
    held, at = scope(request), timezone.localtime()

    def act(pair: RepeatPair, by: int, why: str) -> str:
        repeats_deciding.undo(pair, by=by, roles=held.roles, at=at, why=why or _("认错了，撤销"))
        return _("已撤销，回到待认")

    return _answered(request, pk, act)

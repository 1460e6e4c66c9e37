"""交接班: what is open goes from one dispatcher to the next."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from twinloop.cases.attempts import attempt
from twinloop.dispatch.orders import actions, forms
from twinloop.dispatch.orders.models import Handover
from twinloop.dispatch.orders.queries import board
from twinloop.people.gates import me, needs_role, scope
from twinloop.people.models import Account

DESK = ("dispatcher",)


def _unit(request: HttpRequest) -> int | None:
    assert isinstance(request.user, Account)
    return request.user.unit_id


def _page(request: HttpRequest, *, status: int = 200, **more: object) -> HttpResponse:
    seen = Handover.objects.filter(unit=_unit(request)).select_related("given_by", "taken_by")
    context = {
        "items": board.open_items(scope(request), at=timezone.localtime()),
        "waiting": seen.filter(taken_at=None).first(),
        "before": seen.exclude(taken_at=None)[:10],
        "casedata": True,
        **more,
    }
    return render(request, "orders/handover.html", context, status=status)


@needs_role(*DESK)
@require_GET
def handover(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _done() -> HttpResponseRedirect:
    answer = HttpResponseRedirect(reverse("handover"))
    answer.status_code = 303
    return answer


@needs_role(*DESK)
@require_POST
def handover_give(request: HttpRequest) -> HttpResponse:
    form, at = forms.Note(request.POST), timezone.localtime()
    note = form.cleaned_data["note"] if form.is_valid() else request.POST.get("note", "")
    no = attempt(lambda: actions.hand_over(_unit(request), by=me(request), scope=scope(request), at=at, note=note))
    if no:
        return _page(request, refused=no.sentence, status=no.status)
    messages.success(request, _("已交班，等下一班接"))
    return _done()


@needs_role(*DESK)
@require_POST
def handover_take(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Handover, pk=pk, unit=_unit(request))
    form, at = forms.Note(request.POST), timezone.localtime()
    note = form.cleaned_data["note"] if form.is_valid() else request.POST.get("note", "")
    no = attempt(lambda: actions.take_over(found, by=me(request), scope=scope(request), at=at, note=note))
    if no:
        return _page(request, refused=no.sentence, status=no.status)
    messages.success(request, _("已接班"))
    return _done()

"""指挥室: what waits, who suits, one tap to send."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from twinloop.cases import visibility
from twinloop.cases.attempts import attempt
from twinloop.cases.models import Incident, Order
from twinloop.cases.words import LEVELS
from twinloop.dispatch.orders import actions, forms, words
from twinloop.dispatch.orders.queries import board as queries
from twinloop.dispatch.orders.queries import calling, deciding
from twinloop.people.gates import me, needs_role, scope
from twinloop.people.models import Account, Unit

ROOM = ("dispatcher", "chief")


def _listed(request: HttpRequest, number: str = "") -> dict[str, Any]:
    """The left column and the tabs; `known` is what the page has already."""
    at, held = timezone.localtime(), scope(request)
    tab = request.GET.get("tab", "waiting")
    if tab not in words.TABS:
        raise Http404
    rows = queries.lines(held, at=at, viewer=me(request)) if tab == "waiting" else queries.under_way(held, tab, at=at)
    tallies = queries.counts(held, at=at)
    number = number or request.GET.get("call") or (rows[0].number if rows else "")
    place = next((n for n, row in enumerate(rows) if row.number == number), -1)
    return {
        "rows": rows, "tab": tab, "chosen": number, "digest": queries.digest(rows, tallies),
        "tabs": [(code, label, tallies[code]) for code, label in words.TABS.items()],
        "next": rows[place + 1].number if 0 <= place + 1 < len(rows) else "",
        "previous": rows[place - 1].number if place > 0 else "",
    }  # fmt: skip


@needs_role(*ROOM)
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, number: str = "", *, status: int = 200, **more: Any) -> HttpResponse:
    at, held = timezone.localtime(), scope(request)
    listed = _listed(request, number)
    call = calling.called(held, listed["chosen"], at=at) if listed["chosen"] else None
    say = deciding.to_say(call.incident) if call and call.suggested else None
    context = {
        **listed, "call": call, "say": say, "levels": LEVELS,
        "undo": calling.just_sent(me(request), at=at), "undo_for": calling.UNDO,
        "on_duty": queries.on_duty(at=at), "whys": words.OTHER_WHYS, "drops": words.DISMISS_WHYS,
        "hands_over": held.has("dispatcher"), "casedata": True, **more,
    }  # fmt: skip
    return render(request, "orders/board.html", context, status=status)


@needs_role(*ROOM)
@require_GET
def board_wait(request: HttpRequest) -> HttpResponse:
    """The list alone, for a page that looks again every few seconds; 204 where nothing changed."""
    listed = _listed(request)
    if request.GET.get("known") == listed["digest"]:
        return HttpResponse(status=204)
    return render(request, "orders/_wait.html", {**listed, "polled": True})


def _incident(request: HttpRequest, number: str) -> Incident:
    return get_object_or_404(visibility.incidents(scope(request)), number=number)


def _back(number: str = "") -> HttpResponseRedirect:
    address = reverse("board")
    answer = HttpResponseRedirect(f"{address}?call={number}" if number else address)
    answer.status_code = 303
    return answer


@needs_role(*ROOM)
@require_POST
def board_send(request: HttpRequest, number: str) -> HttpResponse:
    incident, form, at = _incident(request, number), forms.Sending(request.POST), timezone.localtime()
    taker = Account.objects.filter(pk=form.cleaned_data["taker"]).first() if form.is_valid() else None
    if taker is None:
        return _page_of(request, number, _("还差一样：派给谁"), 422)

    def run() -> None:
        actions.send(
            incident, taker, by=me(request), roles=scope(request).roles, at=at, why=form.reason(),
            text=form.cleaned_data["text"],
        )  # fmt: skip

    no = attempt(run)
    if no:
        said = no.sentence or _("别人刚改过这件纠纷，看一眼再派")
        return _page_of(request, number, said, no.status)
    return _back()


@needs_role(*ROOM)
@require_POST
def board_ask(request: HttpRequest, number: str) -> HttpResponse:
    """派给整队: a unit is asked, whoever signs first goes."""
    incident, form = _incident(request, number), forms.Asking(request.POST)
    given: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    unit = Unit.objects.filter(pk=given.get("unit") or 0, closed_on__isnull=True).first()
    if unit is None:
        return _page_of(request, number, _("没有派：还差一样，派给哪个队"), 422)

    def run() -> None:
        actions.send_to_unit(
            incident, unit, by=me(request), roles=scope(request).roles, at=timezone.localtime(), text=given["text"],
            why=given["why"],
        )  # fmt: skip

    no = attempt(run)
    if no:
        return _page(request, number, refused=no.sentence, asked=given, status=no.status)
    messages.success(request, _("已派给%(unit)s，谁先签收谁去") % {"unit": unit.name})
    return _back()


def _page_of(request: HttpRequest, number: str, sentence: str, status: int) -> HttpResponse:
    """The board with that call open, and why the act was refused."""
    return _page(request, number, refused=sentence, status=status)


@needs_role(*ROOM)
@require_POST
def board_recall(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    order = get_object_or_404(Order, pk=pk, incident=_incident(request, number))
    no = attempt(lambda: actions.recall(order, by=me(request), roles=scope(request).roles, at=timezone.localtime()))
    if no:
        return _page_of(request, number, no.sentence, no.status)
    messages.success(request, _("已收回，没有派出"))
    return _back(number)


@needs_role(*ROOM)
@require_POST
def board_dismiss(request: HttpRequest, number: str) -> HttpResponse:
    incident, form = _incident(request, number), forms.Dismissing(request.POST)
    given = form.cleaned_data if form.is_valid() else {"reason": "", "why": ""}

    def run() -> None:
        actions.dismiss(
            incident, given["reason"], by=me(request), roles=scope(request).roles, at=timezone.localtime(),
            why=given["why"],
        )  # fmt: skip

    no = attempt(run)
    if no:
        return _page_of(request, number, no.sentence, no.status)
    messages.success(request, _("已记下，这条不派人"))
    return _back()


@needs_role(*ROOM)
@require_POST
def board_decide(request: HttpRequest, number: str) -> HttpResponse:
    """What it is and how grave, by the person at the board."""
    incident, form = _incident(request, number), forms.Deciding(request.POST)
    if not form.is_valid():
        return _page_of(request, number, _("还差一样：类别或等级"), 422)
    kind, code = form.said()

    def run() -> None:
        actions.decide(
            incident, kind=kind, type_code=code, level=form.cleaned_data["level"], by=me(request),
            roles=scope(request).roles, at=timezone.localtime(), why=form.cleaned_data["why"],
        )  # fmt: skip

    no = attempt(run)
    if no:
        return _page_of(request, number, no.sentence or _("别人刚改过这件纠纷，看一眼再派"), no.status)
    messages.success(request, _("类别和等级已确认，可以派了"))
    return _back(number)


@needs_role(*ROOM)
@require_POST
def board_watch(request: HttpRequest, number: str) -> HttpResponse:
    """The page says every few seconds that this call is open here, so that two do not send at once."""
    actions.watch(_incident(request, number), by=me(request), at=timezone.localtime())
    return HttpResponse(status=204)

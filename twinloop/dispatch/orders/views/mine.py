"""我的派单: sign, arrive, feed back, give back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from twinloop.cases.actions.looking import look
from twinloop.cases.attempts import attempt
from twinloop.cases.models import Order
from twinloop.dispatch.orders import actions, forms, words
from twinloop.dispatch.orders.queries import mine
from twinloop.ledger import once
from twinloop.ledger.actions import canonical
from twinloop.people.gates import me, needs_role, scope

P = ParamSpec("P")
TAKERS = ("officer", "community_officer", "auxiliary")


def on_order(view: Callable[Concatenate[HttpRequest, Order, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """The order of the address, if it is the viewer's own (or their unit's, or of whom they stand in for)."""

    def found(request: HttpRequest, /, pk: int, *args: P.args, **more: P.kwargs) -> HttpResponse:
        order = mine.orders(scope(request), by=me(request)).filter(pk=pk).first()
        if order is None:
            raise Http404
        return view(request, order, *args, **more)

    return wraps(view)(needs_role(*TAKERS)(found))


@needs_role(*TAKERS)
@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    """What is on one's hands; a single order stands open."""
    at, held = timezone.localtime(), scope(request)
    waiting = mine.open_orders(held, by=me(request))
    top = waiting[0] if waiting and waiting[0].to_account_id else None
    context = {
        "shown": mine.shown(top, at=at) if top else None,
        "rest": [(order, mine.headline(order), mine.place_line(order)) for order in waiting if order is not top],
        "over": [(o, mine.headline(o), mine.place_line(o)) for o in mine.over(held, by=me(request), at=at)],
        "count": len(waiting),
        "casedata": True,
    }
    return render(request, "orders/orders.html", context)


def _show(
    request: HttpRequest, order: Order, template: str, *, status: int = 200, exact: bool = False, **more: Any
) -> HttpResponse:
    context = {"shown": mine.shown(order, at=timezone.localtime(), exact=exact), "casedata": True, **more}
    return render(request, f"orders/{template}.html", context, status=status)


@on_order
@require_GET
def order(request: HttpRequest, order: Order) -> HttpResponse:
    mine_alone = order.to_account_id is not None
    if order.incident is not None and mine_alone:
        look(order.incident, by=me(request), at=timezone.localtime(), where="order")
    return _show(request, order, "order", exact=mine_alone)


def _done(where: str, *args: object) -> HttpResponseRedirect:
    answer = HttpResponseRedirect(reverse(where, args=args))
    answer.status_code = 303
    return answer


@require_POST
@on_order
def order_sign(request: HttpRequest, order: Order) -> HttpResponse:
    at = timezone.localtime()
    no = attempt(lambda: actions.sign(order, by=me(request), scope=scope(request), at=at))
    if no:
        return _show(request, order, "order", refused=no.sentence, status=no.status)
    return _done("order", order.pk)


@require_POST
@on_order
def order_arrive(request: HttpRequest, order: Order) -> HttpResponse:
    form, at = forms.Arrival(request.POST), timezone.localtime()
    where = form.cleaned_data if form.is_valid() else {}

    def run() -> None:
        actions.arrive(order, by=me(request), scope=scope(request), at=at, **where)

    no = attempt(run)
    if no:
        return _show(request, order, "order", refused=no.sentence, changes=no.changes, status=no.status)
    return _done("order", order.pk)


@on_order
@require_http_methods(["GET", "POST"])
def order_feedback(request: HttpRequest, order: Order) -> HttpResponse:
    form = forms.Feedback(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _show(request, order, "feedback", form=form, words=words)
    at = timezone.localtime()
    if not form.is_valid():
        first = next(iter(form.errors.values()))[0]
        return _show(request, order, "feedback", form=form, words=words, refused=first, status=422)
    sent, who = canonical({**form.cleaned_data, "order": order.pk}), f"account:{me(request)}"

    def run() -> None:
        with once.taken(request.POST.get("once", ""), who=who, what="order_feedback", sent=sent, at=at) as turn:
            if turn.before is None:
                made = actions.feedback(order, form.report(), by=me(request), scope=scope(request), at=at)
                turn.answer = {"feedback": made.pk}

    no = attempt(run)
    if no:
        return _show(
            request, order, "feedback", form=form, words=words, refused=no.sentence, changes=no.changes,
            status=no.status,
        )  # fmt: skip
    messages.success(request, _("反馈已提交"))
    return _done("orders") if form.report().is_final else _done("order", order.pk)


@on_order
@require_http_methods(["GET", "POST"])
def order_return(request: HttpRequest, order: Order) -> HttpResponse:
    form, at = forms.Back(request.POST if request.method == "POST" else None), timezone.localtime()
    if not form.is_bound or not form.is_valid():
        return _show(request, order, "return", form=form, status=422 if form.is_bound else 200)
    given = form.cleaned_data

    def run() -> None:
        actions.give_back(order, given["reason"], by=me(request), scope=scope(request), at=at, why=given["why"])

    no = attempt(run)
    if no:
        return _show(request, order, "return", form=form, refused=no.sentence, status=no.status)
    messages.success(request, _("已退回指挥室，会重新派人"))
    return _done("orders")

"""One's own weeks on the phone: days, what changed, swaps, wishes, the calendar's address."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from twinloop.cases.acting import now, said, see_other, tried
from twinloop.people.gates import me, needs_role, scope, viewer
from twinloop.rosters import actions, rights, words
from twinloop.rosters.forms import SwapForm, WishForm
from twinloop.rosters.models import Swap, Told, Wish
from twinloop.rosters.queries import reading, visibility


def _day(text: str) -> date | None:
    try:
        return parse_date(text[:10])
    except ValueError:
        return None


@needs_role(*visibility.POSTED)
@require_safe
def my_rota(request: HttpRequest) -> HttpResponse:
    return _page(request, WishForm())


def _page(request: HttpRequest, wish: WishForm, secret: str = "", status: int = 200) -> HttpResponse:
    viewer, at = scope(request), now()
    found = reading.mine(viewer, at=at)
    weeks: dict[tuple[int, int], list[object]] = {}
    for shift in found.shifts:
        weeks.setdefault(shift.on.isocalendar()[:2], []).append(shift)
    context = {
        "mine": found, "weeks": [(number, shifts) for (_year, number), shifts in weeks.items()], "today": at.date(),
        "swaps": [(one, words.SWAPS[one.state]) for one in found.asked], "wish": wish,
        "feed": request.build_absolute_uri(reverse("rota_ics", args=[secret])) if secret else "",
    }  # fmt: skip
    return render(request, "rosters/mine.html", context, status=status)


@needs_role(*visibility.POSTED)
@require_POST
def rota_seen(request: HttpRequest, pk: int) -> HttpResponse:
    told = get_object_or_404(Told.objects.select_related("version__rota"), pk=pk, account=me(request))
    said(request, lambda: actions.seen(told, by=me(request), at=now()), "")
    return see_other("my_rota")


@needs_role(*visibility.POSTED)
@require_http_methods(["GET", "POST"])
def swap_new(request: HttpRequest) -> HttpResponse:
    """From one of one's days: with whom, and for which of theirs."""
    held, at = scope(request), now()
    text = (request.POST if request.method == "POST" else request.GET).get("gives_on", "")
    on = _day(text)
    rota = reading.published_with(held, on) if on else None
    if rota is None or on is None:
        return see_other("my_rota")
    form = SwapForm(request.POST or None, initial={"gives_on": on}, partners=reading.partners(rota, me(request)))

    def act() -> None:
        given = form.cleaned_data
        actions.ask_swap(rota, viewer(request), given["partner"], on, given["takes_on"], given["why"], at=at)

    if request.method == "POST" and tried(form, act):
        said(request, lambda: None, _("已问对方，等答复"))
        return see_other("my_rota")
    context = {"form": form, "on": on, "rota": rota}
    return render(request, "rosters/swap.html", context, status=422 if form.is_bound else 200)


def _swap(request: HttpRequest, pk: int) -> Swap:
    found = visibility.swaps(scope(request)).select_related("rota__station", "asker", "partner")
    return get_object_or_404(found, pk=pk)


@needs_role(*visibility.POSTED)
@require_POST
def swap_answer(request: HttpRequest, pk: int) -> HttpResponse:
    swap, agrees = _swap(request, pk), request.POST.get("agrees") == "yes"

    def act() -> None:
        rights.check_answer(swap, scope(request))
        actions.answer_swap(swap, agrees=agrees, by=me(request), at=now())

    said(request, act, _("已答应，等所长确认") if agrees else _("已回绝"))
    return see_other("my_rota")


@needs_role(*visibility.POSTED)
@require_POST
def swap_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    swap = _swap(request, pk)

    def act() -> None:
        rights.check_withdraw(swap, scope(request))
        actions.withdraw_swap(swap, by=me(request), at=now())

    said(request, act, _("已撤回"))
    return see_other("my_rota")


@needs_role(*visibility.POSTED)
@require_POST
def wish_new(request: HttpRequest) -> HttpResponse:
    form, at = WishForm(request.POST), now()

    def act() -> None:
        actions.wish(viewer(request), form.cleaned_data["on"], form.cleaned_data["place"], at=at)

    if tried(form, act):
        return see_other("my_rota")
    return _page(request, form, status=422)


@needs_role(*visibility.POSTED)
@require_POST
def wish_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    wish = get_object_or_404(Wish, pk=pk, account=me(request))
    said(request, lambda: actions.unwish(wish, by=me(request), at=now()), "")
    return see_other("my_rota")


@needs_role(*visibility.POSTED)
@require_POST
def my_feed(request: HttpRequest) -> HttpResponse:
    """A new address; it is shown on this answer only."""
    secret = actions.renew_feed(account=viewer(request), by=me(request), at=now())
    answer = _page(request, WishForm(), secret)
    answer["Cache-Control"] = "no-store"
    return answer

"""One mediator: what they have in hand, the own calendar, whom they must not mediate, leaving."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from twinloop.cases.acting import Once, once_only, see
from twinloop.cases.attempts import No
from twinloop.mediation.mediators import actions, forms, queries, showing
from twinloop.mediation.mediators.models import Mediator
from twinloop.mediation.mediators.queries import check_own
from twinloop.people.gates import me, needs_role, scope


def _one(pk: int) -> Mediator:
    found = queries.one(pk, timezone.localdate())
    if found is None:
        raise Http404
    return found


@needs_role(*queries.READERS)
@require_GET
def mediator(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "mediators/mediator.html", showing.page(_one(pk), scope(request), timezone.localdate()))


def _act(
    request: HttpRequest, pk: int, slot: str, form: Once, act: Callable[[Mediator], object], done: str
) -> HttpResponse:
    """Try an act; refused, the page stands again with the sentence and what was typed."""
    found = _one(pk)

    def run() -> int:
        act(found)
        return found.pk

    no, _made = once_only(request, form, run)
    if no is None:
        messages.success(request, done)
        return see(reverse("mediator", args=[pk]))
    return _again(request, pk, slot, form, no)


def _again(request: HttpRequest, pk: int, slot: str, form: Once, no: No) -> HttpResponse:
    context = showing.page(_one(pk), scope(request), timezone.localdate())
    context["forms"][slot] = form
    context |= {"slot": slot, "refused": no.sentence}
    return render(request, "mediators/mediator.html", context, status=no.status)


@needs_role(*queries.KEEPERS)
@require_POST
def mediator_retire(request: HttpRequest, pk: int) -> HttpResponse:
    form, at = forms.Retire(request.POST, auto_id="retire-%s"), timezone.localtime()

    def act(found: Mediator) -> None:
        on = form.cleaned_data["on"] or at.date()
        actions.retire(found, on, by=me(request), at=at, why=form.cleaned_data["why"])

    return _act(request, pk, "retire", form, act, _("已离册，办过的件还在"))


@needs_role(*queries.READERS)
@require_POST
def mediator_away(request: HttpRequest, pk: int) -> HttpResponse:
    form, held, at = forms.Away(request.POST, auto_id="away-%s"), scope(request), timezone.localtime()

    def act(found: Mediator) -> None:
        check_own(held, found)
        given = form.cleaned_data
        actions.be_away(found, given["since"], given["until"], by=me(request), at=at, why=given["why"])

    return _act(request, pk, "away", form, act, _("已记不在"))


@needs_role(*queries.READERS)
@require_POST
def mediator_back(request: HttpRequest, pk: int, absence: int) -> HttpResponse:
    held, at = scope(request), timezone.localtime()

    def act(found: Mediator) -> None:
        check_own(held, found)
        actions.come_back(get_object_or_404(found.absences, pk=absence), by=me(request), at=at)

    return _act(request, pk, "away", Once(request.POST), act, _("这几天又在"))


@needs_role(*queries.READERS)
@require_POST
def mediator_bar(request: HttpRequest, pk: int) -> HttpResponse:
    held, at = scope(request), timezone.localtime()
    form = forms.Barring(request.POST, auto_id="bar-%s", today=at.date())

    def act(found: Mediator) -> None:
        check_own(held, found, *queries.CHOOSERS)
        given = form.cleaned_data
        actions.bar(found, given["kind"], form.who(), by=me(request), at=at, note=given["note"])

    return _act(request, pk, "bar", form, act, _("已记回避，有这个人的件不会派给这位调解员"))


@needs_role(*queries.READERS)
@require_POST
def mediator_unbar(request: HttpRequest, pk: int, bar: int) -> HttpResponse:
    form, held, at = forms.Why(request.POST, auto_id="why-%s"), scope(request), timezone.localtime()

    def act(found: Mediator) -> None:
        check_own(held, found, *queries.CHOOSERS)
        one = get_object_or_404(queries.bars(held, found), pk=bar)
        actions.unbar(one, form.cleaned_data["why"], by=me(request), at=at)

    return _act(request, pk, "why", form, act, _("已撤销这条回避"))

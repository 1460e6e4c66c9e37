"""What a chief decides: show, publish, drop; a repair proposed, confirmed or not; a swap."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from twinloop.cases.acting import now, said, see_other
from twinloop.cases.attempts import attempt
from twinloop.people.gates import me, needs_role, scope
from twinloop.rosters import actions, rights, showing
from twinloop.rosters.models import Rota, Swap, Version
from twinloop.rosters.queries import facts, reading, visibility
from twinloop.rosters.views.rotas import context_of, rota_of


def _decide(request: HttpRequest, pk: int, act: Callable[[Rota, str], object], done: str) -> HttpResponse:
    found, why = rota_of(request, pk), request.POST.get("why", "")[:200]

    def checked() -> None:
        rights.check_change(found, scope(request))
        act(found, why)

    no = attempt(checked)
    if no is not None:  # the page again, with what was typed and the sentence
        return render(request, "rosters/rota.html", context_of(request, found, no.sentence), status=no.status)
    said(request, lambda: None, done)
    return see_other("rota", pk)


@needs_role(*visibility.MAKERS)
@require_POST
def rota_discuss(request: HttpRequest, pk: int) -> HttpResponse:
    by, at = me(request), now()
    return _decide(request, pk, lambda one, _why: actions.discuss(one, by=by, at=at), _("已给大家看"))


@needs_role(*visibility.MAKERS)
@require_POST
def rota_publish(request: HttpRequest, pk: int) -> HttpResponse:
    by, at = me(request), now()
    return _decide(request, pk, lambda one, why: actions.publish(one, why, by=by, at=at), _("已公布，都通知到了"))


@needs_role(*visibility.MAKERS)
@require_POST
def rota_drop(request: HttpRequest, pk: int) -> HttpResponse:
    by, at = me(request), now()
    return _decide(request, pk, lambda one, why: actions.drop(one, why, by=by, at=at), _("已作废"))


@needs_role(*visibility.MAKERS)
@require_POST
def rota_repair(request: HttpRequest, pk: int) -> HttpResponse:
    """Look for the smallest change; it waits for a person."""
    by, at = me(request), now()
    return _decide(request, pk, lambda one, _why: actions.propose(one, by=by, at=at), _("补班方案有了，看过再确认"))


def _proposal(request: HttpRequest, pk: int) -> Version:
    """A version of a rota that the viewer reads."""
    found = get_object_or_404(Version.objects.select_related("rota__station", "rota__current", "base", "by"), pk=pk)
    if reading.one(scope(request), found.rota_id) is None:
        raise Http404
    return found


@needs_role(*visibility.READERS)
@require_safe
def rota_version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: a proposed repair with who is moved and why, or any other with what it changed."""
    found = _proposal(request, pk)
    names = showing.Names.of(facts.frame(found.rota), [*reading.cells(found), *reading.cells(found.base)])
    context = {
        "version": found, "rota": found.rota, "report": showing.report(found.report, names),
        "moves": showing.moves(found, names) or showing.differences(found, names),
        "may_change": not showing.shut(rights.check_change, found.rota, scope(request)),
        "is_stale": found.state == "proposed" and found.base_id != found.rota.current_id,
    }  # fmt: skip
    return render(request, "rosters/version.html", context)


@needs_role(*visibility.MAKERS)
@require_POST
def rota_version_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    found, by, at = _proposal(request, pk), me(request), now()

    def act() -> None:
        rights.check_change(found.rota, scope(request))
        actions.confirm_repair(found, by=by, at=at)

    said(request, act, _("已按方案补班，有变动的人都通知到了"))
    return see_other("rota", found.rota_id)


@needs_role(*visibility.MAKERS)
@require_POST
def rota_version_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    found, by, at = _proposal(request, pk), me(request), now()

    def act() -> None:
        rights.check_change(found.rota, scope(request))
        actions.refuse_repair(found, request.POST.get("why", ""), by=by, at=at)

    said(request, act, _("没有采用，排班不变"))
    return see_other("rota", found.rota_id)


def _swap(request: HttpRequest, pk: int) -> Swap:
    found = visibility.swaps(scope(request)).select_related("rota__station", "asker", "partner")
    return get_object_or_404(found, pk=pk)


@needs_role(*visibility.MAKERS)
@require_POST
def swap_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    swap, by, at = _swap(request, pk), me(request), now()

    def act() -> None:
        rights.check_change(swap.rota, scope(request))
        actions.confirm_swap(swap, by=by, at=at)

    said(request, act, _("已换班，两人都通知到了"))
    return see_other("rotas")


@needs_role(*visibility.MAKERS)
@require_POST
def swap_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    swap, by, at = _swap(request, pk), me(request), now()

    def act() -> None:
        rights.check_change(swap.rota, scope(request))
        actions.refuse_swap(swap, request.POST.get("why", ""), by=by, at=at)

    said(request, act, _("没有同意换班"))
    return see_other("rotas")

"""One shift on the phone of who keeps it: check-in, check-out, what was helped, checked, found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from twinloop.cases.acting import now, said, see_other
from twinloop.cases.attempts import attempt
from twinloop.discovery.leads import actions as leads
from twinloop.discovery.posts import actions, rights, showing, visibility
from twinloop.discovery.posts.forms import CheckForm, HelpForm, LeadForm, MendForm, MomentForm, OnceForm, ReasonForm
from twinloop.discovery.posts.models import HelpGiven, JointCheck, Shift
from twinloop.discovery.posts.views.weeks import shift_of
from twinloop.ledger import once
from twinloop.people.gates import me, needs_role, scope


@needs_role(*visibility.EVERYBODY)
@require_safe
def post(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, shift_of(request, pk))


def _page(request: HttpRequest, shift: Shift, *, refused: str = "", status: int = 200, **given: Form) -> HttpResponse:
    viewer, today = scope(request), now().date()
    plans = viewer.has(*visibility.PLANNERS) and not showing.shut(rights.check_plan, shift.place, viewer)
    context: dict[str, Any] = {
        "moment_form": MomentForm(auto_id="moment-%s"),
        "help_form": HelpForm(auto_id="help-%s"),
        "check_form": CheckForm(auto_id="check-%s"),
        "lead_form": LeadForm(auto_id="lead-%s"),
        "mend_form": MendForm(auto_id="mend-%s"),
        **given,
        "shift": shift,
        "shown": showing.shown(shift, viewer, today=today),
        "today": today,
        "keeps": not showing.shut(rights.check_keep, shift, viewer),
        "mends": not showing.shut(rights.check_mend, shift, viewer),
        "drops": plans and not shift.in_at and not shift.dropped_at,
        "open": next(iter(given), ""),
        "refused": refused,
        "casedata": True,
    }
    return render(request, "posts/post.html", context, status=status)


def _kept(
    request: HttpRequest, pk: int, name: str, form: OnceForm, act: Callable[[Shift], object], done: str
) -> HttpResponse:
    """An act of the person in the village, done once. Refused with the page and what was typed, never with a redirect:
    what waited on the phone must not be taken for sent."""
    shift, at = shift_of(request, pk), now()

    def run() -> None:
        rights.check_keep(shift, scope(request))
        key, sent = form.cleaned_data["once"], f"{shift.pk}:{form.sent()}"
        with once.taken(key, who=f"account:{me(request)}", what=f"post_{name}", sent=sent, at=at) as turn:
            if turn.before is None:
                act(shift)
                turn.answer = {"done": True}

    no = attempt(run) if form.is_valid() else None
    if form.is_valid() and no is None:
        messages.success(request, done)
        return see_other("post", pk)
    shift = shift_of(request, pk)  # as it stands now
    return _page(request, shift, refused=no.sentence if no else "", status=422, **{f"{name}_form": form})


@needs_role("auxiliary")
@require_POST
def post_in(request: HttpRequest, pk: int) -> HttpResponse:
    return _tapped(request, pk, actions.check_in, _("已签到"))


@needs_role("auxiliary")
@require_POST
def post_out(request: HttpRequest, pk: int) -> HttpResponse:
    return _tapped(request, pk, actions.check_out, _("已签离"))


def _tapped(request: HttpRequest, pk: int, check: Callable[..., Shift], done: str) -> HttpResponse:
    form = MomentForm(request.POST, auto_id="moment-%s")

    def act(shift: Shift) -> None:
        check(shift, by=me(request), at=now(), tapped_at=form.tapped(), position=form.position())

    return _kept(request, pk, "moment", form, act, done)


@needs_role("auxiliary")
@require_POST
def post_help(request: HttpRequest, pk: int) -> HttpResponse:
    form = HelpForm(request.POST, auto_id="help-%s")

    def act(shift: Shift) -> None:
        given = form.cleaned_data
        actions.note_help(shift, given["sort"], given["people"], given["words"], by=me(request), at=now())

    return _kept(request, pk, "help", form, act, _("已记帮助"))


@needs_role("auxiliary")
@require_POST
def post_check(request: HttpRequest, pk: int) -> HttpResponse:
    form = CheckForm(request.POST, auto_id="check-%s")

    def act(shift: Shift) -> None:
        given = form.cleaned_data
        actions.note_check(shift, given["partners"], given["looked"], given["findings"], by=me(request), at=now())

    return _kept(request, pk, "check", form, act, _("已记联合检查"))


@needs_role("auxiliary")
@require_POST
def post_lead(request: HttpRequest, pk: int) -> HttpResponse:
    """A dispute found during the shift becomes a lead, here, without another page."""
    form = LeadForm(request.POST, auto_id="lead-%s")

    def act(shift: Shift) -> None:
        given, account = form.cleaned_data, me(request)
        leads.report(
            source="village_post", text=given["text"], place=shift.place, address=given["address"],
            urgent=given["urgent"], context=shift.context, reporter=account, by=account, at=now(),
        )  # fmt: skip

    return _kept(request, pk, "lead", form, act, _("线索已送出，24 小时内有人看"))


@needs_role("auxiliary", *visibility.PLANNERS)
@require_POST
def post_entry_withdraw(request: HttpRequest, pk: int, entry: int, kind: str) -> HttpResponse:
    """A wrong entry: by who wrote it, or by who leads."""
    shift, form, viewer = shift_of(request, pk), ReasonForm(request.POST), scope(request)
    model: Any = HelpGiven if kind == "help" else JointCheck
    held = get_object_or_404(model.objects.select_related("shift"), pk=entry, shift=shift, withdrawn_at=None)

    def act() -> None:
        (rights.check_keep if shift.account_id == viewer.account else rights.check_mend)(shift, viewer)
        actions.withdraw_entry(held, by=me(request), at=now(), why=form.cleaned_data["why"] if form.is_valid() else "")

    said(request, act, _("已撤回，不再计入"))
    return see_other("post", pk)


@needs_role(*visibility.PLANNERS)
@require_POST
def post_mend(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody who leads writes in when the person came and went."""
    shift, form = shift_of(request, pk), MendForm(request.POST, auto_id="mend-%s")

    def act() -> None:
        rights.check_mend(shift, scope(request))
        start, end = form.moments(shift.on)
        actions.mend_shift(shift, start, end, by=me(request), at=now(), why=form.cleaned_data["why"])

    no = attempt(act) if form.is_valid() else None
    if form.is_valid() and no is None:
        messages.success(request, _("已补签"))
        return see_other("post", pk)
    return _page(request, shift, refused=no.sentence if no else "", status=422, mend_form=form)

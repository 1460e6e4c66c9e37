"""One agreement and what is done to it. What is refused stands on the page again with its sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from twinloop.cases import actions as cases
from twinloop.cases.acting import Once, see
from twinloop.cases.attempts import No, attempt
from twinloop.cases.models import Attachment, Party
from twinloop.ledger import once
from twinloop.mediation.agreements import actions, forms, queries, showing
from twinloop.mediation.agreements.models import Agreement
from twinloop.people.gates import me, needs_role, scope


def _one(request: HttpRequest, pk: int) -> Agreement:
    found = queries.visible(scope(request)).select_related(
        "dispute__place", "dispute__owner", "mediator", "signed_by", "confirmation", "drafted_by"
    )
    return get_object_or_404(found, pk=pk)


@needs_role(*queries.READERS)
@require_GET
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    found = _one(request, pk)
    at = timezone.localtime()
    cases.look(found.dispute, by=me(request), at=at, where=f"agreement:{found.pk}")
    return render(request, "agreements/agreement.html", showing.page(found, scope(request), at))


Act = Callable[[Agreement, int, datetime], object]


def _act(request: HttpRequest, pk: int, form: Once, slot: str, act: Act, done: str) -> HttpResponse:
    """Try an act once however often it is sent."""
    found, at, by = _one(request, pk), timezone.localtime(), me(request)

    def run() -> None:
        given = {name: str(value) for name, value in form.cleaned_data.items() if name != "once"}
        sent = f"{found.pk}|{slot}|{sorted(given.items())}"
        with once.taken(form.cleaned_data["once"], who=f"account:{by}", what="agreement_act", sent=sent, at=at) as turn:
            if turn.before is None:
                act(found, by, at)
                turn.answer = found.pk

    no = attempt(run) if form.is_valid() else No(422, _("没有保存：填的内容看不懂，改好再发"))
    if no is None:
        messages.success(request, done)
        return see(reverse("agreement", args=[found.pk]))
    context = showing.page(_one(request, pk), scope(request), at)
    return render(
        request, "agreements/agreement.html", {**context, "refused": no.sentence, "slot": slot}, status=no.status
    )


def _photo(found: Agreement, form: Once, by: int, at: datetime) -> Attachment | None:
    """The picture becomes a file of the dispute, checked by its content."""
    sent = form.cleaned_data.get("photo")
    return cases.attach(found.dispute, sent.file, sent.name, by=by, at=at) if sent else None


@needs_role(*queries.WRITERS)
@require_POST
def agreement_sign(request: HttpRequest, pk: int, who: str) -> HttpResponse:
    """`who`: a party of the same dispute, or the mediator."""
    found = _one(request, pk)
    form = forms.Sign(request.POST, request.FILES)
    party = None
    if who != "mediator":
        if not who.isdecimal():
            raise Http404
        party = get_object_or_404(Party, pk=int(who), dispute=found.dispute_id, removed_at=None)

    def act(one: Agreement, by: int, at: datetime) -> None:
        how, photo = form.cleaned_data["how"], _photo(one, form, by, at)
        if party is None:
            actions.sign_mediator(one, how, by=by, at=at, photo=photo)
        else:
            name = form.cleaned_data["guardian_name"]
            actions.sign(one, party, how, by=by, at=at, photo=photo, guardian_name=name)

    return _act(request, pk, form, "sign", act, _("已记签名"))


@needs_role(*queries.WRITERS)
@require_POST
def agreement_conclude(request: HttpRequest, pk: int) -> HttpResponse:
    roles = scope(request).roles

    def act(one: Agreement, by: int, at: datetime) -> None:
        actions.conclude(one, by=by, roles=roles, at=at)

    return _act(request, pk, Once(request.POST), "conclude", act, _("协议生效，纠纷已记化解；到期前提醒履行"))


@needs_role(*queries.WRITERS)
@require_POST
def agreement_void(request: HttpRequest, pk: int) -> HttpResponse:
    form = forms.Why(request.POST)

    def act(one: Agreement, by: int, at: datetime) -> None:
        actions.void(one, form.cleaned_data["why"], by=by, at=at)

    return _act(request, pk, form, "void", act, _("已作废，编号留用"))


@needs_role(*queries.WRITERS)
@require_POST
def due_perform(request: HttpRequest, pk: int, due: int) -> HttpResponse:
    found = get_object_or_404(_one(request, pk).dues.select_related("promise"), pk=due)
    form = forms.Perform(request.POST, request.FILES)

    def act(one: Agreement, by: int, at: datetime) -> None:
        on = form.cleaned_data["on"] or at.date()
        evidence, photo = form.cleaned_data["evidence"], _photo(one, form, by, at)
        actions.perform(found, evidence, on=on, by=by, at=at, photo=photo)

    return _act(request, pk, form, f"kept{due}", act, _("已记履行"))


@needs_role(*queries.DECIDERS)
@require_POST
def due_break(request: HttpRequest, pk: int, due: int) -> HttpResponse:
    """A person says that it was not kept."""
    found = get_object_or_404(_one(request, pk).dues.select_related("promise"), pk=due)
    form, roles = forms.Why(request.POST), scope(request).roles

    def act(_one_: Agreement, by: int, at: datetime) -> None:
        actions.break_due(found, form.cleaned_data["why"], by=by, roles=roles, at=at)

    return _act(request, pk, form, f"broken{due}", act, _("已记没有履行，纠纷重新打开"))


@needs_role(*queries.WRITERS)
@require_POST
def confirmation_ask(request: HttpRequest, pk: int) -> HttpResponse:
    form = forms.Ask(request.POST)

    def act(one: Agreement, by: int, at: datetime) -> None:
        actions.ask(one, form.cleaned_data["court"], jointly=form.cleaned_data["jointly"], by=by, at=at)

    return _act(request, pk, form, "ask", act, _("已记申请司法确认"))


@needs_role(*queries.WRITERS)
@require_POST
def confirmation_decline(request: HttpRequest, pk: int) -> HttpResponse:
    def act(one: Agreement, by: int, at: datetime) -> None:
        actions.decline(one, by=by, at=at)

    return _act(request, pk, Once(request.POST), "decline", act, _("已记双方不申请，不再提醒"))


@needs_role(*queries.WRITERS)
@require_POST
def confirmation_rule(request: HttpRequest, pk: int) -> HttpResponse:
    form = forms.Ruling(request.POST)

    def act(one: Agreement, by: int, at: datetime) -> None:
        given = form.cleaned_data
        actions.rule(one, given["result"], given["ruling"], on=given["on"] or at.date(), by=by, at=at)

    return _act(request, pk, form, "rule", act, _("已记法院结果"))

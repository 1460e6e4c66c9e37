"""One safeguard: begun, the letter decided, every step; all on one page, reached from the dispute."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from twinloop.cases import visibility
from twinloop.cases.acting import once_only, see
from twinloop.cases.actions import look
from twinloop.cases.attempts import No
from twinloop.cases.models import Dispute
from twinloop.edge.masks import mask_text
from twinloop.mediation.safeguards import actions, forms, queries, showing, words
from twinloop.mediation.safeguards.models import Safeguard
from twinloop.people.gates import me, needs_role, scope


def _dispute(request: HttpRequest, number: str) -> Dispute:
    found = visibility.disputes(scope(request)).select_related("place", "station")
    return get_object_or_404(found, number=number)


def _page(
    request: HttpRequest, dispute: Dispute, *, slot: str = "", form: Any = None, no: No | None = None
) -> HttpResponse:
    held = scope(request)
    found = queries.visible(held).filter(dispute=dispute).first()
    steps = list(found.steps.select_related("by")) if found else []
    writes, decides = held.has(*queries.WRITERS), held.has(*queries.DECIDERS)
    begin = forms.Begin(auto_id="begin-%s", initial={"once": uuid.uuid4()})
    begin.offer(list(dispute.parties.filter(removed_at=None)))
    letter = forms.Letter(auto_id="letter-%s", initial={"once": uuid.uuid4(), "issued": "yes"})
    context = {
        "dispute": dispute, "title": mask_text(dispute.title), "safe": found, "writes": writes, "decides": decides,
        "begin": form if slot == "begin" else begin, "letter": form if slot == "letter" else letter, "slot": slot,
        "rows": showing.rows(found, steps, timezone.localdate(), slot, form) if found else [],
        "dues": showing.dues(found, steps) if found else [], "no": no, "casedata": True,
        "facts": mask_text(found.facts) if found else "", "forbids": mask_text(found.forbids) if found else "",
    }  # fmt: skip
    return render(request, "safeguards/safeguard.html", context, status=no.status if no else 200)


@needs_role(*queries.READERS)
@require_GET
def safeguard(request: HttpRequest, number: str) -> HttpResponse:
    dispute = _dispute(request, number)
    look(dispute, by=me(request), at=timezone.localtime(), where="safeguard")
    return _page(request, dispute)


def _done(
    request: HttpRequest, number: str, slot: str, form: Any, act: Callable[[Dispute], object], said: str
) -> HttpResponse:
    dispute = _dispute(request, number)

    def run() -> int:
        act(dispute)
        return dispute.pk

    no, _pk = once_only(request, form, run)
    if no is not None:
        return _page(request, dispute, slot=slot, form=form, no=no)
    messages.success(request, said)
    return see(reverse("safeguard", args=[number]))


def _one(request: HttpRequest, dispute: Dispute) -> Safeguard:
    return get_object_or_404(queries.visible(scope(request)), dispute=dispute)


@needs_role(*queries.DECIDERS)
@require_POST
def safeguard_begin(request: HttpRequest, number: str) -> HttpResponse:
    """This is domestic violence: who suffers, who strikes."""
    form, held, at = forms.Begin(request.POST, auto_id="begin-%s"), scope(request), timezone.localtime()
    form.offer(list(_dispute(request, number).parties.filter(removed_at=None)))

    def act(dispute: Dispute) -> None:
        who = [form.parties[form.cleaned_data[name]] for name in ("victim", "perpetrator")]
        actions.begin(dispute, *who, by=me(request), roles=held.roles, at=at)

    return _done(request, number, "begin", form, act, _("已走反家庭暴力的办法，不再做调解"))


@needs_role(*queries.DECIDERS)
@require_POST
def safeguard_letter(request: HttpRequest, number: str) -> HttpResponse:
    form, at = forms.Letter(request.POST, auto_id="letter-%s"), timezone.localtime()

    def act(dispute: Dispute) -> None:
        data = form.cleaned_data
        letter = actions.Letter(
            issued=data["issued"] == "yes", why=data["why"], facts=data["facts"], forbids=data["forbids"]
        )
        actions.decide(_one(request, dispute), letter, by=me(request), at=at)

    return _done(request, number, "letter", form, act, _("已记告诫书的决定"))


@needs_role(*queries.WRITERS)
@require_POST
def safeguard_step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    if step not in words.STEPS:
        raise Http404
    form, at = forms.of(step, request.POST, auto_id=f"{step}-%s"), timezone.localtime()

    def act(dispute: Dispute) -> None:
        given = {name: value for name, value in form.cleaned_data.items() if name not in ("once", "on")}
        given["answer"] = given.get("answer") or "done"
        done = actions.Done(kind=step, on=form.cleaned_data["on"] or at.date(), **given)
        actions.put_down(_one(request, dispute), done, by=me(request), at=at)

    return _done(request, number, step, form, act, _("已记下"))

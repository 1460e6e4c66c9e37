"""An agency's own item: sign, arrive, feed back, object, say that it heats up. Nothing of the dispute is shown here."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from twinloop.cases.acting import Once
from twinloop.cases.attempts import No
from twinloop.ledger.actions import record
from twinloop.mediation.joint import actions, forms, queries, showing
from twinloop.mediation.joint.models import Answer
from twinloop.mediation.joint.views.acting import Act, act
from twinloop.people.gates import me, needs_role, scope


def _one(request: HttpRequest, pk: int) -> Answer:
    """Of the viewer's own unit: another agency's item is as unknown as none."""
    return get_object_or_404(queries.dressed(queries.answers(scope(request))), pk=pk)


@needs_role("agency")
@require_GET
def whistle_item(request: HttpRequest, pk: int) -> HttpResponse:
    found = _one(request, pk)
    record(f"dispute:{found.dispute_id}", "looked", by=me(request), at=timezone.localtime(), is_look=True,
           where=found.whistle.number)  # fmt: skip
    return _show(request, found)


def _show(
    request: HttpRequest, found: Answer, *, slot: str = "", form: Once | None = None, no: No | None = None
) -> HttpResponse:
    held, at = scope(request), timezone.localtime()
    (card,) = showing.cards([found], held, at=at)
    way, now = showing.steps(found)
    asked: dict[str, Once] = {
        code: kind(auto_id=f"{code}-%s", initial={"once": uuid.uuid4()})
        for code, kind in (("feedback", forms.Feedback), ("object", forms.Object), ("heat", forms.HeatUp))
    }
    if form is not None and slot in asked:
        asked[slot] = form
    acts = showing.acts(found)
    open_ = {"feedback": acts.feed_back, "object": acts.object_to, "heat": acts.heat}
    context = {
        "in_place": open_.get(slot, False),  # the refusal stands in the form; where that has gone, on top
        "card": card, "answer": found, "whistle": found.whistle, "way": way, "stage": now,
        "acts": acts, "asked": asked, "slot": slot, "refused": no.sentence if no else "",
        "once": uuid.uuid4(), "hots": showing.hots(showing.heats_of(found.whistle, held), None, at=at),
        "casedata": True,
    }  # fmt: skip
    return render(request, "joint/item.html", context, status=no.status if no else 200)


def _act(request: HttpRequest, pk: int, slot: str, form: Once, do: Act, done: str) -> HttpResponse:
    return act(
        request, f"{slot}{pk}", form, do, done=done, to=reverse("whistle_item", args=[pk]),
        again=lambda no: _show(request, _one(request, pk), slot=slot, form=form, no=no),
    )  # fmt: skip


@needs_role("agency")
@require_POST
def whistle_sign(request: HttpRequest, pk: int) -> HttpResponse:
    found = _one(request, pk)
    return _act(request, pk, "sign", Once(request.POST), lambda by, at: actions.sign(found, by=by, at=at),
                _("已签收，反馈时限开始计"))  # fmt: skip


@needs_role("agency")
@require_POST
def whistle_arrive(request: HttpRequest, pk: int) -> HttpResponse:
    found = _one(request, pk)
    return _act(request, pk, "arrive", Once(request.POST), lambda by, at: actions.arrive(found, by=by, at=at),
                _("已报到"))  # fmt: skip


@needs_role("agency")
@require_POST
def whistle_feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """正在办 is one of several; what is done or cannot be done is the final one."""
    found, form = _one(request, pk), forms.Feedback(request.POST, auto_id="feedback-%s")

    def do(by: int, at: datetime) -> None:
        said = form.cleaned_data
        final = said["result"] not in ("", "under_way")
        actions.feed_back(found, said["text"], said["result"], is_final=final, by=by, at=at)

    return _act(request, pk, "feedback", form, do, _("已反馈"))


@needs_role("agency")
@require_POST
def whistle_object(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _one(request, pk), forms.Object(request.POST, auto_id="object-%s")
    return _act(
        request, pk, "object", form,
        lambda by, at: actions.object_to(found, form.cleaned_data["ground"], form.cleaned_data["text"], by=by, at=at),
        _("已提异议；裁定前仍由本单位办"),
    )  # fmt: skip


@needs_role("agency")
@require_POST
def whistle_item_heat(request: HttpRequest, pk: int) -> HttpResponse:
    found, form = _one(request, pk), forms.HeatUp(request.POST, auto_id="heat-%s")

    def do(by: int, at: datetime) -> None:
        said = form.cleaned_data
        actions.heat_up(found.whistle, said["signs"], said["text"], by=by, at=at, answer=found)

    return _act(request, pk, "heat", form, do, _("已报指挥室，公安马上看到"))

"""The form of a whistle, and the whistle's page for the police."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from twinloop.cases import visibility
from twinloop.cases.acting import Once, see
from twinloop.cases.attempts import No, attempt
from twinloop.cases.models import Dispute, Standing
from twinloop.ledger import once
from twinloop.ledger.actions import record
from twinloop.mediation.joint import actions, competence, forms, letter, queries, showing
from twinloop.mediation.joint.models import Answer, Whistle
from twinloop.mediation.joint.views.acting import act
from twinloop.people.gates import me, needs_role, scope


@needs_role(*queries.BLOWERS)
@require_http_methods(["GET", "POST"])
def whistle_new(request: HttpRequest, number: str) -> HttpResponse:
    """One form, several agencies; the suggested ones are ticked, a person sends."""
    at = timezone.localtime()
    found = visibility.disputes(scope(request)).select_related("place__parent__parent", "station")
    dispute = get_object_or_404(found, number=number)
    offers = competence.offers(dispute, at=at)
    form = forms.Blow(request.POST if request.method == "POST" else None, initial=_initial(dispute, offers, at))
    form.offer([one.unit for one in offers])
    no = None
    if request.method == "POST":
        made: list[int] = []
        no = attempt(lambda: made.append(_blow(request, dispute, offers, form, at))) if form.is_valid() else No(422)
        if made:
            messages.success(request, _("已吹哨，等各单位签收"))
            return see(reverse("whistle", args=made))
    ticked, lead = form.chosen()
    context = {
        "dispute": dispute, "title": letter.masked(dispute, dispute.title), "form": form, "no": no, "offers": offers,
        "ticked": ticked, "lead": lead, "violence": Standing.objects.get(dispute=dispute).domestic_violence,
        "casedata": True,
    }  # fmt: skip
    return render(request, "joint/whistle_new.html", context, status=422 if request.method == "POST" else 200)


def _initial(dispute: Dispute, offers: list[competence.Offer], at: datetime) -> dict[str, Any]:
    lead = next((one.unit.pk for one in offers if one.is_lead), "")
    return {
        "once": uuid.uuid4(),
        "text": letter.drafted(dispute, at=at),
        "units": [one.unit.pk for one in offers if one.called],
        "lead": lead,
        "where": str(dispute.place or ""),
    }


def _blow(
    request: HttpRequest, dispute: Dispute, offers: list[competence.Offer], form: forms.Blow, at: datetime
) -> int:
    """Send once, however often the form is sent; the whistle's key."""
    given = {name: value for name, value in form.cleaned_data.items() if name != "once"}
    ask = actions.Ask(
        units=[one.unit for one in offers if one.unit.pk in given["units"]], lead=given["lead"], text=given["text"],
        where=given["where"] if given["is_urgent"] else "", is_urgent=given["is_urgent"],
        is_complex=given["is_complex"], suggested=competence.kept(offers),
    )  # fmt: skip
    sent, who = f"{dispute.pk}|{sorted(given.items(), key=str)}", f"account:{me(request)}"
    with once.taken(form.cleaned_data["once"], who=who, what="whistle_new", sent=sent, at=at) as turn:
        if turn.before is None:
            turn.answer = actions.blow(dispute, ask, by=me(request), at=at).pk
    return int(turn.said)


def _one(request: HttpRequest, pk: int) -> Whistle:
    found = queries.whistles(scope(request)).select_related("lead_unit", "blown_by")
    return get_object_or_404(found, pk=pk)


@needs_role(*queries.POLICE)
@require_GET
def whistle(request: HttpRequest, pk: int) -> HttpResponse:
    found = _one(request, pk)
    at = timezone.localtime()
    record(f"dispute:{found.dispute_id}", "looked", by=me(request), at=at, is_look=True, where=found.number)
    return show(request, found)


def show(
    request: HttpRequest, found: Whistle, *, slot: str = "", form: Once | None = None, no: No | None = None
) -> HttpResponse:
    """The page; where something was typed and refused, it stands there again."""
    held, at = scope(request), timezone.localtime()
    items = list(queries.dressed(queries.answers(held).filter(whistle=found)).order_by("-part", "pk"))
    dispute = showing.dispute_of(found, held)
    context = {
        "whistle": found, "dispute": dispute, "cards": showing.cards(items, held, at=at),
        "hots": [
            (hot, form if slot == f"take{hot.heat.pk}" else _take(hot.heat.pk))
            for hot in showing.hots(showing.heats_of(found, held), dispute, at=at)
        ],
        "slot": slot, "form": form,
        "refused": no.sentence if no else "", "may_recall": held.has(*queries.BLOWERS),
        "may_take": held.has(*queries.TAKERS), "is_arbiter": held.has(*queries.ARBITERS),
        "heat": form if slot == "heat" else forms.HeatUp(initial={"once": uuid.uuid4()}, auto_id="heat-%s"),
        "once": uuid.uuid4(), "casedata": True,
    }  # fmt: skip
    return render(request, "joint/whistle.html", context, status=no.status if no else 200)


def _take(pk: int) -> forms.TakeHeat:
    return forms.TakeHeat(initial={"once": uuid.uuid4()}, auto_id=f"take{pk}-%s")


@needs_role(*queries.BLOWERS)
@require_POST
def whistle_recall(request: HttpRequest, pk: int) -> HttpResponse:
    """One agency's item is taken back."""
    return _turn(request, pk, "recall", actions.recall, _("已撤回"))


@needs_role(*queries.BLOWERS)
@require_POST
def whistle_lead(request: HttpRequest, pk: int) -> HttpResponse:
    """This agency leads from now on."""
    return _turn(request, pk, "lead", actions.relead, _("已换牵头"))


def _turn(request: HttpRequest, pk: int, slot: str, turn: Callable[..., Answer], done: str) -> HttpResponse:
    """Something is done with one agency's item, for a reason; refused, the reason stands there again."""
    answer = get_object_or_404(queries.answers(scope(request)).select_related("whistle"), pk=pk)
    found, form = _one(request, answer.whistle_id), forms.Why(request.POST, auto_id=f"{slot}{pk}-%s")
    return act(
        request, f"{slot}{pk}", form, lambda by, at: turn(answer, form.cleaned_data["why"], by=by, at=at),
        done=done, to=reverse("whistle", args=[found.pk]),
        again=lambda no: show(request, found, slot=f"{slot}{pk}", form=form, no=no),
    )  # fmt: skip


@needs_role(*queries.POLICE)
@require_POST
def whistle_heat(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody of the police saw that it heats up."""
    found, form = _one(request, pk), forms.HeatUp(request.POST, auto_id="heat-%s")
    return act(
        request, f"heat{pk}", form,
        lambda by, at: actions.heat_up(found, form.cleaned_data["signs"], form.cleaned_data["text"], by=by, at=at),
        done=_("已报指挥室"), to=reverse("whistle", args=[pk]),
        again=lambda no: show(request, found, slot="heat", form=form, no=no),
    )  # fmt: skip


@needs_role(*queries.TAKERS)
@require_POST
def whistle_take(request: HttpRequest, pk: int) -> HttpResponse:
    """A person goes on with what heated up."""
    heat = get_object_or_404(queries.heats(scope(request)).filter(dispute__isnull=False), pk=pk)
    found, form = _one(request, heat.whistle_id), forms.TakeHeat(request.POST, auto_id=f"take{pk}-%s")
    return act(
        request, f"take{pk}", form,
        lambda by, at: actions.take_heat(heat, form.cleaned_data["outcome"], form.cleaned_data["why"], by=by, at=at),
        done=_("已接办，各处不再提这一件"), to=reverse("whistle", args=[found.pk]),
        again=lambda no: show(request, found, slot=f"take{pk}", form=form, no=no),
    )  # fmt: skip

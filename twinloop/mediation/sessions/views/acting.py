"""What all acts on a session share: finding it, doing it once, and the page again with the sentence of a refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from twinloop.cases.acting import Once, see
from twinloop.cases.attempts import No, attempt
from twinloop.ledger import once
from twinloop.mediation.sessions import queries, showing
from twinloop.mediation.sessions.models import Mediation, Session
from twinloop.people.gates import me, scope

Act = Callable[[Session, int, datetime], object]


def one(request: HttpRequest, pk: int) -> Session:
    found = queries.sessions(scope(request)).select_related(
        "mediation__dispute__place", "mediation__dispute__owner", "mediation__lead__account", "room", "outcome_by"
    )
    return get_object_or_404(found, pk=pk)


def mediation_of(request: HttpRequest, pk: int) -> Mediation:
    found = queries.visible(scope(request)).select_related("dispute__place", "lead__account", "opened_by")
    return get_object_or_404(found, pk=pk)


def do(form: Once, slot: str, what: str, by: int, at: datetime, act: Callable[[], int]) -> No | None:
    """`act` once, however often the form is sent; None when it is done."""

    def run() -> None:
        given = {name: str(value) for name, value in form.cleaned_data.items() if name != "once"}
        with once.taken(
            form.cleaned_data["once"], who=f"account:{by}", what=what, sent=f"{slot}|{sorted(given.items())}", at=at
        ) as turn:
            if turn.before is None:
                turn.answer = act()

    return attempt(run) if form.is_valid() else No(422, _("没有保存：填的内容看不懂，改好再发"))


def act_on(request: HttpRequest, pk: int, form: Once, slot: str, act: Act, done: str, step: str = "") -> HttpResponse:
    """Try an act; back to the page, or the page with what is wrong."""
    found, at, by = one(request, pk), timezone.localtime(), me(request)

    def run() -> int:
        act(found, by, at)
        return found.pk

    no = do(form, f"{pk}|{slot}", "session_act", by, at, run)
    if no is None:
        messages.success(request, done)
        address = reverse("session", args=[pk])
        return see(f"{address}?step={step}" if step else address)
    fresh = one(request, pk)
    context = showing.page(fresh, scope(request), at, showing.step_of(fresh, request.GET.get("step", ""), at))
    return render(
        request, "sessions/session.html", {**context, "refused": no.sentence, "slot": slot}, status=no.status
    )  # fmt: skip

"""One session: who came, what came of it; who is told; what one side said alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from twinloop.cases import actions as cases
from twinloop.cases.acting import see
from twinloop.mediation.agreements.checking import parties
from twinloop.mediation.sessions import actions, forms, queries, showing
from twinloop.mediation.sessions.models import Session
from twinloop.mediation.sessions.views.acting import act_on, do, one
from twinloop.people.gates import me, needs_role, scope


@needs_role(*queries.READERS)
@require_GET
def session(request: HttpRequest, pk: int) -> HttpResponse:
    found, at = one(request, pk), timezone.localtime()
    cases.look(found.mediation.dispute, by=me(request), at=at, where=f"session:{pk}")
    step = showing.step_of(found, request.GET.get("step", ""), at)
    return render(request, "sessions/session.html", showing.page(found, scope(request), at, step))


@needs_role(*queries.WRITERS)
@require_POST
def session_came(request: HttpRequest, pk: int) -> HttpResponse:
    form = forms.Recording(request.POST)
    here = [int(key) for key in request.POST.getlist("here") if key.isdecimal()]

    def act(found: Session, by: int, at: datetime) -> None:
        actions.came(found, here, by=by, at=at)
        actions.note_recording(found, form.cleaned_data["number"], by=by, at=at)

    return act_on(request, pk, form, f"came{sorted(here)}", act, _("到场已记下"), step="what")


@needs_role(*queries.WRITERS)
@require_http_methods(["GET", "POST"])
def session_close(request: HttpRequest, pk: int, outcome: str) -> HttpResponse:
    """The form of one outcome, and its sending."""
    if outcome not in showing.OUTCOMES:
        raise Http404
    if request.method == "GET":
        return see(f"{reverse('session', args=[pk])}?step={outcome}")
    found, at, by = one(request, pk), timezone.localtime(), me(request)
    people = parties(found.mediation.dispute_id)
    form: Any = showing.outcome_form(found, outcome, people, request.POST, at)
    rows = forms.terms(request.POST, people) if outcome == "agreed" else []
    if not all(row.is_valid() for row in rows):
        form.is_valid()
        form.add_error(None, _("没有保存：下面标出来的看不懂，改好再发"))
    roles = scope(request).roles
    slot = f"{pk}|{outcome}|{[sorted(row.cleaned_data.items(), key=str) for row in rows if row.is_valid()]}"
    no = do(form, slot, "session_close", by, at, lambda: _close(found, outcome, form, rows, by, roles, at))
    if no is None:
        messages.success(request, _("结果已记下"))
        return see(reverse("session", args=[pk]))
    context = showing.page(one(request, pk), scope(request), at, outcome)
    typed = {"form": form, "terms": rows, "refused": next(iter(form.non_field_errors()), no.sentence), "slot": outcome}
    return render(request, "sessions/session.html", {**context, **typed}, status=no.status)


def _close(
    found: Session, outcome: str, form: Any, rows: list[forms.Term], by: int, roles: frozenset[str], at: datetime
) -> int:
    said = form.cleaned_data["said"]
    begins = form.begins() if outcome == "postponed" else None
    if begins is not None:
        return actions.postpone(found, said, _moved(found, begins), by=by, at=at).pk
    result = actions.Result(
        outcome=outcome, said=said, refuser=form.who() if outcome == "refused" else None,
        terms=tuple(row.given() for row in rows if not row.is_empty),
        oral=outcome == "agreed" and form.cleaned_data["oral"],
    )  # fmt: skip
    return actions.close(found, result, by=by, roles=roles, at=at).pk


def _moved(found: Session, begins: datetime) -> actions.Booking:
    """The same room and people at another time."""
    seats = queries.seats(found)
    lead = next((seat.mediator for seat in seats if seat.is_lead), None)
    return actions.Booking(
        start=begins, end=begins + (found.period.upper - found.period.lower), room=found.room, where=found.where,
        lead=lead, others=tuple(seat.mediator for seat in seats if not seat.is_lead),
    )  # fmt: skip


@needs_role(*queries.WRITERS)
@require_POST
def session_tell(request: HttpRequest, pk: int, guest: int) -> HttpResponse:
    attendee = get_object_or_404(one(request, pk).attendees.select_related("session__mediation"), pk=guest)
    form = forms.Tell(request.POST)

    def act(_found: Session, by: int, at: datetime) -> None:
        actions.tell(attendee, form.cleaned_data["how"], form.cleaned_data["answer"], by=by, at=at)

    return act_on(request, pk, form, f"tell{guest}", act, _("已记通知"))


@needs_role(*queries.WRITERS)
@require_POST
def session_invite(request: HttpRequest, pk: int) -> HttpResponse:
    form = forms.Invite(request.POST)
    form.offer(parties(one(request, pk).mediation.dispute_id))

    def act(found: Session, by: int, at: datetime) -> None:
        given = form.cleaned_data
        of_party = form.people.get(given["of_party"])
        actions.invite(found, given["part"], name=given["name"], of_party=of_party, by=by, at=at)

    return act_on(request, pk, form, "invite", act, _("已加到名单"))


@needs_role(*queries.WRITERS)
@require_POST
def session_talk(request: HttpRequest, pk: int) -> HttpResponse:
    form = forms.Talk(request.POST)

    def act(found: Session, by: int, at: datetime) -> None:
        actions.talk(found, form.cleaned_data["side"], form.cleaned_data["text"], by=by, at=at)

    return act_on(request, pk, form, "talk", act, _("已存，只有坐在这里的调解员能看"))


@needs_role(*queries.WRITERS)
@require_GET
def session_talks(request: HttpRequest, pk: int) -> HttpResponse:
    """What was said alone: only for who sits there; each look is written down."""
    found, held, at = one(request, pk), scope(request), timezone.localtime()
    if not queries.sits(found, held):
        raise Http404
    cases.look(found.mediation.dispute, by=me(request), at=at, where=f"caucus:{pk}")
    context = {"session": found, "talks": queries.talks(found), "dispute": found.mediation.dispute, "casedata": True}
    return render(request, "sessions/session_talks.html", context)

"""The agencies' window: each one's weekdays and absences, and the calendar planned from them."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from twinloop.cases.acting import now, see_other, tried
from twinloop.cases.attempts import attempt
from twinloop.mediation.joint.queries import SEATERS
from twinloop.people.gates import me, needs_role
from twinloop.people.models import Unit
from twinloop.rosters import actions, words
from twinloop.rosters.actions.seating import Seating
from twinloop.rosters.forms import SeatsForm, SeatTermsForm
from twinloop.rosters.queries import reading

WEEKS = 8


@needs_role(*SEATERS)
@require_safe
def rota_seats(request: HttpRequest) -> HttpResponse:
    today = now().date()
    return _page(request, SeatsForm(initial={"first": today, "last": today + timedelta(weeks=WEEKS, days=-1)}))


def _page(request: HttpRequest, form: SeatsForm, done: Seating | None = None, status: int = 200) -> HttpResponse:
    rows = reading.agencies()
    chosen = next((row for row in rows if str(row[0].pk) == request.GET.get("who", "")), None)
    terms = None
    if chosen is not None:
        own = chosen[1]
        initial: dict[str, object] = {"on_call": True} if own is None else {
            "weekdays": own.weekdays, "away_from": own.away_from, "away_to": own.away_to, "on_call": own.on_call,
        }  # fmt: skip
        terms = SeatTermsForm(initial=initial)
    empty = [(on, words.LINES[line], kept) for on, line, kept in done.empty] if done else []
    context = {"rows": rows, "chosen": chosen, "terms": terms, "form": form, "done": done, "empty": empty}
    return render(request, "rosters/seats.html", context, status=status)


@needs_role(*SEATERS)
@require_POST
def rota_seats_plan(request: HttpRequest) -> HttpResponse:
    """Write the calendar and say what was proven, who has how many, what stays empty and why."""
    form, by, at = SeatsForm(request.POST), me(request), now()
    found: list[Seating] = []

    def act() -> None:
        found.append(actions.plan_seats(form.cleaned_data["first"], form.cleaned_data["last"], by=by, at=at))

    if tried(form, act):
        return _page(request, form, found[0])
    return _page(request, form, status=422)


@needs_role(*SEATERS)
@require_POST
def rota_seat_terms(request: HttpRequest, pk: int) -> HttpResponse:
    unit, form, by, at = (
        get_object_or_404(Unit, pk=pk, kind="agency"),
        SeatTermsForm(request.POST),
        me(request),
        now(),
    )
    said = " ".join(str(one) for lines in form.errors.values() for one in lines)
    if not said:
        given = form.cleaned_data
        away = (given["away_from"], given["away_to"]) if given["away_from"] else None
        no = attempt(
            lambda: actions.set_seat_terms(unit, given["weekdays"], away, on_call=given["on_call"], by=by, at=at)
        )
        said = no.sentence if no else ""
    if said:
        messages.error(request, said)
    else:
        messages.success(request, _("已记下"))
    return see_other("rota_seats", query={"who": str(pk)})

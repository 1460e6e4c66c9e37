"""Who is competent for what (主管表), and who sits at the window on which day (席位)."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from twinloop.cases.acting import Once
from twinloop.cases.attempts import No
from twinloop.mediation.joint import actions, competence, forms, queries
from twinloop.mediation.joint.models import Competence
from twinloop.mediation.joint.views.acting import act
from twinloop.people.gates import needs_role, scope
from twinloop.places.models import Place

SHOWN = 27  # days after today that the page of seats shows: four weeks


@needs_role(*queries.SETTERS)
@require_http_methods(["GET", "POST"])
def competences(request: HttpRequest) -> HttpResponse:
    """The table, and the form of one more line."""
    if request.method == "GET":
        return _table(request, _line(None))
    form = _line(request.POST)
    units = {unit.pk: unit for unit in competence.agencies()}

    def do(by: int, at: Any) -> None:
        said = form.cleaned_data
        place = Place.objects.filter(pk=said["place"]).first() if said["place"] else None
        actions.set_competence(
            units[said["unit"]], said["subject"], place, said["source"], leads=said["leads"], by=by, at=at
        )

    return act(
        request, "competence", form, do, done=_("已加一条；这个单位内置的不再用"), to=reverse("competences"),
        again=lambda no: _table(request, form, no=no),
    )  # fmt: skip


def _line(data: Any) -> forms.Line:
    form = forms.Line(data, initial={"once": uuid.uuid4(), "leads": True})
    places = Place.objects.served().order_by("code")
    on = timezone.localdate()
    form.offer(list(competence.agencies()), competence.subject_words(on), [(one.pk, str(one)) for one in places])
    return form


def _table(request: HttpRequest, form: forms.Line, *, no: No | None = None) -> HttpResponse:
    today = timezone.localdate()
    words = competence.subject_words(today)
    context = {
        "lines": [(line, words.get(line.subject, line.subject)) for line in competence.lines(today)], "form": form,
        "refused": no.sentence if no else "", "once": uuid.uuid4(),
    }  # fmt: skip
    return render(request, "joint/competences.html", context, status=no.status if no else 200)


@needs_role(*queries.SETTERS)
@require_POST
def competence_drop(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Competence.objects.select_related("unit", "place"), pk=pk)
    return act(
        request, f"drop{pk}", Once(request.POST), lambda by, at: actions.drop_competence(row, by=by, at=at),
        done=_("已停用"), to=reverse("competences"), again=lambda no: _table(request, _line(None), no=no),
    )  # fmt: skip


@needs_role(*queries.POLICE, "agency")
@require_GET
def whistle_seats(request: HttpRequest) -> HttpResponse:
    """Four weeks from this Monday on: everybody reads it, command room and bureau fill it."""
    return _seats(request)


def _seats(
    request: HttpRequest, *, fill: forms.Fill | None = None, day: forms.Day | None = None, no: No | None = None
) -> HttpResponse:
    held, today = scope(request), timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    last = monday + timedelta(days=SHOWN)
    units = list(competence.agencies())
    day = day or forms.Day(initial={"day": today, "once": uuid.uuid4()}, auto_id="day-%s")
    day.offer(units)
    first = queries.next_unplanned(today)
    ends = first + timedelta(days=27)
    context = {
        "weeks": _weeks(monday, last), "today": today, "may_set": held.has(*queries.SEATERS),
        "fill": fill or forms.Fill(initial={"first": first, "last": ends, "once": uuid.uuid4()}, auto_id="fill-%s"),
        "day": day, "refused": no.sentence if no else "", "slot": "fill" if fill else "day",
    }  # fmt: skip
    return render(request, "joint/seats.html", context, status=no.status if no else 200)


def _weeks(monday: date, last: date) -> list[tuple[date, list[Any], list[Any]]]:
    """Day → who sits, who is on call after it: Monday to Friday, and a weekend day for which somebody is planned."""
    planned, nights = queries.seats(monday, last), queries.nights(monday, last)
    every = [monday + timedelta(days=n) for n in range((last - monday).days + 1)]
    return [
        (one, planned.get(one, []), nights.get(one, []))
        for one in every
        if one.weekday() < 5 or one in planned or one in nights
    ]


@needs_role(*queries.SEATERS)
@require_POST
def whistle_seats_fill(request: HttpRequest) -> HttpResponse:
    form = forms.Fill(request.POST, auto_id="fill-%s")
    return act(
        request, "seats_fill", form,
        lambda by, at: actions.fill_seats(form.cleaned_data["first"], form.cleaned_data["last"], by=by, at=at),
        done=_("已排；排好的天没有动"), to=reverse("whistle_seats"), again=lambda no: _seats(request, fill=form, no=no),
    )  # fmt: skip


@needs_role(*queries.SEATERS)
@require_POST
def whistle_seats_day(request: HttpRequest) -> HttpResponse:
    """One day by hand: somebody swapped, somebody more."""
    form = forms.Day(request.POST, auto_id="day-%s")
    units = list(competence.agencies())
    form.offer(units)

    def do(by: int, at: Any) -> None:
        chosen = [unit for unit in units if unit.pk in form.cleaned_data["units"]]
        actions.set_seats(form.cleaned_data["day"], chosen, by=by, at=at)

    return act(
        request, "seats_day", form, do, done=_("已改这一天"), to=reverse("whistle_seats"),
        again=lambda no: _seats(request, day=form, no=no),
    )  # fmt: skip

"""Help given, training held, the structure of stations, a sealed contact opened with a reason."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from twinloop.cases.acting import once_only, see
from twinloop.cases.attempts import attempt
from twinloop.cases.sealing import Identity
from twinloop.discovery.patrols import actions, forms, queries
from twinloop.discovery.patrols.models import Hazard, KeyPlace, Training
from twinloop.discovery.patrols.views.acting import hazard_of, spot_of, tapped
from twinloop.edge.masks import mask_text
from twinloop.people.gates import me, needs_role, scope
from twinloop.people.models import Account, Unit
from twinloop.people.scope import station_of
from twinloop.places.models import Place

PAGE, SECONDS = 50, 60


@needs_role(*queries.POLICE)
@require_http_methods(["GET", "POST"])
def help_services(request: HttpRequest) -> HttpResponse:
    held = scope(request)
    places = {place.pk: place for place in queries.communities(held)}
    form = forms.Help(request.POST if request.method == "POST" else None, initial={"once": uuid.uuid4(), "people": 1})
    form.offer((pk, place.name) for pk, place in places.items())
    no = None
    if request.method == "POST":
        no, _made = once_only(request, form, lambda: _helped(request, form, places), "help")
        if no is None:
            messages.success(request, _("已记下"))
            return see(request.path)
    found = queries.helps(held).select_related("place", "by").order_by("-at", "-pk")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    year = found.filter(at__year=timezone.localdate().year).aggregate(people=Sum("people"), times=Count("pk"))
    context = {"form": form, "no": no, "page": page, "rows": [(one, mask_text(one.text)) for one in page.object_list],
               "year": year, "casedata": bool(page.object_list)}  # fmt: skip
    return render(request, "patrols/help.html", context, status=no.status if no else 200)


def _helped(request: HttpRequest, form: forms.Help, places: dict[int, Place]) -> int:
    given = form.cleaned_data
    return actions.help_given(
        sort=given["sort"], people=given["people"], text=given["text"], place=places.get(given["place"]),
        by=me(request), at=tapped(form),
    ).pk  # fmt: skip


@needs_role("chief", "bureau", "dispatcher")
@require_http_methods(["GET", "POST"])
def trainings(request: HttpRequest) -> HttpResponse:
    """Trainings of the viewer's stations and everybody's hours this year; a chief writes them down."""
    held, today = scope(request), timezone.localdate()
    assert isinstance(request.user, Account)
    station = station_of(request.user) if held.has("chief") else None
    form = forms.Training(
        request.POST if request.method == "POST" else None, initial={"once": uuid.uuid4(), "held_on": today}
    )
    people = {person.pk: person for person in queries.force_of(station)} if station else {}
    form.offer((pk, person.name) for pk, person in people.items())
    no = None
    if request.method == "POST":
        no, _made = once_only(request, form, lambda: _trained(request, form, station, people).pk, "training")
        if no is None:
            messages.success(request, _("已记下训练"))
            return see(request.path)
    found = queries.trainings(held).select_related("station").annotate(people=Count("parts"))
    page = Paginator(found.order_by("-held_on", "-pk"), PAGE).get_page(request.GET.get("page"))
    context = {"form": form if station else None, "no": no, "page": page, "station": station, "year": today.year,
               "hours": queries.hours_of(held, since=today.replace(month=1, day=1))}  # fmt: skip
    return render(request, "patrols/trainings.html", context, status=no.status if no else 200)


def _trained(request: HttpRequest, form: forms.Training, station: Unit | None, people: dict[int, Account]) -> Training:
    given, at = form.cleaned_data, timezone.localtime()
    return actions.train(
        station, [people[pk] for pk in given["people"] if pk in people], title=given["title"], sort=given["sort"],
        hours=given["hours"], held_on=given["held_on"], by=me(request), at=at,
    )  # fmt: skip


@needs_role("dispatcher", "chief", "bureau")
@require_GET
def stations(request: HttpRequest) -> HttpResponse:
    found = queries.stations(scope(request), on=timezone.localdate())
    return render(request, "patrols/stations.html", {"shapes": [(s, s.lacks()) for s in found]})


@needs_role("dispatcher", "chief", "bureau")
@require_GET
def station(request: HttpRequest, pk: int) -> HttpResponse:
    """The names behind both figures of the share."""
    found = queries.half(pk, scope(request), on=timezone.localdate())
    if found is None:
        raise Http404
    return render(request, "patrols/station.html", {"half": found})


def _contact(request: HttpRequest, thing: KeyPlace | Hazard, back: str) -> HttpResponse:
    """Asks why (GET), then shows name and phone for a minute (POST)."""
    form, shown, no = forms.Reason(request.POST if request.method == "POST" else None), Identity(), None
    if request.method == "POST" and form.is_valid():
        opened: list[Identity] = []
        reason, at = form.cleaned_data["reason"], timezone.localtime()
        no = attempt(lambda: opened.append(actions.open_contact(thing, reason=reason, by=me(request), at=at)))
        shown = opened[0] if opened else shown
    context = {"thing": thing, "form": form, "shown": shown, "no": no, "back": back, "seconds": SECONDS,
               "casedata": True}  # fmt: skip
    status = no.status if no else 422 if form.errors else 200
    answer = render(request, "patrols/contact.html", context, status=status)
    if shown.name or shown.phone:
        answer["Refresh"] = f"{SECONDS}; url={back}"
    return answer


@needs_role(*queries.POLICE)
@require_http_methods(["GET", "POST"])
def key_place_contact(request: HttpRequest, pk: int) -> HttpResponse:
    return _contact(request, spot_of(request, pk), f"/patrols/places/{pk}/")


@needs_role(*queries.POLICE)
@require_http_methods(["GET", "POST"])
def hazard_contact(request: HttpRequest, pk: int) -> HttpResponse:
    return _contact(request, hazard_of(request, pk), f"/hazards/{pk}/")

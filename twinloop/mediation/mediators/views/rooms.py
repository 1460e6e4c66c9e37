"""Rooms of mediation: where they are, when they are open; a new one, other hours."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from twinloop.cases.acting import once_only, see
from twinloop.mediation.mediators import actions, forms, queries, showing
from twinloop.mediation.mediators.models import Room
from twinloop.mediation.mediators.views.register import communities
from twinloop.people.gates import me, needs_role, scope


@needs_role(*queries.READERS)
@require_GET
def mediation_rooms(request: HttpRequest) -> HttpResponse:
    on = timezone.localdate()
    found = Room.objects.select_related("place").prefetch_related("mediators").order_by("closed_on", "kind", "name")
    rows = [(room, showing.hours(room), room.closed_on is not None and room.closed_on <= on) for room in found]
    return render(request, "mediators/rooms.html", {"rows": rows, "may_keep": scope(request).has(*queries.KEEPERS)})


@needs_role(*queries.KEEPERS)
@require_http_methods(["GET", "POST"])
def mediation_room_new(request: HttpRequest) -> HttpResponse:
    return _form(request, None)


@needs_role(*queries.KEEPERS)
@require_http_methods(["GET", "POST"])
def mediation_room(request: HttpRequest, pk: int) -> HttpResponse:
    return _form(request, get_object_or_404(Room, pk=pk))


def _form(request: HttpRequest, room: Room | None) -> HttpResponse:
    at = timezone.localtime()
    initial = {"once": uuid.uuid4(), **(forms.room_typed(room) if room else {})}
    form = forms.Hall(request.POST if request.method == "POST" else None, initial=initial)
    form.offer(communities())
    no = None
    if request.method == "POST":

        def act() -> int:
            given, by = form.given(), me(request)
            return (
                actions.change_room(room, given, by=by, at=at) if room else actions.open_room(given, by=by, at=at)
            ).pk

        no, _pk = once_only(request, form, act)
        if no is None:
            messages.success(request, _("调解室已存"))
            return see(reverse("mediation_rooms"))
    context = {"form": form, "no": no, "room": room}
    return render(request, "mediators/room_form.html", context, status=no.status if no else 200)

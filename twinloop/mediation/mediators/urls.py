"""/mediators/, /mediation-rooms/: who mediates, and where."""

from __future__ import annotations

from django.urls import path

from twinloop.mediation.mediators.views import person, register, rooms

ONE = "mediators/<int:pk>/"

urlpatterns = [
    path("mediators/", register.mediators, name="mediators"),
    path("mediators/new/", register.mediator_new, name="mediator_new"),
    path(ONE, person.mediator, name="mediator"),
    path(f"{ONE}edit/", register.mediator_edit, name="mediator_edit"),
    path(f"{ONE}retire/", person.mediator_retire, name="mediator_retire"),
    path(f"{ONE}away/", person.mediator_away, name="mediator_away"),
    path(f"{ONE}away/<int:absence>/back/", person.mediator_back, name="mediator_back"),
    path(f"{ONE}bars/", person.mediator_bar, name="mediator_bar"),
    path(f"{ONE}bars/<int:bar>/end/", person.mediator_unbar, name="mediator_unbar"),
    path("mediation-rooms/", rooms.mediation_rooms, name="mediation_rooms"),
    path("mediation-rooms/new/", rooms.mediation_room_new, name="mediation_room_new"),
    path("mediation-rooms/<int:pk>/", rooms.mediation_room, name="mediation_room"),
]

"""Addresses of the doors: /intake/… and what follows from one incident."""

from django.urls import path

from twinloop.intake.doors.views import desk, outcome, parts

ONE = "incidents/<str:number>/"

urlpatterns = [
    path("intake/", desk.intake, name="intake"),
    path("intake/walk-in/", desk.intake_walk_in, name="intake_walk_in"),
    path("intake/transfer/", desk.intake_transfer, name="intake_transfer"),
    path("intake/petition/", desk.intake_petition, name="intake_petition"),
    path("intake/places/", parts.intake_places, name="intake_places"),
    path("intake/past/", parts.intake_past, name="intake_past"),
    path("intake/done/<str:number>/", outcome.intake_done, name="intake_done"),
    path(f"{ONE}elsewhere/", outcome.incident_elsewhere, name="incident_elsewhere"),
    path(f"{ONE}tell/", outcome.incident_tell, name="incident_tell"),
    path(f"{ONE}hand-over/", outcome.incident_hand_over, name="incident_hand_over"),
    path(f"{ONE}hand-over/<int:pk>/", outcome.incident_handover_end, name="incident_handover_end"),
    path(f"{ONE}dispute/", outcome.incident_open, name="incident_open"),
    path(f"{ONE}accept/", outcome.incident_accept, name="incident_accept"),
]

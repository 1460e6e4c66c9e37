"""/second/: rounds after the first; /escalations/: crimes in known quarrels."""

from __future__ import annotations

from django.urls import path

from twinloop.followup.rounds.views import handling, watching

urlpatterns = [
    path("second/", handling.second, name="second"),
    path("second/<str:number>/", handling.round_, name="round"),
    path("second/<str:number>/do/<slug:what>/", handling.round_do, name="round_do"),
    path("escalations/", watching.escalations, name="escalations"),
    path("escalations/<int:escalation>/", watching.escalation, name="escalation"),
]

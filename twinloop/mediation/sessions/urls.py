"""/mediation/: how a dispute is mediated."""

from __future__ import annotations

from django.urls import path

from twinloop.mediation.sessions.views import choosing

urlpatterns = [
    path("mediation/choose/<str:number>/", choosing.mediation_choose, name="mediation_choose"),
    path("mediation/choose/<str:number>/parties/<int:party>/", choosing.mediation_wish, name="mediation_wish"),
]

"""/mediation/: how a dispute is mediated, what goes on, the week, one session."""

from __future__ import annotations

from django.urls import path

from twinloop.mediation.sessions.views import choosing, lists, planning, sitting

ONE = "mediation/sessions/<int:pk>/"

urlpatterns = [
    path("mediation/", lists.mediation, name="mediation"),
    path("mediation/week/", lists.mediation_week, name="mediation_week"),
    path("mediation/mine/", lists.mediation_mine, name="mediation_mine"),
    path("mediation/choose/<str:number>/", choosing.mediation_choose, name="mediation_choose"),
    path("mediation/choose/<str:number>/parties/<int:party>/", choosing.mediation_wish, name="mediation_wish"),
    path("mediation/of/<str:number>/", choosing.mediation_past, name="mediation_past"),
    path("mediation/<int:pk>/", planning.mediation_one, name="mediation_one"),
    path("mediation/<int:pk>/plan/", planning.session_plan, name="session_plan"),
    path("mediation/<int:pk>/refuse/", planning.mediation_refuse, name="mediation_refuse"),
    path("mediation/<int:pk>/extend/", planning.mediation_extend, name="mediation_extend"),
    path(ONE, sitting.session, name="session"),
    path(f"{ONE}came/", sitting.session_came, name="session_came"),
    path(f"{ONE}outcome/<str:outcome>/", sitting.session_close, name="session_close"),
    path(f"{ONE}invite/", sitting.session_invite, name="session_invite"),
    path(f"{ONE}guests/<int:guest>/tell/", sitting.session_tell, name="session_tell"),
    path(f"{ONE}talk/", sitting.session_talk, name="session_talk"),
    path(f"{ONE}talks/", sitting.session_talks, name="session_talks"),
]

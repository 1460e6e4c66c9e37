"""/visits/: what is owed, one's own route, one visit; /answer/: a party's own word."""

from __future__ import annotations

from django.urls import path

from twinloop.followup.visits.views import answering, planning, reporting

ONE = "visits/of/<str:number>/"

urlpatterns = [
    path("visits/", planning.visits, name="visits"),
    path("visits/mine/", reporting.visits_mine, name="visits_mine"),
    path("visits/blank/", reporting.visit_blank, name="visit_blank"),
    path("visits/<int:callback>/", reporting.visit_report, name="visit_report"),
    path("visits/<int:callback>/give/", planning.visit_give, name="visit_give"),
    path(f"{ONE}part/", planning.visit_part, name="visit_part"),
    path(f"{ONE}ask/", planning.visit_ask, name="visit_ask"),
    path(f"{ONE}invite/", planning.visit_invite, name="visit_invite"),
    path("answer/<str:answer_token>/", answering.answer, name="answer"),
]

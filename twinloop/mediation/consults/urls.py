"""/consults/: convening, one joint session for the police and mediators, an agency's own side."""

from django.urls import path

from twinloop.mediation.consults.views import convening, own, sitting

ONE = "consults/<int:pk>/"

urlpatterns = [
    path("consults/of/<str:number>/", convening.consult_part, name="consult_part"),
    path("consults/new/<str:number>/", convening.consult_new, name="consult_new"),
    path("consults/mine/", own.consult_mine, name="consult_mine"),
    path("consults/mine/<int:pk>/", own.consult_own, name="consult_own"),
    path(ONE, sitting.consult, name="consult"),
    path(f"{ONE}came/", sitting.consult_came, name="consult_came"),
    path(f"{ONE}lead/", sitting.consult_lead, name="consult_lead"),
    path(f"{ONE}follow/", sitting.consult_follow, name="consult_follow"),
    path(f"{ONE}minutes/", sitting.consult_minutes, name="consult_minutes"),
    path("consults/tasks/<int:pk>/", sitting.consult_task, name="consult_task"),
]

"""Lists of cases, the page of an incident, settings of clocks."""

from django.urls import path

from twinloop.cases.views import incident, lists, rules

urlpatterns = [
    path("disputes/", lists.disputes, name="disputes"),
    path("disputes/export/", lists.disputes_export, name="disputes_export"),
    path("disputes/views/", lists.saved_view, name="saved_view"),
    path("disputes/views/<int:pk>/remove/", lists.saved_view_remove, name="saved_view_remove"),
    path("incidents/", incident.incidents, name="incidents"),
    path("incidents/<str:number>/", incident.incident, name="incident"),
    path("incidents/<str:number>/unmask/<str:field>/", incident.incident_unmask, name="incident_unmask"),
    path("settings/clocks/", rules.clock_rules, name="clock_rules"),
    path("settings/holidays/", rules.holidays, name="holidays"),
]

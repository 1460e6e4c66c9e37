"""/patrols/, /hazards/, /help/, /training/, /stations/."""

from django.urls import path

from twinloop.discovery.patrols.views import hazards, places, records

urlpatterns = [
    path("patrols/", places.patrols, name="patrols"),
    path("patrols/found/", places.call_heavy, name="call_heavy"),
    path("patrols/places/new/", places.key_place_new, name="key_place_new"),
    path("patrols/places/<int:pk>/", places.key_place, name="key_place"),
    path("patrols/places/<int:pk>/close/", places.key_place_close, name="key_place_close"),
    path("patrols/places/<int:pk>/plan/", places.patrol_plan, name="patrol_plan"),
    path("patrols/places/<int:pk>/plan/end/", places.patrol_plan_end, name="patrol_plan_end"),
    path("patrols/places/<int:pk>/visit/", places.patrol_visit, name="patrol_visit"),
    path("patrols/places/<int:pk>/contact/", records.key_place_contact, name="key_place_contact"),
    path("hazards/", hazards.hazards, name="hazards"),
    path("hazards/new/", hazards.hazard_new, name="hazard_new"),
    path("hazards/<int:pk>/", hazards.hazard, name="hazard"),
    path("hazards/<int:pk>/notice/", hazards.hazard_notice, name="hazard_notice"),
    path("hazards/<int:pk>/refer/", hazards.hazard_refer, name="hazard_refer"),
    path("hazards/<int:pk>/rectify/", hazards.hazard_rectify, name="hazard_rectify"),
    path("hazards/<int:pk>/recheck/", hazards.hazard_recheck, name="hazard_recheck"),
    path("hazards/<int:pk>/paper/", hazards.hazard_paper, name="hazard_paper"),
    path("hazards/<int:pk>/photos/<int:photo>/", hazards.hazard_photo, name="hazard_photo"),
    path("hazards/<int:pk>/contact/", records.hazard_contact, name="hazard_contact"),
    path("help/", records.help_services, name="help_services"),
    path("training/", records.trainings, name="trainings"),
    path("stations/", records.stations, name="stations"),
    path("stations/<int:pk>/", records.station, name="station"),
]

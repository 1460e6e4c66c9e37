"""/settings/: scorecard, weights, thresholds, mediation, types."""

from django.urls import path

from twinloop.dispatch.tuning import views

urlpatterns = [
    path("settings/scorecard/", views.scorecard, name="settings_scorecard"),
    path("settings/weights/", views.weights, name="settings_weights"),
    path("settings/thresholds/", views.thresholds, name="settings_thresholds"),
    path("settings/mediation/", views.mediation, name="settings_mediation"),
    path("settings/types/", views.types, name="settings_types"),
]

"""Addresses of triage."""

from django.urls import URLPattern, URLResolver, path

from twinloop.triage.views import judgements, repeats, suggesting

urlpatterns: list[URLPattern | URLResolver] = [
    path("triage/suggest/", suggesting.suggest, name="suggest"),
    path("judgements/", judgements.judgements, name="judgements"),
    path("judgements/export/", judgements.judgements_export, name="judgements_export"),
    path("repeats/", repeats.repeats, name="repeats"),
    path("repeats/<int:pk>/join/", repeats.repeat_join, name="repeat_join"),
    path("repeats/<int:pk>/refuse/", repeats.repeat_refuse, name="repeat_refuse"),
    path("repeats/<int:pk>/undo/", repeats.repeat_undo, name="repeat_undo"),
]

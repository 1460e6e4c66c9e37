"""Addresses of triage."""

from django.urls import URLPattern, URLResolver, path

from twinloop.triage.views import suggesting

urlpatterns: list[URLPattern | URLResolver] = [
    path("triage/suggest/", suggesting.suggest, name="suggest"),
]

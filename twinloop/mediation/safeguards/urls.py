"""/safeguards/: domestic violence goes its own way."""

from __future__ import annotations

from django.urls import path

from twinloop.mediation.safeguards import views

ONE = "safeguards/<str:number>/"

urlpatterns = [
    path(ONE, views.safeguard, name="safeguard"),
    path(f"{ONE}begin/", views.safeguard_begin, name="safeguard_begin"),
    path(f"{ONE}letter/", views.safeguard_letter, name="safeguard_letter"),
    path(f"{ONE}steps/<str:step>/", views.safeguard_step, name="safeguard_step"),
]

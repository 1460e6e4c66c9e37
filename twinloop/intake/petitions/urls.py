"""/petitions/: the register of petitions."""

from __future__ import annotations

from django.urls import path

from twinloop.intake.petitions import views

ONE = "petitions/<str:number>/"

urlpatterns = [
    path("petitions/", views.petitions, name="petitions"),
    path("petitions/export/", views.petitions_export, name="petitions_export"),
    path(ONE, views.petition, name="petition"),
    path(f"{ONE}new/", views.petition_new, name="petition_new"),
    path(f"{ONE}register/", views.petition_register, name="petition_register"),
    path(f"{ONE}do/<str:deed>/", views.petition_do, name="petition_do"),
]

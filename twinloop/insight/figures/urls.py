from __future__ import annotations

from django.urls import path

from twinloop.insight.figures import views

urlpatterns = [
    path("indicators/", views.indicators, name="indicators"),
    path("indicators/frozen/", views.frozen, name="figures_frozen"),
    path("indicators/durability/", views.durability, name="durability"),
    path("indicators/durability/<int:day>/", views.durability_rows, name="durability_rows"),
    path("indicators/<slug:indicator>/", views.one, name="indicator"),
]

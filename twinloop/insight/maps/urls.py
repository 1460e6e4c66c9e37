from __future__ import annotations

from django.urls import path

from twinloop.insight.maps import views

urlpatterns = [
    path("map/", views.district_map, name="map"),
    path("map/shapes/", views.map_shapes, name="map_shapes"),
    path("map/<slug:code>/", views.map_place, name="map_place"),
]

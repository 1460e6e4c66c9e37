"""/map/: the district by community; /settings/map/: boundaries and the ground of tiles."""

from __future__ import annotations

from django.urls import path

from twinloop.insight.maps.views import setting, showing

urlpatterns = [
    path("map/", showing.district_map, name="map"),
    path("map/shapes/", showing.map_shapes, name="map_shapes"),
    path("map/<slug:code>/", showing.map_place, name="map_place"),
    path("settings/map/", setting.map_settings, name="map_settings"),
    path("settings/map/look/", setting.map_look, name="map_look"),
    path("settings/map/look/shapes/", setting.map_look_shapes, name="map_look_shapes"),
    path("settings/map/undo/", setting.map_undo, name="map_undo"),
    path("settings/map/ground/", setting.map_ground, name="map_ground"),
]

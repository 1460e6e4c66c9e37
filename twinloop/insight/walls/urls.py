"""/wall/: the wall itself; /settings/walls/: which devices may show it."""

from django.urls import path

from twinloop.insight.walls import views

urlpatterns = [
    path("wall/", views.wall, name="wall"),
    path("wall/panels/", views.wall_panels, name="wall_panels"),
    path("wall/shapes/", views.wall_shapes, name="wall_shapes"),
    path("wall/open/<str:invite>/", views.wall_open, name="wall_open"),
    path("settings/walls/", views.walls, name="walls"),
    path("settings/walls/<int:screen>/revoke/", views.wall_revoke, name="wall_revoke"),
]

from django.apps import AppConfig


class WallsConfig(AppConfig):
    name = "twinloop.insight.walls"
    label = "walls"

from django.apps import AppConfig


class MapsConfig(AppConfig):
    name = "twinloop.insight.maps"
    label = "maps"

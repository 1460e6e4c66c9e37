from django.apps import AppConfig


class PatrolsConfig(AppConfig):
    name = "twinloop.discovery.patrols"
    label = "patrols"

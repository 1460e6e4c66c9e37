from django.apps import AppConfig


class RostersConfig(AppConfig):
    name = "twinloop.rosters"
    label = "rosters"

from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "twinloop.followup.rounds"
    label = "rounds"

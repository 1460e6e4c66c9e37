from django.apps import AppConfig


class TuningConfig(AppConfig):
    name = "twinloop.dispatch.tuning"
    label = "tuning"

from django.apps import AppConfig


class DoorsConfig(AppConfig):
    name = "twinloop.intake.doors"
    label = "doors"

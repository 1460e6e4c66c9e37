from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "twinloop.insight.figures"
    label = "figures"

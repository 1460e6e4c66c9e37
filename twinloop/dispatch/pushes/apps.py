from django.apps import AppConfig


class PushesConfig(AppConfig):
    name = "twinloop.dispatch.pushes"
    label = "pushes"

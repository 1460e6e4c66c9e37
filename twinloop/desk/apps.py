from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "twinloop.desk"
    label = "desk"

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "twinloop.notices"
    label = "notices"

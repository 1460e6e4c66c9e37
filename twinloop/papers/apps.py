from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "twinloop.papers"
    label = "papers"

from django.apps import AppConfig


class ConsultsConfig(AppConfig):
    name = "twinloop.mediation.consults"
    label = "consults"

from django.apps import AppConfig


class MediatorsConfig(AppConfig):
    name = "twinloop.mediation.mediators"
    label = "mediators"

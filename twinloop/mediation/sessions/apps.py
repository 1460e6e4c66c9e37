from django.apps import AppConfig


class MediationConfig(AppConfig):
    name = "twinloop.mediation.sessions"
    label = "mediation"

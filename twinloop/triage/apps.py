from django.apps import AppConfig


class TriageConfig(AppConfig):
    name = "twinloop.triage"
    label = "triage"

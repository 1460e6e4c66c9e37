from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "twinloop.insight.outcomes"
    label = "outcomes"

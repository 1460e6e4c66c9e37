from django.apps import AppConfig


class SafeguardsConfig(AppConfig):
    name = "twinloop.mediation.safeguards"
    label = "safeguards"

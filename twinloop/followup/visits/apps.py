from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "twinloop.followup.visits"
    label = "visits"

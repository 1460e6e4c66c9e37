from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "twinloop.insight.reports"
    label = "reports"

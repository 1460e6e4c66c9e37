from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "twinloop.insight.dashboards"
    label = "dashboards"

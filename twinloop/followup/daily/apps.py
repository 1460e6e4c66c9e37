from django.apps import AppConfig


class DailyConfig(AppConfig):
    name = "twinloop.followup.daily"
    label = "daily"

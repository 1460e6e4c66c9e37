from django.apps import AppConfig


class VolunteersConfig(AppConfig):
    name = "twinloop.discovery.volunteers"
    label = "volunteers"

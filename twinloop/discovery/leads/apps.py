from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "twinloop.discovery.leads"
    label = "leads"

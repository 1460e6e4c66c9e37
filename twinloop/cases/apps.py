from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "twinloop.cases"
    label = "cases"

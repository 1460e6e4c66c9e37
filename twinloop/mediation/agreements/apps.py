from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "twinloop.mediation.agreements"
    label = "agreements"

from django.apps import AppConfig


class PetitionsConfig(AppConfig):
    name = "twinloop.intake.petitions"
    label = "petitions"

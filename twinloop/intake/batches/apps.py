from django.apps import AppConfig


class BatchesConfig(AppConfig):
    name = "twinloop.intake.batches"
    label = "batches"

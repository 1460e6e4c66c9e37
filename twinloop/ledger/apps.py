from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "twinloop.ledger"
    label = "ledger"

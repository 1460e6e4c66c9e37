from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "twinloop.exchange"
    label = "exchange"

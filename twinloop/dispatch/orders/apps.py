from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "twinloop.dispatch.orders"
    label = "orders"

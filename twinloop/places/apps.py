from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "twinloop.places"
    label = "places"

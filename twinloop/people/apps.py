from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "twinloop.people"
    label = "people"

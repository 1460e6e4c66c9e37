from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "twinloop.people"
    label = "people"

    def ready(self) -> None:
        from twinloop.people import sign_in  # noqa: F401 - listens to Django's and allauth's sign-in signals

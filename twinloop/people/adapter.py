from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedDoor(DefaultAccountAdapter):
    """Nobody signs up: an administrator makes accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

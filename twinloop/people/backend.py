"""Sign-in by account name and password; permissions of Django's own kind are not used (roles are grants)."""

from django.contrib.auth.backends import ModelBackend


class AccountBackend(ModelBackend):
    """ModelBackend hashes a password also for an unknown name, so that timing tells nobody who exists."""

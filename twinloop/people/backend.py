"""Sign-in by account name and password; permissions of Django's own kind are not used (roles are grants)."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import Argon2PasswordHasher


class AccountBackend(ModelBackend):
    """ModelBackend hashes a password also for an unknown name, so that timing tells nobody who exists."""


class Argon2(Argon2PasswordHasher):
    """Argon2id with OWASP's first parameters (46 MiB, 1 pass, 1 lane).

    Django's default asks for 100 MiB and 8 lanes: four sign-ins at once would take 400 MiB, and lanes beyond the two
    cores of a station's machine slow down only the honest. Raise a figure and each account is hashed anew at its next
    sign-in (`must_update`).
    """

    time_cost = 1
    memory_cost = 47_104  # KiB
    parallelism = 1

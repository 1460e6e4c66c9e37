"""How Django reaches the database: one URL, psycopg's pool, and never as the owner of the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.conninfo import conninfo_to_dict

if TYPE_CHECKING:
    from twinloop.launch.environment import Environment

_DJANGO = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def django_database(env: Environment) -> dict[str, Any]:
    """Django's DATABASES entry for `env.database_url`; an entry that reaches nothing where none is set.

    Settings must load without a database too (type checks, `twinloop try`), so a missing URL is no error here.
    """
    parts = {key: str(value) for key, value in conninfo_to_dict(env.database_url or "").items() if value is not None}
    options: dict[str, Any] = {key: value for key, value in parts.items() if key not in _DJANGO}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{django: parts.get(key, "") for key, django in _DJANGO.items()},
        "NAME": parts.get("dbname", "twinloop"),
        "OPTIONS": {**options, "pool": {"min_size": 1, "max_size": max(4, env.web_threads + 2), "timeout": 10}},
    }

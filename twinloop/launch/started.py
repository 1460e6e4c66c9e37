"""Django on a database that runs: for commands. Django is imported only when one is called."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def database(*, owner: bool = False) -> Iterator[None]:
    """Django on the configured database, checked; joins or starts the embedded one where no address is given.

    `owner`: as the owner of the tables, whom no policy of rows holds back, for what reads all of them.
    """
    from twinloop.launch import external
    from twinloop.launch.environment import read

    with external.database(read()) as urls:
        os.environ["TWINLOOP_DATABASE_URL"] = urls.owner if owner else urls.app
        os.environ["TWINLOOP_OWNER_DATABASE_URL"] = urls.owner
        prepare_if_new(urls.owner)
        setup()
        try:
            yield
        finally:
            _hang_up()  # before the server stops: an open pool would complain


def prepare_if_new(owner_url: str) -> None:
    """A command on a data folder that `up` never saw makes its tables first, in a process of the tables' owner."""
    import psycopg

    with psycopg.connect(owner_url) as there:
        if there.execute("SELECT to_regclass('django_migrations')").fetchone() != (None,):
            return
    subprocess.run([sys.executable, "-m", "twinloop", "prepare"], check=True)


def _hang_up() -> None:
    from django.db import connections

    connections.close_all()
    getattr(connections["default"], "close_pool", lambda: None)()


def setup() -> None:
    import django

    django.setup()


def as_owner() -> None:
    """From here on this process speaks to the database as the owner of the tables. Call before Django starts."""
    owner = os.environ.get("TWINLOOP_OWNER_DATABASE_URL")
    if owner:
        os.environ["TWINLOOP_DATABASE_URL"] = owner

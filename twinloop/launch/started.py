"""Django on a database that runs: for commands. Django is imported only when one is called."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def database() -> Iterator[None]:
    """Django on the configured database, checked; joins or starts the embedded one where no address is given."""
    from twinloop.launch import external
    from twinloop.launch.environment import read

    with external.database(read()) as urls:
        os.environ["TWINLOOP_DATABASE_URL"] = urls.app
        os.environ["TWINLOOP_OWNER_DATABASE_URL"] = urls.owner
        setup()
        yield


def setup() -> None:
    import django

    django.setup()


def as_owner() -> None:
    """From here on this process speaks to the database as the owner of the tables. Call before Django starts."""
    owner = os.environ.get("TWINLOOP_OWNER_DATABASE_URL")
    if owner:
        os.environ["TWINLOOP_DATABASE_URL"] = owner

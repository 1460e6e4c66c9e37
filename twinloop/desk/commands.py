"""Commands of the front desk: preparing, the worker, Django's own for those who know them, imports."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click


@contextmanager
def database() -> Iterator[None]:
    """Django on the configured database; joins or starts the embedded one where no address is given."""
    from twinloop.launch.environment import read
    from twinloop.launch.postgres import Cluster

    env = read()
    if env.database_url:
        _setup()
        yield
        return
    with Cluster(env.data, pg_bin=env.pg_bin).running() as urls:
        os.environ["TWINLOOP_DATABASE_URL"] = urls.app
        os.environ["TWINLOOP_OWNER_DATABASE_URL"] = urls.owner
        _setup()
        yield


def _setup() -> None:
    import django

    django.setup()


def as_owner() -> None:
    """From here on this process speaks to the database as the owner of the tables. Call before Django starts."""
    owner = os.environ.get("TWINLOOP_OWNER_DATABASE_URL")
    if owner:
        os.environ["TWINLOOP_DATABASE_URL"] = owner


@click.command()
def prepare() -> None:
    """Migrate, give rights, collect files, fill the demo district: what `up` does before it opens."""
    as_owner()
    _setup()
    from django.conf import settings

    from twinloop.desk import demo
    from twinloop.desk import prepare as steps

    steps.prepare_database()
    steps.prepare_files()
    if settings.DEMO:
        demo.fill()


@click.command()
def worker() -> None:
    """Run the jobs (Procrastinate); `up` starts one."""
    _setup()
    from django.core.management import call_command

    call_command("procrastinate", "worker", "--concurrency", "2")


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True}, add_help_option=False)
@click.pass_context
def manage(context: click.Context) -> None:
    """Django's own commands as the owner of the tables (makemigrations, shell, …)."""
    from django.core.management import execute_from_command_line

    with database():
        as_owner()
        from django.conf import settings  # noqa: F401

        execute_from_command_line(["twinloop manage", *context.args])


@click.command(name="import")
@click.argument("kind")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
def import_(kind: str, files: tuple[str, ...]) -> None:
    """Bring in a file of KIND."""
    sys.exit(2)

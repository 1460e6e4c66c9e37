"""Before the first request: tables, rights, files, and demo people where they are asked for. Can be repeated.

Runs as the owner of the tables; the web and the worker run as `twinloop_app`, which owns nothing.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from twinloop.desk import migrating
from twinloop.launch.roles import APP

RIGHTS = f"""
GRANT USAGE ON SCHEMA public TO {APP};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP};
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {APP};
REVOKE UPDATE, DELETE, TRUNCATE ON ledger_event, ledger_seal FROM {APP};
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {APP};
"""


def prepare_database() -> None:
    """Migrate, make the cache table, and give the application's role exactly what it needs."""
    with connection.cursor() as cursor:
        # For this connection, so for the demo district too. A power cut may take the last steps, never a middle one;
        # what was cut is prepared again, for the mark of a whole preparation is flushed after all of it.
        cursor.execute("SET synchronous_commit TO off")
    with migrating.quick():
        call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(RIGHTS)


def prepare_files() -> None:
    """Collect static files when they changed since the last start."""
    stamp = settings.STATIC_ROOT / ".stamp"
    state = _static_state()
    if stamp.exists() and stamp.read_text() == state:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(state)


def _static_state() -> str:
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path}:{stat.st_size}:{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()

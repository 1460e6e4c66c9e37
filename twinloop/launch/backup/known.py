"""`python -m twinloop.launch.backup.known`: the migrations of this program, a JSON list of `app.name`.

In a process and a data folder of its own: loading the settings makes a signing key in the data folder, and the folder
that a restore is to fill must stay empty.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

from twinloop.launch.environment import PREFIX
from twinloop.launch.words import Trouble


def migrations() -> set[str]:
    """Every migration on disk, of our rooms and of the packages that we stand on. Raises Trouble."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    with tempfile.TemporaryDirectory() as folder:
        surroundings = {**kept, f"{PREFIX}DATA": folder, "DJANGO_SETTINGS_MODULE": "twinloop.settings"}
        line = [sys.executable, "-m", "twinloop.launch.backup.known"]
        done = subprocess.run(line, env=surroundings, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble("restore_check", reason=(done.stderr.strip().splitlines() or ["?"])[-1])
    return set(json.loads(done.stdout))


def _tell() -> None:
    from twinloop.launch.started import setup

    setup()
    from django.db.migrations.loader import MigrationLoader

    found = MigrationLoader(None).disk_migrations or ()
    sys.stdout.write(json.dumps(sorted(f"{app}.{name}" for app, name in found)))


if __name__ == "__main__":
    _tell()

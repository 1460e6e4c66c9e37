"""`twinloop manage` runs Django's own commands as the owner of the tables; other commands as the application."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

WHO = "from django.db import connection as c; k = c.cursor(); k.execute('SELECT current_user'); print(*k.fetchone())"


@pytest.fixture
def env(owner_url: str, fresh_db: str, tmp_path: Path) -> dict[str, str]:
    from django.db import connection

    application = json.loads(os.environ["PYTEST_TWINLOOP_URLS"])["app"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TWINLOOP_", "PYTEST_"))}
    return kept | {
        "TWINLOOP_DATA": str(tmp_path),
        "TWINLOOP_DEMO": "small",
        "TWINLOOP_DATABASE_URL": urlsplit(application)._replace(path=f"/{connection.settings_dict['NAME']}").geturl(),
        "TWINLOOP_OWNER_DATABASE_URL": owner_url,
    }


def test_djangos_own_commands_run_as_the_owner_of_the_tables(env: dict[str, str], owner_url: str) -> None:
    line = [sys.executable, "-m", "twinloop", "manage", "shell", "--verbosity", "0", "-c", WHO]
    said = subprocess.run(line, env=env, capture_output=True, text=True, check=False)
    owner = owner_url.partition("//")[2].partition(":")[0].partition("@")[0]
    assert (said.returncode, said.stdout.split()[-1:]) == (0, [owner]), said.stderr

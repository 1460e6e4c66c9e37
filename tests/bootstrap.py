"""Loaded before pytest-django reads the settings (see pyproject: -p tests.bootstrap)."""

import os
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

_given = os.environ.get("PYTEST_TWINLOOP_DATA")
DATA = Path(_given or tempfile.mkdtemp(prefix="twinloop-tests-"))
os.environ["PYTEST_TWINLOOP_DATA"] = str(DATA)
for name in [n for n in os.environ if n.startswith("TWINLOOP_")]:
    if name != "TWINLOOP_PG_BIN":
        del os.environ[name]  # whatever the developer's shell says, tests start from the defaults
os.environ["TWINLOOP_DATA"] = str(DATA / "data")
os.environ["TWINLOOP_DEMO"] = "small"
os.environ["TWINLOOP_SECRET_KEY"] = "".join(sha256(b"tests %d" % n).hexdigest()[:20] for n in range(4))
# dozens of processes read the same modules: whatever the shell says, what one compiled the others take
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twinloop.settings")

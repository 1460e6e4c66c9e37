"""One embedded server for the whole run, one database per test process, copied from a template.

Tests speak to the database as the application's role, so that row-level security and missing rights are met
in every test and not only in those about them. `owner` gives the other role.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.bootstrap import DATA

pytest_plugins = ("tests.windows",)
TEMPLATE = "twinloop_template"
TRUE_COST: list[int] = []  # of a password's hash, in the product
FILLING = "twinloop_filling"  # the template's name until it is whole
LIVELY = "twinloop_lively"  # with the cases that `make run` shows
FAILED = DATA / "template-failed"
_CLUSTER = pytest.StashKey[Any]()
_FILLER = pytest.StashKey["subprocess.Popen[bytes]"]()


def pytest_configure(config: pytest.Config) -> None:
    """In the process that hands out the tests: start the server, and begin to fill the template database.

    It is filled beside the processes that collect the tests; the first of them that needs it waits.
    """
    _serve_static_files_from_their_folders()
    _hash_passwords_cheaply()
    if hasattr(config, "workerinput") or "PYTEST_TWINLOOP_URLS" in os.environ or config.option.collectonly:
        return
    if config.getoption("noserver"):
        return
    from twinloop.launch.environment import read
    from twinloop.launch.postgres import Cluster

    config.stash[_CLUSTER] = cluster = Cluster.temporary(DATA / "server", max_connections="100")
    try:
        config.stash[_FILLER] = _fill_template(cluster.start(), cluster.superuser_url)
    except BaseException:
        cluster.remove()
        raise
    assert read().data == DATA / "data"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Three where two cores are: a sixth of the time a test waits for a page, a lock, a server's start."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + 1 if cores <= 2 and "PYTEST_XDIST_AUTO_NUM_WORKERS" not in os.environ else None


def _fill_template(urls: Any, superuser: str) -> subprocess.Popen[bytes]:
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        owner.execute(f"CREATE DATABASE {FILLING}")
    filling = _to(urls.owner, FILLING)
    env = os.environ | {"TWINLOOP_DATABASE_URL": filling, "TWINLOOP_OWNER_DATABASE_URL": filling}
    logins = {"owner": urls.owner, "app": urls.app, "superuser": superuser}
    os.environ["PYTEST_TWINLOOP_URLS"] = env["PYTEST_TWINLOOP_URLS"] = json.dumps(logins)
    return subprocess.Popen([sys.executable, "-m", "tests.template", FILLING, TEMPLATE, str(FAILED)], env=env)


def _serve_static_files_from_their_folders() -> None:
    from django.conf import settings

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"


def _hash_passwords_cheaply() -> None:
    """Hundreds of tests sign somebody in; those about the cost itself ask for the fixture `true_cost`."""
    from twinloop.people.backend import Argon2

    TRUE_COST.append(Argon2.memory_cost)
    Argon2.memory_cost = 1_024


@pytest.fixture
def true_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as the product hashes them."""
    from twinloop.people.backend import Argon2

    monkeypatch.setattr(Argon2, "memory_cost", TRUE_COST[0])


def pytest_unconfigure(config: pytest.Config) -> None:
    if _CLUSTER in config.stash:
        if filler := config.stash.get(_FILLER, None):
            filler.kill()  # where no test needed it, it may be at it still
            filler.wait()
        config.stash[_CLUSTER].remove()
        shutil.rmtree(DATA, ignore_errors=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--noserver", action="store_true", help="tests that need no database only")


# the rooms of long tests that are few, or that one process must walk through alone
LONG = (
    "test_clone", "test_crawl", "journeys", "browser", "desk/year", "launch", "followup/test_week", "papers",
    "cases/test_kill", "followup/daily/test_turning", "followup/rounds/test_kill", "insight/reports", "rosters",
)  # fmt: skip


def _long_first(items: list[pytest.Item]) -> None:
    """A module stays with one process (loadscope): a long one begun last is a tail that the other waits for."""
    modules = Counter(item.nodeid.split("::")[0] for item in items)

    def rank(item: pytest.Item) -> tuple[int, int, str]:
        module = item.nodeid.split("::")[0]
        name = module.removeprefix("tests/")
        first = next((n for n, long in enumerate(LONG) if name.startswith(long)), len(LONG))
        return (
            len(LONG) - 1 if name.endswith("browser.py") and first == len(LONG) else first,
            -modules[module],
            module,
        )

    items.sort(key=rank)


def pytest_collection_finish() -> None:
    """What is imported by now stays: looking through it again and again for garbage took a tenth of all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Real browsers and killed processes share two cores with the rest of the suite: such a test may try twice.

    The closing report lists it as RERUN, so that what needs its second try is seen and mended.
    """
    _long_first(items)
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()) or item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.flaky(reruns=1))


def _to(url: str, database: str) -> str:
    return urlsplit(url)._replace(path=f"/{database}").geturl()


def copy_database(name: str, of: str = TEMPLATE) -> None:
    urls = json.loads(os.environ["PYTEST_TWINLOOP_URLS"])
    # as superuser: the owner may not end the application's sessions
    with psycopg.connect(urls["superuser"], autocommit=True) as there:
        _await_template(there)
        there.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        there.execute(f'CREATE DATABASE "{name}" TEMPLATE {of} STRATEGY file_copy OWNER twinloop_owner')


def copy_lively(name: str) -> None:
    """What `make run` shows, as of when the first asked: lived once for all processes. Django is on the copy after."""
    urls = json.loads(os.environ["PYTEST_TWINLOOP_URLS"])
    with psycopg.connect(urls["superuser"], autocommit=True) as there:
        there.execute("SELECT pg_advisory_lock(1)")  # until the connection ends: who comes meanwhile waits
        if not there.execute("SELECT 1 FROM pg_database WHERE datname = %s", [LIVELY]).fetchone():
            copy_database(name)
            _point_django(name)
            _live()
            there.execute(f'CREATE DATABASE {LIVELY} TEMPLATE "{name}" STRATEGY file_copy OWNER twinloop_owner')
    _point_django(name)
    copy_database(name, LIVELY)


def _live() -> None:
    from django.db import connection
    from django.utils import timezone

    from twinloop.desk import demo
    from twinloop.insight.figures.actions import catch_up
    from twinloop.ledger.actions import seal
    from twinloop.ledger.sight import SYSTEM, see_as

    with see_as(SYSTEM):
        demo.live(timezone.localtime())
        seal(at=timezone.localtime())
        catch_up(at=timezone.localtime())
    connection.close()


def _await_template(there: psycopg.Connection[Any]) -> None:
    until = time.monotonic() + 280
    while not there.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
        assert not FAILED.exists(), FAILED.read_text(encoding="utf-8")
        assert time.monotonic() < until, "the template database was not filled in time"
        time.sleep(0.1)


def _point_django(name: str) -> None:
    from django.db import connections

    urls = json.loads(os.environ["PYTEST_TWINLOOP_URLS"])
    parts = conninfo_to_dict(urls["app"])
    connection = connections["default"]
    connection.close()
    connection.settings_dict.update(
        NAME=name, USER=parts["user"], PASSWORD=parts["password"], HOST=parts["host"], PORT=parts["port"]
    )
    connection.settings_dict["OPTIONS"].pop("pool", None)


@pytest.fixture(scope="session")
def django_db_setup(worker_id: str, django_db_blocker: Any) -> Iterator[None]:
    """Instead of Django's own test database: a copy of the template, for this process alone."""
    name = f"test_{worker_id}"
    copy_database(name)
    with django_db_blocker.unblock():
        _point_django(name)
        yield
        from django.db import connections

        connections.close_all()


@pytest.fixture
def owner_url() -> str:
    """Where the owner of the tables reaches the database that Django is on now."""
    from django.db import connection

    urls = json.loads(os.environ["PYTEST_TWINLOOP_URLS"])
    return _to(urls["owner"], connection.settings_dict["NAME"])


@pytest.fixture
def owner(db: None) -> Iterator[psycopg.Connection[Any]]:
    """A connection as the owner of the tables to the same database. Sees committed rows only."""
    from django.db import connection

    urls = json.loads(os.environ["PYTEST_TWINLOOP_URLS"])
    with psycopg.connect(_to(urls["owner"], connection.settings_dict["NAME"]), autocommit=True) as there:
        yield there


@pytest.fixture
def fresh_db(worker_id: str, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A database of its own for a test that commits (real transactions, several connections). Gives its name."""
    from django.db import connections

    name = f"fresh_{worker_id}"
    copy_database(name)
    with django_db_blocker.unblock():
        _point_django(name)
        yield name
        connections.close_all()
        _point_django(f"test_{worker_id}")


@pytest.fixture
def refused_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Walks of every address: the page of refusal is set once for who looks and what it says."""
    from tests.answers import refuse_once

    refuse_once(monkeypatch)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The design folder beside the repository, where the machine has it."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("no folder 'shared' beside the repository: nothing to compare with")
    return folder

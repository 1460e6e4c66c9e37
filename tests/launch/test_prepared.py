"""A second start prepares nothing; whatever changed prepares again."""

from __future__ import annotations

import os

import psycopg
import pytest

from twinloop.launch import prepared
from twinloop.launch.environment import read


@pytest.fixture
def env(tmp_path):
    return read({"TWINLOOP_DATA": str(tmp_path), "TWINLOOP_DEMO": "none"})


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "package"
    (folder / "inside" / "__pycache__").mkdir(parents=True)
    (folder / "inside" / "a.py").write_text("a = 1")
    return folder


def test_a_database_holds_its_stamp_until_something_changes(fresh_db, owner_url, env):
    stamp = prepared.fingerprint(env)
    assert not prepared.holds(env, owner_url, stamp)
    prepared.mark(env, owner_url, stamp)
    assert prepared.holds(env, owner_url, stamp)
    assert not prepared.holds(env, owner_url, stamp + "0")


def test_another_database_or_an_emptied_folder_is_prepared_again(fresh_db, owner_url, env):
    stamp = prepared.fingerprint(env)
    prepared.mark(env, owner_url, stamp)
    with psycopg.connect(owner_url, autocommit=True) as there:
        there.execute(f'COMMENT ON DATABASE "{fresh_db}" IS NULL')
    assert not prepared.holds(env, owner_url, stamp)
    prepared.mark(env, owner_url, stamp)
    (env.data / "prepared").unlink()
    assert not prepared.holds(env, owner_url, stamp)


def test_a_changed_file_or_another_demo_is_another_code(package, env, tmp_path):
    before = prepared.fingerprint(env, package)
    (package / "inside" / "__pycache__" / "a.pyc").write_text("made by Python")
    assert prepared.fingerprint(env, package) == before
    os.utime(package / "inside" / "a.py", (1, 1))
    changed = prepared.fingerprint(env, package)
    assert changed != before
    other = read({"TWINLOOP_DATA": str(tmp_path), "TWINLOOP_DEMO": "small"})
    assert prepared.fingerprint(other, package) != changed

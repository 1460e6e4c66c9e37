"""The doctor names what is wrong and what to do, and says nothing of what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from twinloop.launch import doctor, packages
from twinloop.launch.environment import read
from twinloop.launch.postgres import Cluster


@pytest.fixture
def settings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TWINLOOP_DATA", str(folder / "data"))
    return folder / "data"


def test_fresh_installation_has_nothing_bad(settings: Path) -> None:
    findings = {finding.name: finding for finding in doctor.diagnose()}
    assert [name for name, finding in findings.items() if finding.state == "bad"] == []
    assert list(findings) == [
        "settings", "python", "packages", "secret", "data", "disk", "clock", "fonts", "programs", "database",
    ]  # fmt: skip
    assert not settings.exists()


def test_every_finding_that_is_not_ok_says_what_to_do(settings: Path) -> None:
    assert [finding.name for finding in doctor.diagnose() if finding.state != "ok" and not finding.advice] == []


def test_wrong_setting_is_the_only_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWINLOOP_PORT", "zero")
    assert [(finding.name, finding.state) for finding in doctor.diagnose()] == [("settings", "bad")]


@pytest.mark.slow
def test_stopped_server_is_started_for_the_questions(settings: Path) -> None:
    cluster = Cluster(settings)
    cluster.start()
    cluster.stop()
    try:
        findings = {finding.name: finding for finding in doctor.diagnose()}
        assert findings["database"].sentence.startswith("PostgreSQL 17")
        assert findings["clocks"].state == "ok"
        assert findings["migrations"].state == "bad"
        assert findings["migrations"].sentence == "比程序旧"
    finally:
        cluster.remove()


def test_unreachable_database_is_bad(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWINLOOP_DATABASE_URL", "postgresql://me:hush@127.0.0.1:1/x")
    last = doctor.diagnose()[-1]
    assert (last.name, last.state) == ("database", "bad")
    assert "hush" not in last.text()


def test_open_key_and_open_folder_are_found(folder: Path) -> None:
    env = read({"TWINLOOP_DATA": str(folder / "data")})
    env.secret()
    assert (doctor.secret_key(env).state, doctor.folder(env).state) == ("ok", "ok")
    (folder / "data" / "secret-key").chmod(0o644)
    (folder / "data").chmod(0o755)
    assert (doctor.secret_key(env).state, doctor.folder(env).state) == ("bad", "warn")


def test_package_that_differs_from_the_lock_is_found(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(
        "click==0.1 \\\n    --hash=sha256:00\nno-such==1 \\\nonly-windows==1 ; sys_platform == 'win32' \\\n"
    )
    pins = packages.pins(lock)
    assert pins == {"click": "0.1", "no-such": "1"}
    assert [(name, pin, found is None) for name, pin, found in packages.differing(pins)] == [
        ("click", "0.1", False),
        ("no-such", "1", True),
    ]

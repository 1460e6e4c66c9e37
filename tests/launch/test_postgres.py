"""The embedded server: first start, crash, restart, rights, and who may hold a folder."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from twinloop.launch import checks
from twinloop.launch.lock import FolderLock
from twinloop.launch.postgres import Cluster
from twinloop.launch.words import Held, Trouble


@pytest.fixture(scope="module")
def quiet() -> Iterator[Cluster]:
    """One server for all tests that leave it running."""
    folder = Path(tempfile.mkdtemp(prefix="tl-"))
    folder.chmod(0o755)
    made = Cluster(folder / "data", place=folder / "place")
    made.start()
    yield made
    made.remove()
    shutil.rmtree(folder)


def _one(url: str, query: str) -> Any:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()[0][0]


def test_first_start_makes_a_safe_server_that_finds_chinese(quiet: Cluster) -> None:
    with psycopg.connect(quiet.urls.app) as connection:
        found = checks.facts(connection)
        assert (found.name, found.major, found.encoding, found.ctype) == ("twinloop", 17, "UTF8", "C.UTF-8")
        assert (found.fsync, found.full_page_writes) == ("on", "on")
        assert checks.finds_chinese(connection)
        assert connection.execute("SELECT similarity('邻里纠纷发生争吵', '邻里纠纷起了争吵') > 0.3").fetchall() == [
            (True,)
        ]
    assert _one(quiet.superuser_url, "SHOW data_checksums") == "on"


def test_server_listens_on_no_port_and_its_socket_is_closed_to_others(quiet: Cluster) -> None:
    assert _one(quiet.superuser_url, "SHOW listen_addresses") == ""
    socket = Path(_one(quiet.superuser_url, "SHOW unix_socket_directories"))
    assert stat.S_IMODE(socket.stat().st_mode) == 0o700


def test_wrong_password_is_refused(quiet: Cluster) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(quiet.urls.app, password="guess")


def test_application_uses_tables_but_owns_nothing(quiet: Cluster) -> None:
    with psycopg.connect(quiet.urls.owner) as owner:
        owner.execute("CREATE TABLE note (id int GENERATED ALWAYS AS IDENTITY, words text)")
    with psycopg.connect(quiet.urls.app) as app:
        app.execute("INSERT INTO note (words) VALUES ('一')")
        app.commit()
        for forbidden in ("DROP TABLE note", "CREATE TABLE mine (id int)", "TRUNCATE note"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(forbidden)
            app.rollback()
        row = app.execute("SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert row.fetchone() == (False, False, False)


def test_row_security_holds_for_the_application(quiet: Cluster) -> None:
    with psycopg.connect(quiet.urls.owner) as owner:
        owner.execute("CREATE TABLE secret (id int); INSERT INTO secret VALUES (1)")
        owner.execute("ALTER TABLE secret ENABLE ROW LEVEL SECURITY")
    assert _one(quiet.urls.app, "SELECT count(*) FROM secret") == 0


def test_kill_9_of_the_server_loses_no_committed_row(safe_cluster: Cluster) -> None:
    with psycopg.connect(safe_cluster.urls.owner, autocommit=True) as owner:
        owner.execute("CREATE TABLE kept (n int)")
    for cycle in range(3):
        with psycopg.connect(safe_cluster.urls.app, autocommit=True) as app:
            for n in range(200):
                app.execute("INSERT INTO kept VALUES (%s)", [cycle * 200 + n])
            assert safe_cluster.pid is not None
            os.kill(safe_cluster.pid, signal.SIGKILL)
        while safe_cluster.alive():
            time.sleep(0.01)
        before = safe_cluster.urls
        assert safe_cluster.restart() == before
        assert _one(safe_cluster.urls.app, "SELECT count(DISTINCT n) FROM kept") == (cycle + 1) * 200


@pytest.mark.slow
def test_restart_waits_for_an_orphan_backend(safe_cluster: Cluster) -> None:
    """A stopped backend outlives the server and holds its shared memory until it is let go."""
    with psycopg.connect(safe_cluster.urls.app, autocommit=True) as app:
        backend = app.info.backend_pid
        os.kill(backend, signal.SIGSTOP)
        assert safe_cluster.pid is not None
        os.kill(safe_cluster.pid, signal.SIGKILL)
        while safe_cluster.alive():
            time.sleep(0.01)
        with subprocess.Popen(["sh", "-c", f"sleep 2; kill -CONT {backend}"]):
            started = time.monotonic()
            safe_cluster.restart()
            assert time.monotonic() - started > 1.5
    assert safe_cluster.healthy()


def test_stop_and_start_keep_everything(cluster: Cluster) -> None:
    with psycopg.connect(cluster.urls.owner) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 42 AS n")
    cluster.stop()
    assert not cluster.alive()
    cluster.start()
    assert _one(cluster.urls.app, "SELECT n FROM kept") == 42


def test_second_start_on_one_folder_says_who_holds_it(quiet: Cluster) -> None:
    with pytest.raises(Held) as refused:
        Cluster(quiet.data).start()
    assert f"进程 {os.getpid()} 使用" in str(refused.value)
    assert str(quiet.data) in str(refused.value)


def test_command_joins_a_running_server_and_leaves_it_running(quiet: Cluster) -> None:
    with Cluster(quiet.data).running() as urls:
        assert urls == quiet.urls
    assert quiet.healthy()


def test_command_starts_a_server_where_none_runs_and_stops_it(cluster: Cluster) -> None:
    cluster.stop()
    other = Cluster(cluster.data)
    with other.running() as urls:
        assert _one(urls.app, "SELECT current_user") == "twinloop_app"
    assert not other.alive()
    assert Cluster(cluster.data).attach() is None


def test_interrupted_first_start_is_made_again(folder: Path) -> None:
    """A draft of a cluster, as left by a kill during initdb, does not count as one."""
    made = Cluster.temporary(folder / "data")
    made.start()
    made.stop()
    home = made.home.path
    (home / "cluster").rename(home / "draft-1")
    try:
        made.start()
        assert made.healthy()
    finally:
        made.remove()


def test_lost_password_file_is_said_and_nothing_is_overwritten(cluster: Cluster) -> None:
    cluster.stop()
    (cluster.data / "database-passwords.json").unlink()
    with pytest.raises(Trouble, match=r"database-passwords\.json 不见了或读不了"):
        cluster.start()
    assert (cluster.home.cluster / "PG_VERSION").exists()


def test_data_of_another_version_are_not_touched(cluster: Cluster) -> None:
    cluster.stop()
    (cluster.home.cluster / "PG_VERSION").write_text("15\n")
    with pytest.raises(Trouble, match="由 PostgreSQL 15 建立，现在的程序是 17"):
        cluster.start()


def test_server_that_cannot_start_says_why(folder: Path) -> None:
    broken = Cluster.temporary(folder / "data", shared_buffers="nonsense")
    try:
        with pytest.raises(Trouble, match=r"数据库没有启动：.*shared_buffers"):
            broken.start()
        assert not broken.alive()
        FolderLock(broken.data).take()  # let go
    finally:
        broken.remove()


def test_folder_without_programs_is_said(folder: Path) -> None:
    with pytest.raises(Trouble, match=f"TWINLOOP_PG_BIN 指的 {folder} 里没有 initdb, postgres"):
        Cluster(folder / "data", pg_bin=folder).start()


def test_debians_programs_serve_too(folder: Path) -> None:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not debian:
        pytest.skip("Debian's postgresql package is not installed")
    made = Cluster(folder / "data", pg_bin=debian[-1])
    try:
        assert _one(made.start().app, "SELECT cardinality(show_trgm('邻里纠纷')) > 0")
    finally:
        made.remove()


def test_long_path_gets_its_socket_elsewhere(folder: Path) -> None:
    deep = folder / ("长" * 40) / "data"
    made = Cluster.temporary(deep)
    try:
        made.start()
        assert made.healthy()
    finally:
        made.remove()
    assert not Path(made.socket).exists()


def test_kill_9_of_the_starter_takes_the_server_along(folder: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from twinloop.launch.postgres import Cluster\n"
        "c = Cluster(Path(sys.argv[1])); c.start(); print(c.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(folder / "data")], stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        server = int(starter.stdout.readline())
        starter.kill()
    again = Cluster(folder / "data")
    try:
        again.start()
        assert again.pid != server
        assert again.healthy()
    finally:
        again.remove()
    assert not _runs(server)


def _runs(pid: int) -> bool:
    """A zombie that nobody waited for does not run."""
    stat_file = Path(f"/proc/{pid}/stat")
    return stat_file.exists() and stat_file.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_read_only_folder_is_said(folder: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    (folder / "shut").mkdir(mode=0o500)
    with pytest.raises(Trouble, match="写不进去"):
        Cluster(folder / "shut" / "data").start()


def test_variables_of_the_caller_do_not_lead_astray(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("PGHOST", "nowhere.invalid"), ("PGPORT", "1"), ("PGUSER", "me"), ("LC_ALL", "C")):
        monkeypatch.setenv(name, value)
    made = Cluster.temporary(folder / "data")
    try:
        made.start()
        assert _one(made.superuser_url, "SELECT array_agg(DISTINCT datctype::text) FROM pg_database") == ["C.UTF-8"]
    finally:
        made.remove()

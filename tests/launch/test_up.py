"""The supervisor, with real processes and a real server; only web and worker are small ones."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.launch.small_product import STOOD_SECONDS
from twinloop.launch import up as launch
from twinloop.launch.environment import read


class Up:
    """A running `up`: its lines, its processes, its port."""

    def __init__(self, data: Path, *more: str, **variables: str) -> None:
        self.data = data
        self.port = int(variables.pop("port", _free_port()))
        env = {name: value for name, value in os.environ.items() if not name.startswith("TWINLOOP_")}
        env |= {
            "TWINLOOP_DATA": str(data),
            "TWINLOOP_PORT": str(self.port),
            "TWINLOOP_DEMO": "small",
            "LANG": "C.UTF-8",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.launch.small_product", *more],
            env=env | variables,
            cwd=Path(__file__).resolve().parents[2],
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as pipe:
            self.lines.extend(iter(pipe.readline, ""))

    @property
    def text(self) -> str:
        return "".join(self.lines)

    def until(self, words: str, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while words not in self.text:
            assert time.monotonic() < deadline, self.text
            assert self.process.poll() is None or words in self.text, self.text
            time.sleep(0.05)

    def family(self) -> list[psutil.Process]:
        """Every process below, and the stubborn grandchild."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def get(self) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/rows", timeout=5) as answer:
            return int(answer.read())

    def end(self, wish: signal.Signals) -> float:
        started = time.monotonic()
        self.process.send_signal(wish)
        self.process.wait(20)
        self.reader.join(5)
        return time.monotonic() - started


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextlib.contextmanager
def _up(folder: Path, *more: str, **variables: str) -> Iterator[Up]:
    made = Up(folder / "data", *more, **variables)
    try:
        yield made
    finally:
        if made.process.poll() is None:
            made.end(signal.SIGTERM)
        made.reader.join(5)


def _left(family: list[psutil.Process]) -> list[psutil.Process]:
    _, alive = psutil.wait_procs(family, timeout=3)
    return [process for process in alive if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture(scope="module")
def standing() -> Iterator[Up]:
    """One `up` for all tests that leave it running."""
    folder = Path(tempfile.mkdtemp(prefix="tl-"))
    folder.chmod(0o755)
    with _up(folder) as running:
        running.until("按 Ctrl-C 停止")
        yield running
    shutil.rmtree(folder)


def test_up_says_address_and_accounts_in_readable_lines(standing: Up) -> None:
    assert f"就绪：http://127.0.0.1:{standing.port}" in standing.text
    assert "演示账户：chief" in standing.text
    assert re.search(r"^\d\d:\d\d:\d\d 准备    表已就绪$", standing.text, re.M)


def test_second_up_on_the_same_folder_says_who_holds_it(standing: Up) -> None:
    second = Up(standing.data)
    assert second.process.wait(20) == 1
    second.reader.join(5)
    assert f"进程 {standing.process.pid} 使用" in second.text
    assert standing.get() > 0


def test_database_killed_comes_back_and_keeps_every_acknowledged_row(standing: Up) -> None:
    for _ in range(20):
        last = standing.get()
    postmaster = next(p for p in standing.family() if p.name() == "postgres" and p.ppid() == standing.process.pid)
    postmaster.kill()
    standing.until("已保存的都在")
    assert standing.get() == last + 1
    assert standing.process.poll() is None


@pytest.mark.parametrize(("part", "name"), [("web", "网页"), ("stubborn", "后台")])
def test_part_that_is_killed_comes_back(standing: Up, part: str, name: str) -> None:
    def ours() -> psutil.Process:
        near = [p for p in standing.family() if p.ppid() == standing.process.pid]
        return next(p for p in near if p.cmdline()[-1:] == [part])

    before = ours()
    time.sleep(max(0, before.create_time() + STOOD_SECONDS + 0.5 - time.time()))
    last = standing.get()
    before.kill()
    standing.until(f"{name}    停了（被 SIGKILL 结束），正在重新启动")
    deadline = time.monotonic() + 20
    while (now := _row(standing)) is None:  # the port is free again and answers
        assert time.monotonic() < deadline, standing.text
        time.sleep(0.1)
    assert now > last
    assert ours().pid != before.pid
    assert standing.process.poll() is None


def _row(running: Up) -> int | None:
    try:
        return running.get()
    except OSError:
        return None


@pytest.mark.slow
def test_ctrl_c_ends_all_within_five_seconds_and_leaves_no_orphan(folder: Path) -> None:
    with _up(folder, TWINLOOP_LOG_FORMAT="json") as running:
        running.until("按 Ctrl-C 停止")
        running.until("pid ")
        family = running.family()
        assert len(family) > 5
        assert running.end(signal.SIGINT) < 5
        assert (running.process.returncode, _left(family)) == (0, [])
    objects = [json.loads(line) for line in running.lines]
    assert (objects[-1]["from"], objects[-1]["line"]) == ("start", "已全部停止")


@pytest.mark.slow
def test_kill_9_of_the_supervisor_leaves_nothing_behind_and_loses_nothing(folder: Path) -> None:
    with _up(folder) as running:
        running.until("按 Ctrl-C 停止")
        last = running.get()
        ours = [process for process in running.family() if process.ppid() == running.process.pid]
        running.process.kill()
        running.process.wait()
        stubborn = [process for process in _left(ours) if process.name() != "postgres"]
        for process in stubborn:  # does not heed the signal that the kernel sent: only the small worker
            assert "stubborn" in process.cmdline()
            process.kill()
        assert _left(ours) == []
    with _up(folder) as again:
        again.until("按 Ctrl-C 停止")
        assert again.get() == last + 2  # /readyz writes a row too


@pytest.mark.slow
@pytest.mark.parametrize("part", ["web", "worker"])
def test_part_that_ends_is_named_and_ends_all(folder: Path, part: str) -> None:
    name = {"web": "网页", "worker": "后台"}[part]
    with _up(folder, f"{part}=broken") as running:
        assert running.process.wait(30) == 1
        running.reader.join(5)
        assert f"{name}停了（状态 3），其余的也已停止" in running.text
        assert re.search(rf"{name}    坏了的原因", running.text)


def test_preparation_that_fails_ends_all(folder: Path) -> None:
    with _up(folder, "prepare=broken") as running:
        assert running.process.wait(30) == 1
        running.reader.join(5)
        assert "准备没有完成（状态 3）" in running.text
        assert not (folder / "data" / "database-state.json").exists()


def test_taken_port_is_said_before_anything_starts(folder: Path) -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        port = door.getsockname()[1]
        with _up(folder, port=str(port)) as running:
            assert running.process.wait(20) == 1
            running.reader.join(5)
    assert f"端口 {port} 已被 {psutil.Process().name()}（进程 {os.getpid()}" in running.text
    assert f"--port {port + 1}" in running.text or "--port " in running.text
    assert not (folder / "data" / "postgres").exists()


def test_address_that_is_not_ours_is_said(folder: Path) -> None:
    with _up(folder, TWINLOOP_BIND="203.0.113.7") as running:
        assert running.process.wait(20) == 1
        running.reader.join(5)
    assert "本机没有地址 203.0.113.7" in running.text


@pytest.mark.slow
def test_stop_while_preparing_is_quick(folder: Path) -> None:
    with _up(folder, "prepare=stubborn") as running:
        running.until("pid ")
        family = running.family()
        assert running.end(signal.SIGTERM) < 5
        assert (running.process.returncode, _left(family)) == (0, [])


@pytest.mark.slow
def test_second_ctrl_c_makes_it_hurry(folder: Path) -> None:
    with _up(folder) as running:
        running.until("pid ")
        running.until("按 Ctrl-C 停止")
        running.process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        assert running.end(signal.SIGINT) < 2
        assert running.process.returncode == 0


@pytest.mark.parametrize(
    ("variables", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"TWINLOOP_BIND": "0.0.0.0", "TWINLOOP_PORT": "81"}, "http://127.0.0.1:81"),
        ({"TWINLOOP_BIND": "::1"}, "http://[::1]:8000"),
    ],
)
def test_address_is_one_that_a_browser_here_can_open(variables: dict[str, str], address: str) -> None:
    assert launch.address(read(variables)) == address

"""Child processes under one foreground process: started in order, watched, stopped together, never left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import FrameType

from twinloop.launch.leash import leash
from twinloop.launch.lines import Lines
from twinloop.launch.words import Trouble, say

GRACE_SECONDS = 2.5  # then the whole group is killed: all must be down within five seconds
READY_SECONDS = 90.0
STOOD_SECONDS = 10.0  # what ended sooner would only end again
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Someone asked us to stop; raised once, in the main thread, wherever it is."""


@dataclass(frozen=True)
class Child:
    """One program: its name in the log, how to start it and, if it can say so, when it is ready."""

    name: str
    argv: list[str]
    env: Mapping[str, str]
    is_ready: Callable[[], bool] | None = None


@dataclass(frozen=True)
class _Running:
    child: Child
    process: subprocess.Popen[bytes]
    thread: threading.Thread
    since: float  # of time.monotonic()


class Supervisor:
    """A context manager: leaving it stops every child. Start children from the main thread (leash.py)."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self._running: list[_Running] = []
        self._asked = False
        self._hurry = False

    @contextlib.contextmanager
    def signals(self) -> Iterator[None]:
        """Inside, the first signal raises Stopped and a second one only makes the stopping hurry. Main thread only."""
        before = {wish: signal.signal(wish, self._on_signal) for wish in _STOPPING}
        try:
            yield
        finally:
            for wish, handler in before.items():
                # asked to stop, the process is on its way out: an impatient second signal must not end it as killed
                signal.signal(wish, signal.SIG_IGN if self._asked else handler)

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(self, *_: object) -> None:
        self._asked = True  # a signal from now on only makes us hurry
        self.stop()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._asked:
            self._hurry = True
            return
        self._asked = True
        raise Stopped

    def start(self, child: Child) -> None:
        """Start a child in its own process group, so that Ctrl-C reaches us alone and we stop all in order."""
        process = subprocess.Popen(
            child.argv,
            env=dict(child.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=leash(signal.SIGTERM),  # noqa: PLW1509 - one libc call, no Python lock
        )
        pipe = process.stdout
        if pipe is None:
            raise AssertionError(child)
        self._running.append(_Running(child, process, self.lines.forward(child.name, pipe), time.monotonic()))

    def run_to_end(self, child: Child) -> None:
        """Run a step that must succeed before the next. Raises Trouble with its exit status."""
        self.start(child)
        step = self._running[-1]
        status = step.process.wait()
        step.thread.join(2)
        self._running.pop()
        if status:
            raise Trouble("child_failed", name=say(f"name_{child.name}"), ending=ending(status))

    def wait_until_ready(self) -> None:
        """Wait until every child that can say so is ready. Raises Trouble when one ends or takes too long."""
        deadline = time.monotonic() + READY_SECONDS
        for child in [one.child for one in self._running]:
            while child.is_ready and not child.is_ready():
                self.refuse_ended()
                if time.monotonic() > deadline:
                    raise Trouble("child_slow", name=say(f"name_{child.name}"), seconds=int(READY_SECONDS))
                time.sleep(0.1)
        self.refuse_ended()

    def refuse_ended(self) -> None:
        """Raise Trouble naming the first child that ended."""
        for one in self._running:
            status = one.process.poll()
            if status is not None:
                one.thread.join(1)  # its last words first
                raise Trouble("child_ended", name=say(f"name_{one.child.name}"), ending=ending(status))

    def bring_back(self) -> None:
        """Start anew what ended after it had stood: killed, or out of memory. What ends at once raises Trouble."""
        for one in list(self._running):
            status = one.process.poll()
            if status is None:
                continue
            if time.monotonic() - one.since < STOOD_SECONDS:
                self.refuse_ended()
            one.thread.join(1)
            _kill_group(one.process)  # its own children would hold the port
            self.lines.say(one.child.name, "up_part_gone", ending=ending(status))
            self._running.remove(one)
            self.start(one.child)

    def watch(self, each_round: Callable[[], None], pause: float = 0.3) -> None:
        """Until Stopped or Trouble: look after the children and whatever else `each_round` looks after."""
        while True:
            self.bring_back()
            each_round()
            time.sleep(pause)

    def stop(self) -> None:
        """Ask all at once, wait a little, then kill each group: grandchildren go too."""
        for one in self._running:
            with contextlib.suppress(ProcessLookupError):
                one.process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for one in self._running:
            while one.process.poll() is None and time.monotonic() < deadline and not self._hurry:
                time.sleep(0.02)
        for one in self._running:
            _kill_group(one.process)
            one.process.wait()
            one.thread.join(0.5)
        self._running.clear()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def ending(status: int) -> str:
    """How a process ended, in words."""
    if status >= 0:
        return say("ending_status", status=status)
    return say("ending_signal", signal=signal.Signals(-status).name)

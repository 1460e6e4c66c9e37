"""A district lived by several processes at once: each its own places, all at the same evening."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from multiprocessing.queues import Queue
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # another process imports this module before Django is set up
    from twinloop.desk.year.assumed import Assumed

WAIT = 600.0  # seconds; a day takes one or two
Counts = Counter[str]


def live(
    first: date, days: int, tell: Callable[[date], None], *, seed: int, end: datetime, parts: int = 0,
    small: bool = False,
) -> Counts:  # fmt: skip
    """Live with two processes more than there are processors (`parts`: so many), this one among them; what happened.

    `small`: with the small demo's share of life.

    Two more, because one in four waits: for the database, or of an evening for the others.
    Raises `threading.BrokenBarrierError` at the next evening where another process died.
    """
    from twinloop.desk.year.life import Life

    parts = parts or min(os.cpu_count() or 1, 4) + 2
    context = multiprocessing.get_context("spawn")
    barrier, told = context.Barrier(parts), context.Queue()
    others = [
        context.Process(target=_beside, args=(barrier, told, first, days, seed, end, part, parts, small), daemon=True)
        for part in range(1, parts)
    ]
    for other in others:
        other.start()
    threading.Thread(target=_watch, args=(barrier, others), daemon=True).start()
    life = Life(_assumed(small), seed, part=0, parts=parts, meet=lambda: _meet(barrier))
    try:
        life.live(first, days, tell, end=end)
    except BaseException:
        barrier.abort()
        raise
    for _other in others:
        life.counts.update(told.get(timeout=WAIT))
    for other in others:
        other.join(WAIT)
    return life.counts


def _assumed(small: bool) -> Assumed:
    from twinloop.desk.year.assumed import SHIPPED, read

    return read(SHIPPED).of_small() if small else read(SHIPPED)


def _meet(barrier: threading.Barrier) -> None:
    barrier.wait(WAIT)


def _watch(barrier: threading.Barrier, others: Sequence[BaseProcess]) -> None:
    """Nobody waits for one that was killed."""
    left = list(others)
    while left:
        wait([other.sentinel for other in left])
        for ended in [other for other in left if not other.is_alive()]:
            left.remove(ended)
            if ended.exitcode:
                barrier.abort()


def _beside(
    barrier: threading.Barrier, told: Queue[Counts], first: date, days: int, seed: int, end: datetime, part: int,
    parts: int, small: bool,
) -> None:  # fmt: skip
    """Another process: the same database, the same assumptions, other places."""
    import django

    django.setup()
    from django.db import connection

    from twinloop.desk.year.life import Life

    try:
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO off")
        life = Life(_assumed(small), seed, part=part, parts=parts, meet=lambda: _meet(barrier))
        life.live(first, days, end=end)
        told.put(life.counts)
    except BaseException:
        barrier.abort()
        raise
    finally:
        connection.close()

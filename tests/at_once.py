"""Several at the same moment, each in a thread and on a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connection

from twinloop.ledger.sight import SYSTEM, see_as


def at_once(*works: Callable[[], object]) -> list[object]:
    """Run all at one moment, each on a connection of its own; gives results, or the exceptions."""
    start = threading.Barrier(len(works))
    found: list[object] = [None] * len(works)

    def run(n: int, work: Callable[[], object]) -> None:
        try:
            with see_as(SYSTEM):
                start.wait()
                found[n] = work()
        except Exception as error:
            found[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, w)) for n, w in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found

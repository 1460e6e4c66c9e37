"""`twinloop web`: granian, forked from a process that has read all code and tables.

Two web processes that each read the product for themselves hold it twice and read it twice. Forked from one that has,
they share the pages of memory that nobody writes to (`docs/performance.md`), and Django is loaded once.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from typing import Any


def serve() -> None:
    """Until a signal; a web process that ends is forked anew, one that ends within seconds ends all with 1."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # else numpy starts threads here, and a fork takes none along
    from twinloop.settings import ENV

    if multiprocessing.get_start_method() == "fork":
        read_ahead()
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "twinloop.wsgi:application",
        address=ENV.bind,
        port=ENV.port,
        interface=Interfaces.WSGI,
        workers=ENV.web_workers,
        blocking_threads=ENV.web_threads + ENV.live_streams,  # made when needed; wsgi.py lets few work on pages
        websockets=False,
        respawn_failed_workers=True,  # killed, or out of memory: the others go on, and a fork is cheap
        workers_kill_timeout=3,  # one that is just forked may not hear yet that it is asked to stop
        log_level=LogLevels.error,
    ).serve(target_loader=application, wrap_loader=False)


def read_ahead() -> None:
    """All that a first page and a first report need; what is kept from here on is no garbage to look through."""
    gc.disable()  # nor looked for here: 0.2 s for 2 MB, and holes for the web processes to write into
    application()
    from twinloop.desk import warming

    warming.warm()
    gc.freeze()
    gc.enable()
    assert threading.active_count() == 1, threading.enumerate()  # a thread would not be there after the fork


def application() -> Any:
    """In a forked process it is there already."""
    from twinloop.wsgi import application as whole

    return whole

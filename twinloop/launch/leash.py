"""Ties children to this process: they get a signal when it ends, even by kill -9.

Linux only; elsewhere a killed supervisor leaves its children to be found by the next start.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def leash(when_parent_dies: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn`. subprocess runs it after the change of user, which would clear the wish; a plain exec keeps it.

    The kernel counts the death of the *thread* that forked: start children from a thread that lives as long as we do.
    """
    if _libc is None:
        return None
    libc, parent = _libc, os.getpid()

    def tie() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(when_parent_dies), 0, 0, 0)
        if os.getppid() != parent:  # it died between fork and here
            os._exit(1)

    return tie

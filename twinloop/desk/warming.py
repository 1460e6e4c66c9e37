"""What the first page and the first report of a web process would wait for: pages, the sorter's model, syllables.

Read beside the start, in a thread: on two cores some two seconds that nobody at a call desk has to wait.
"""

from __future__ import annotations

import threading

from django.urls import get_resolver

from twinloop.decide import sorting
from twinloop.decide.linkage import vocabulary

CALL = "楼上邻居半夜打麻将，吵得睡不着，上去说还要打人"


def warm() -> None:
    """Reads files only: the database may not answer yet."""
    assert get_resolver().url_patterns
    sorting.sort(CALL)
    vocabulary.sound(CALL[0])


def begin() -> threading.Thread:
    """In the background; a request that comes meanwhile waits for what it needs itself, as it would anyhow."""
    thread = threading.Thread(target=warm, name="warming", daemon=True)
    thread.start()
    return thread

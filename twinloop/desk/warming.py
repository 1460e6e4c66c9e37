"""What the first page and the first report would wait for: pages, the sorter's model, syllables.

Read before the web processes are forked (`serving.py`): some seconds that nobody at a call desk has to wait.
"""

from __future__ import annotations

from django.urls import get_resolver

from twinloop.decide import sorting
from twinloop.decide.linkage import vocabulary

CALL = "楼上邻居半夜打麻将，吵得睡不着，上去说还要打人"


def warm() -> None:
    """Reads files only: the database may not answer yet."""
    assert get_resolver().url_patterns
    sorting.sort(CALL)
    vocabulary.sound(CALL[0])

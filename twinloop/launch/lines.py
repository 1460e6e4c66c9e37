"""The supervisor's log: one line an event, from whom and when, on standard error."""

from __future__ import annotations

import json
import sys
import threading
import unicodedata
from datetime import datetime
from typing import IO

from twinloop.launch.words import say

_WIDTH = 8
_one_at_a_time = threading.Lock()


def width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


class Lines:
    """Prefixes lines with time and source; with `as_json` one object a line, objects of children left as they are."""

    def __init__(self, *, as_json: bool = False, out: IO[str] | None = None) -> None:
        self.as_json = as_json
        self.out = out or sys.stderr

    def say(self, source: str, code: str, **values: object) -> None:
        """One of our own sentences."""
        self.write(source, say(code, **values))

    def write(self, source: str, line: str) -> None:
        """Any line of a child or of ours."""
        now = datetime.now().astimezone()
        if not self.as_json:
            name = say(f"name_{source}")
            text = f"{now:%H:%M:%S} {name}{' ' * (_WIDTH - width(name))}{line}"
        elif line.startswith("{"):
            text = line
        else:
            text = json.dumps(
                {"at": now.isoformat(timespec="seconds"), "from": source, "line": line}, ensure_ascii=False
            )
        with _one_at_a_time:
            self.out.write(text + "\n")
            self.out.flush()

    def forward(self, source: str, pipe: IO[bytes]) -> threading.Thread:
        """Write every line that comes out of a child, until it closes its end."""

        def pump() -> None:
            with pipe:
                for raw in pipe:
                    line = raw.decode("utf-8", "replace").rstrip()
                    if line:
                        self.write(source, line)

        thread = threading.Thread(target=pump, name=f"lines-{source}", daemon=True)
        thread.start()
        return thread

"""A program of its own for `test_together`: two processes live two days. `--die`: the second kills itself at noon.

`--small`: with the share of life that the small demo has.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import timedelta


def main() -> None:
    import django

    django.setup()
    from django.utils import timezone

    from twinloop.desk.year import together

    end = timezone.localtime()
    first = end.date() - timedelta(days=2)
    counts = together.live(first, 2, lambda _on: None, seed=5, end=end, parts=2, small="--small" in sys.argv)
    sys.stdout.write(json.dumps(counts) + "\n")


def die() -> None:
    """In the second process alone: it is spawned from this file, under another name."""
    from twinloop.desk.year.engine import Engine

    Engine.new_quarrel = lambda _self, _source: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment,method-assign,return-value]


if __name__ == "__main__":
    main()
elif __name__ == "__mp_main__" and "--die" in sys.argv:
    import django

    django.setup()
    die()

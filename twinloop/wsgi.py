"""What granian calls. It has a thread for every open stream (desk/live.py), but works on few pages at a time.

Two pages at once in a process is what was measured as fastest (one interpreter lock, few connections in the pool), so
the threads that the streams need must not become so many pages more.
"""

import os
import threading
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twinloop.settings")

pages = get_wsgi_application()
_turns = threading.BoundedSemaphore(settings.ENV.web_threads)


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """A page is whole, and its connection back in the pool, before the next begins; a stream goes on without a turn."""
    with _turns:
        answer = pages(environ, start_response)
        if getattr(answer, "streaming", True):  # also a file that the server reads by itself
            return answer
        try:
            return list(answer)
        finally:
            answer.close()

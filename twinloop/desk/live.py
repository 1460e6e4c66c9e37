"""/live/: tells an open page *that* something changed, by server-sent events; what, the page asks with its own rights.

A stream takes a thread of its process while somebody looks, and no connection to the database: it waits on the one
listener of the process (ledger/live.py) and gives back what the request had before its first word.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from weakref import WeakSet

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.decorators import login_required
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from twinloop.desk import navigation
from twinloop.desk.middleware import end_of
from twinloop.insight.walls import queries as walls
from twinloop.ledger import live as ledger
from twinloop.ledger.live import LISTENER, Notice, Reader
from twinloop.people.gates import scope
from twinloop.people.models import Account

BEAT = 15.0  # seconds; a page that hears nothing for three of them looks for another way
LONGEST = 600.0  # then the page asks anew, so that no thread stays for a browser that fell asleep
EACH = 6  # streams of one account in one process
READY = 2.0  # how long a first stream waits for the listener
# what a page may listen to, and whose pages may: "mine" is an order to the viewer, the others are kinds of the ledger
TOPICS = {
    "mine": navigation.EVERYBODY,
    "incident": navigation.POLICE,
    "dispute": navigation.POLICE,
    "watching": ("dispatcher", "chief"),
    "wall": walls.VIEWERS,
}
OF_WALL = ("incident", "dispute", "whistle")  # kinds of the ledger that change a figure of the wall
_SELF = "!"  # something happened to the viewer's own account: perhaps the session ended


class Seats:
    """The open streams of this process. Weakly held: one that a server forgot to close is none any more."""

    def __init__(self) -> None:
        self._streams: WeakSet[Stream] = WeakSet()
        self._guard = threading.Lock()

    def take(self, stream: Stream) -> bool:
        with self._guard:
            taken = self.taken()
            if len(taken) >= settings.ENV.live_streams or taken.count(stream.account) >= EACH:
                return False
            self._streams.add(stream)
            return True

    def taken(self) -> list[int]:
        """The account of every open stream."""
        return [stream.account for stream in self._streams if stream.is_open]


SEATS = Seats()


class Stream:
    """The words of one stream. Closing it gives its seat back."""

    def __init__(self, reader: Reader, account: int, is_signed_in: Callable[[], bool]) -> None:
        self.reader, self.account, self._is_signed_in = reader, account, is_signed_in
        now = time.monotonic()
        self._ends, self._looked = now + LONGEST * random.uniform(0.8, 1), now  # noqa: S311 - so that not all come at once
        self._is_new, self._is_over, self.is_open = True, False, True

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> bytes:
        if self._is_over:
            raise StopIteration
        if self._is_new:
            self._is_new = False
            _give_back()  # Django would keep the request's connection until the stream ends
            return b"retry: 2000\n\nevent: hello\ndata:\n\n"
        told = self.reader.wait(BEAT)
        if time.monotonic() - self._looked >= BEAT or _SELF in told:
            self._looked = time.monotonic()
            if not self._is_signed_in():
                return self._last(b"over")
        if time.monotonic() >= self._ends:
            return self._last(b"turn")
        said = sorted(told - {_SELF})
        return b"".join(b"data: %s\n\n" % name.encode() for name in said) or b": beat\nevent: beat\ndata:\n\n"

    def _last(self, word: bytes) -> bytes:
        self._is_over = True
        return b"event: %s\ndata:\n\n" % word

    def close(self) -> None:
        self.is_open = False
        self._is_over = True
        LISTENER.remove(self.reader)


@require_GET
def live(request: HttpRequest) -> HttpResponseBase:
    """`?of=incident,mine`: 200 and a stream, 403 for what is not the viewer's to hear, 503 where no seat is left.
    A device that hangs on a wall hears of the wall alone."""
    names = set(request.GET.get("of", "mine").split(","))
    secret = request.COOKIES.get(walls.COOKIE, "")
    if names == {"wall"} and not request.user.is_authenticated and (screen := walls.screen_of(secret)):
        return _begin(Stream(Reader(names, _of_wall), -screen.pk, _still_hanging(secret)))
    return _of_account(request, names)


@login_required
def _of_account(request: HttpRequest, names: set[str]) -> HttpResponseBase:
    account, held = request.user, scope(request)
    assert isinstance(account, Account)
    if not all(name in TOPICS and held.has(*TOPICS[name]) for name in names):
        raise PermissionDenied
    reader = Reader(names, _wanted(names, account, held.accounts))
    return _begin(Stream(reader, account.pk, _looking_after(request.session.session_key or "")))


def _begin(stream: Stream) -> HttpResponseBase:
    if not SEATS.take(stream):
        return _not_now()
    LISTENER.add(stream.reader)
    if not LISTENER.hears(READY):
        stream.close()
        return _not_now()
    answer = StreamingHttpResponse(stream, content_type="text/event-stream")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"  # nginx in front passes each word on at once
    return answer


def _give_back() -> None:
    if not connection.in_atomic_block:  # a test's
        connection.close()


def _not_now() -> HttpResponse:
    return HttpResponse(status=503, headers={"Retry-After": "60"})


def _wanted(names: set[str], account: Account, accounts: frozenset[int]) -> ledger.Wants:
    def wanted(notice: Notice) -> set[str]:
        found = {str(notice.get("of"))} & names
        to_me = notice.get("account") in accounts or (account.unit_id and notice.get("unit") == account.unit_id)
        if "mine" in names and to_me:
            found.add("mine")
        found |= _of_wall(notice) & names
        if notice.get("of") == "account" and notice.get("id") == account.pk:
            found.add(_SELF)
        return found

    return wanted


def _of_wall(notice: Notice) -> set[str]:
    return {"wall"} if notice.get("of") in OF_WALL else set()


def _still_hanging(secret: str) -> Callable[[], bool]:
    """Whether the device's screen is in use; asked like a session."""

    def is_used() -> bool:
        try:
            return walls.screen_of(secret) is not None
        except DatabaseError:  # the server is away for a moment: the next beat asks again
            return True
        finally:
            _give_back()

    return is_used


def _looking_after(key: str) -> Callable[[], bool]:
    """Whether the session still holds, as `session_limits` would say; asked on a connection that goes back at once."""

    def is_signed_in() -> bool:
        asking = HttpRequest()
        asking.session = SessionStore(key)
        try:
            return bool(get_user(asking).is_authenticated) and not end_of(asking.session, timezone.now())
        except DatabaseError:  # the server is away for a moment: the next beat asks again
            return True
        finally:
            _give_back()

    return is_signed_in

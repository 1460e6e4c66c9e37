"""Taking letters out of the outbox and handing them to the gateway: at least once, with an id that tells doubles.

A letter is taken by a conditional update that ends before the first byte leaves (`next_at` is the lease): no row stays
locked while a receiver is slow, and a worker that is killed gives its letter back by the passing of time.

Signed like Standard Webhooks: ``webhook-id``, ``webhook-timestamp``, ``webhook-signature: v1,<base64 of HMAC-SHA-256
over "id.timestamp.body">``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import transaction

from twinloop.decide import notices as decide
from twinloop.notices.models import Letter

TIMEOUT = 10.0
AT_A_TIME = 50
DOWN = ("unreachable", "too_slow")
log = structlog.get_logger()
Clock = Callable[[], datetime]


class Undelivered(Exception):  # noqa: N818 - a letter that did not arrive is tried again, not an error of ours
    """`code`: a key of words.ERRORS or a status."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def deliver(now: Clock, *, most: int = AT_A_TIME) -> int:
    """Send what is due, one after the other; gives how many arrived. Nothing is asked while no gateway is set."""
    arrived = 0
    for _turn in range(most if settings.ENV.webhook_url else 0):
        letter = _take(now())
        if letter is None:
            break
        try:
            post(letter, now())
        except Undelivered as failed:
            _failed(letter, failed.code, now())
            if failed.code in DOWN:  # the others would wait for it one by one: they stay due
                break
        else:
            arrived += Letter.objects.filter(pk=letter.pk, state="waiting").update(
                state="sent", sent_at=now(), error=""
            )
    return arrived


@transaction.atomic
def _take(at: datetime) -> Letter | None:
    due = Letter.objects.select_for_update(no_key=True, skip_locked=True).filter(state="waiting", next_at__lte=at)
    letter = due.order_by("next_at", "pk").first()
    if letter is not None:
        Letter.objects.filter(pk=letter.pk).update(next_at=at + decide.DEFAULTS.lease)
    return letter


def _failed(letter: Letter, code: str, at: datetime) -> None:
    failures = letter.failures + 1
    wait = decide.retry(failures)
    log.warning("letter_failed", letter=str(letter.pk), failures=failures, error=code, dead=wait is None)
    state = "dead" if wait is None else "waiting"
    Letter.objects.filter(pk=letter.pk, state="waiting").update(
        failures=failures, error=code[:40], state=state, next_at=at + (wait or decide.DEFAULTS.lease)
    )


def signature(secret: str, letter: str, stamp: str, body: bytes) -> str:
    digest = hmac.new(secret.encode(), f"{letter}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def post(letter: Letter, at: datetime) -> None:
    """One POST; any answer but 2xx raises `Undelivered`. Redirects are not followed: they would leave the list."""
    if not settings.ENV.webhook_secret:
        raise Undelivered("no_secret")
    body, stamp = letter.body.encode(), str(int(at.timestamp()))
    headers = {
        "Content-Type": "application/cloudevents+json; charset=utf-8",
        "User-Agent": "twinloop",
        "Idempotency-Key": str(letter.pk),
        "webhook-id": str(letter.pk),
        "webhook-timestamp": stamp,
        "webhook-signature": signature(settings.ENV.webhook_secret, str(letter.pk), stamp, body),
    }
    url = urlsplit(settings.ENV.webhook_url)
    there = _connected(url.scheme, url.hostname or "", url.port)
    try:
        there.request("POST", (url.path or "/") + (f"?{url.query}" if url.query else ""), body, headers)
        status = there.getresponse().status
    except TimeoutError:
        raise Undelivered("too_slow") from None
    except (OSError, http.client.HTTPException):
        raise Undelivered("unreachable") from None
    finally:
        there.close()
    if not 200 <= status < 300:
        raise Undelivered(str(status))


def _connected(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    """A connection to the very address that was checked: a name that changes its answer gains nothing."""
    address = _checked(scheme, host, port)
    if scheme == "https":
        there: http.client.HTTPConnection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT)
    else:
        there = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    try:
        sock = socket.create_connection(address, TIMEOUT)
        there.sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host) if scheme == "https" else sock
    except TimeoutError:
        raise Undelivered("too_slow") from None
    except OSError:  # a wrong certificate too
        raise Undelivered("unreachable") from None
    return there


def _checked(scheme: str, host: str, port: int | None) -> tuple[str, int]:
    """The address behind an allowed host. A name must not lead to this machine, a link-local or multicast address."""
    if host not in settings.ENV.webhook_hosts:
        raise Undelivered("forbidden")
    number = port or (443 if scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)
    except OSError:
        raise Undelivered("unreachable") from None
    address = str(found[0][4][0])
    at = ipaddress.ip_address(address)
    is_odd = at.is_loopback or at.is_link_local or at.is_multicast or at.is_unspecified or at.is_reserved
    if is_odd and host != address:  # only an address that the list names by its figures
        raise Undelivered("forbidden")
    return address, number

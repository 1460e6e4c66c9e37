"""A push to an agency, a gateway that writes down what it gets, and the time to go through them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings

from tests import world
from tests.dispatch.pushes.conftest import Desk, desk_of
from tests.world import NOW
from twinloop.ledger import actions as ledger
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.notices import actions

SECRET = "m3Kd-v8QpZ1xWn6TbR4yHc9LsFgJ2eUa0"


@pytest.fixture
def desk(db: None) -> Iterator[Desk]:
    with see_as(SYSTEM):
        yield desk_of(world.district())


class Gateway:
    """Answers with `status`; `got`: every body and its headers, in order."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        outer = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(outer.status)
                if outer.status == 302:
                    self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def events(self) -> list[dict[str, object]]:
        return [json.loads(body) for _headers, body in self.got]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    there = Gateway()
    set_to(monkeypatch, there.url, ["127.0.0.1"])
    yield there
    there.close()


def set_to(monkeypatch: pytest.MonkeyPatch, url: str, hosts: list[str], secret: str = SECRET) -> None:
    env = settings.ENV.model_copy(
        update={
            "webhook_url": url, "webhook_hosts": hosts, "webhook_secret": secret, "public_url": "https://twinloop.test",
        }
    )  # fmt: skip
    monkeypatch.setattr(settings, "ENV", env)


def tell(at: datetime = NOW) -> int:
    """Seal, then tell."""
    ledger.seal(at=at)
    return actions.tell(at=at)


def clock(at: datetime = NOW) -> Callable[[], datetime]:
    return lambda: at


LATER = NOW + timedelta(minutes=11)

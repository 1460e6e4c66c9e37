"""What holds for every address: no change without a token or by GET, and the headers that a browser is told."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
import time_machine
from django.http import HttpResponseBase
from django.test import Client

from tests import world
from tests.people.signing import events, person
from tests.test_house import ADDRESSES
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Role

OFFICES = (Role.AUDITOR, Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN)  # nobody holds two of them, or one with another role
WHO = {"at work": [role for role in Role if role not in OFFICES]} | {str(role): [role] for role in OFFICES}
# these carry a token of their own and no cookie; the API refuses a session (tests/exchange)
BY_TOKEN = ("/api/",)
PATHS = sorted({path for _name, path in ADDRESSES if not path.startswith(BY_TOKEN)})


def _browser(who: str, *, enforce_csrf: bool = False) -> Client:
    client = Client(enforce_csrf_checks=enforce_csrf, raise_request_exception=False)
    if who in WHO:
        kind = "sworn" if who == "at work" else "staff"
        client.force_login(person("sweeper-1", *WHO[who], kind=kind))
    return client


@pytest.fixture
def paths(db: None) -> list[str]:
    """Every address, with a dispute and an incident that are there."""
    with see_as(SYSTEM), time_machine.travel(world.NOW, tick=False):
        place = world.district().near
        incident = world.incident(place)
        dispute = world.dispute(place, incident=incident)
    return [p.replace("JF260416-001", incident.number if "incident" in p else dispute.number) for p in PATHS]


@pytest.mark.parametrize("who", ["stranger", "at work"])
def test_nothing_is_taken_without_a_token(paths, who):
    """Also not signing in, signing out and the demo's role picker (login CSRF). Who it is comes after."""
    client = _browser(who, enforce_csrf=True)
    # the token is asked for before it is asked who comes: the rarer methods as nobody, whose page of refusal is quick
    for method in ("post", "put", "patch", "delete") if who == "stranger" else ("post",):
        answers = {path: getattr(client, method)(path).status_code for path in paths}
        assert {path: status for path, status in answers.items() if status != 403} == {}, method
    assert client.get("/more/").status_code == (302 if who == "stranger" else 200)  # nothing signed anybody out


STRICT = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "manifest-src 'self'", "worker-src 'self'", "form-action 'self'", "base-uri 'none'",
    "frame-ancestors 'none'",
}  # fmt: skip


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Inline(HTMLParser):
    """Collects what a strict policy would block: scripts and styles in the page, handlers, javascript: addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        data = given.get("type") in ("application/json", "text/template")
        if tag == "style" or (tag == "script" and not given.get("src") and not data):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                self.found.append(f"{tag} {name}={value}")


def _text(answer: HttpResponseBase) -> bytes:
    plain = answer.streaming or "text/html" not in answer.headers.get("Content-Type", "")
    return b"" if plain else answer.content  # type: ignore[attr-defined]


def _inline(answer: HttpResponseBase) -> list[str]:
    parser = Inline()
    parser.feed(_text(answer).decode())
    return parser.found


def _verbs() -> list[str]:
    with see_as(SYSTEM):
        return list(Event.objects.filter(is_look=False).order_by("id").values_list("verb", flat=True))


@pytest.mark.parametrize("who", ["stranger", *WHO])
def test_asking_changes_nothing_and_every_answer_carries_the_headers(paths, who):
    """No write without an event (house law 3), so no new event means that nothing was written."""
    client = _browser(who)
    before = _verbs()
    wrong = []
    for path in [*paths, "/no-such-page/", "/accounts/", "/api/v1/openapi.json", "/api/v1/no-such"]:
        for answer in [client.get(path)] if who in OFFICES else [client.get(path), client.options(path)]:
            policy = {part.strip() for part in answer.headers.get("Content-Security-Policy", "").split(";")}
            said = {name: answer.headers.get(name) for name in HEADERS}
            kept = "no-store" in answer.headers["Cache-Control"]
            if policy != STRICT or said != HEADERS or not kept or _inline(answer):
                wrong.append((path, answer.status_code, policy ^ STRICT, said, kept, _inline(answer)))
            if b"data-now=" in (page := _text(answer)) and not re.search(rb'data-now="\d{4}-', page):
                wrong.append((path, "the page's clock has no moment: a view's context took the shell's name `now`"))
    assert wrong == []
    assert _verbs()[len(before) :] == []
    if who != "stranger":
        assert client.get("/").status_code == 200


def test_the_demo_picker_takes_demo_people_only(db):
    def pick(name: str, client: Client) -> int:
        return int(client.post("/demo/sign-in/", {"username": name}).status_code)

    shown = person("demo-1", is_demo=True, password=None)
    person("real-1")
    person("closed-1", is_demo=True, is_active=False)
    client = Client(REMOTE_ADDR="10.0.0.4")
    for name in ("real-1", "closed-1", "nobody", ""):
        there = Client()
        assert pick(name, there) == 302
        assert "演示区没有这个人" in there.get("/accounts/login/").content.decode()
        assert there.get("/").status_code == 302, "nobody is signed in"
    assert client.get("/demo/sign-in/").status_code == 405
    assert pick(shown.name, client) == 302, "by name too"
    assert client.get("/").status_code == 200
    assert [(e.verb, e.data) for e in events(shown)] == [("signed_in", {"address": "10.0.0.4", "how": ["demo"]})]


def test_picking_another_demo_person_signs_the_first_out(db):
    people = [person(f"demo-{n}", is_demo=True, password=None) for n in (1, 2)]
    client = Client()
    for one in people:
        client.post("/demo/sign-in/", {"username": one.username})
    assert [[e.verb for e in events(one)] for one in people] == [["signed_in", "signed_out"], ["signed_in"]]


def test_outside_demo_mode_the_picker_answers_404(db, settings):
    person("demo-1", is_demo=True, password=None)
    settings.DEMO = False
    assert Client().post("/demo/sign-in/", {"username": "demo-1"}).status_code == 404

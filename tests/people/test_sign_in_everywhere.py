"""What holds for every address: no change without a token or by GET, and the headers that a browser is told."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from tests import world
from tests.answers import amiss, verbs
from tests.people.signing import events, person
from tests.test_house import ADDRESSES
from tests.test_matrix import PAGES
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Role

OFFICES = (Role.AUDITOR, Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN)  # nobody holds two of them, or one with another role
WHO = {"at work": [role for role in Role if role not in OFFICES]} | {str(role): [role] for role in OFFICES}
# these carry a token of their own and no cookie; the API refuses a session (tests/exchange)
BY_TOKEN = ("/api/",)
# what the matrix asks as each role, one by one
WALKED = {path for name, path in ADDRESSES if name in PAGES and "logout" not in name}
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
def test_nothing_is_taken_without_a_token(paths, refused_once, who):
    """Also not signing in, signing out and the demo's role picker (login CSRF). Who it is comes after."""
    client = _browser(who, enforce_csrf=True)
    # the token is asked for before it is asked who comes: the rarer methods as nobody, whose page of refusal is quick
    for method in ("post", "put", "patch", "delete") if who == "stranger" else ("post",):
        answers = {path: getattr(client, method)(path).status_code for path in paths}
        assert {path: status for path, status in answers.items() if status != 403} == {}, method
    assert client.get("/more/").status_code == (302 if who == "stranger" else 200)  # nothing signed anybody out


@pytest.mark.parametrize("who", ["stranger", *WHO])
def test_asking_changes_nothing_and_every_answer_carries_the_headers(paths, refused_once, who):
    """What asks by who works here is met role by role in `tests/test_matrix.py`, with the same eyes."""
    client = _browser(who)
    before = verbs()
    wrong = []
    asked = [path for path in paths if who == "stranger" or path not in WALKED]
    for path in [*asked, "/no-such-page/", "/accounts/", "/api/v1/openapi.json", "/api/v1/no-such"]:
        answer = client.get(path)
        wrong += [(path, answer.status_code, *found)] if (found := amiss(answer)) else []
    for path in () if who in OFFICES else paths:
        answer = client.options(path)
        wrong += [(path, "options", answer.status_code, *found)] if (found := amiss(answer)) else []
    assert wrong == []
    assert verbs()[len(before) :] == []
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

"""How long a session lives, who can end it, and what a password change does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.people.signing import OTHER, PASSWORD, events, person, sign_in, verbs
from twinloop.people.models import Account

AT = datetime(2026, 4, 16, 9, 30, tzinfo=UTC)


@pytest.fixture
def officer(db: None) -> Account:
    return person("officer-1")


def _after(moved: float) -> time_machine.travel:
    return time_machine.travel(AT + timedelta(seconds=moved), tick=False)


def _in(client: Client, seconds: float = 0, **more: object) -> bool:
    with _after(seconds):
        return client.get("/more/", **more).status_code == 200  # type: ignore[arg-type]


@pytest.fixture
def client(officer: Account) -> Client:
    """Signed in at AT."""
    browser = Client()
    with _after(0):
        sign_in(browser, officer)
    return browser


MINUTE, HOUR = 60, 3600


def test_idle_a_second_short_of_the_limit_is_still_in(client):
    assert _in(client, 30 * MINUTE - 1)
    assert _in(client, 60 * MINUTE - 2)


def test_idle_at_the_limit_is_out_and_the_ledger_says_why(client, officer):
    assert not _in(client, 30 * MINUTE)
    assert not _in(client, 30 * MINUTE + 1)
    assert [(e.verb, e.why, e.by_id) for e in events(officer)[1:]] == [("signed_out", "idle", None)]
    assert "太久没有操作" in client.get("/accounts/login/").content.decode()


def test_a_session_ends_at_its_absolute_limit_however_busy(client, officer):
    for seconds in range(0, 12 * HOUR - 1, 29 * MINUTE):
        assert _in(client, seconds)
    assert _in(client, 12 * HOUR - 1)
    assert not _in(client, 12 * HOUR)
    assert events(officer)[-1].why == "old"


def test_a_board_that_refreshes_itself_keeps_nobody_in(client):
    for seconds in range(0, 30 * MINUTE, 30):
        assert _in(client, seconds, headers={"x-poll": "1"})
    assert not _in(client, 30 * MINUTE, headers={"x-poll": "1"})


def test_with_a_limit_of_one_minute_a_busy_person_stays_in(client, settings):
    settings.ENV = settings.ENV.model_copy(update={"session_idle_minutes": 1})
    assert all(_in(client, seconds) for seconds in range(0, 300, 30))
    assert not _in(client, 270 + 60)


def test_the_limits_are_those_of_the_settings(client, settings):
    settings.ENV = settings.ENV.model_copy(update={"session_idle_minutes": 600, "session_absolute_hours": 1})
    assert _in(client, HOUR - 1)
    assert not _in(client, HOUR)


def test_being_seen_is_written_once_a_minute(client):
    def writes(seconds: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert _in(client, seconds)
        return sum(q["sql"].startswith("UPDATE") for q in asked.captured_queries)

    assert [writes(s) for s in (1, 30, 59, 60, 61, 119, 120)] == [0, 0, 0, 2, 0, 0, 2]
    assert UserSession.objects.get().last_seen_at == AT + timedelta(seconds=120)


def test_a_part_of_a_page_asked_for_too_late_sends_the_whole_page_to_sign_in(client):
    with _after(31 * MINUTE):
        assert client.get("/", headers={"hx-request": "true"}).headers["HX-Redirect"] == "/accounts/login/"


def _two(officer: Account) -> tuple[Client, Client]:
    here, there = Client(), Client()
    for client in (here, there):
        sign_in(client, officer)
    return here, there


def test_signing_out_everywhere_else(officer):
    here, there = _two(officer)
    stranger = Client()
    sign_in(stranger, person("officer-2"))
    here.post("/accounts/sessions/")
    assert [c.get("/").status_code for c in (here, there, stranger)] == [200, 302, 200]
    assert [e.data.get("ended") for e in events(officer) if e.verb == "sessions_ended"] == [1]


def _change(client: Client, new: str, old: str = PASSWORD) -> str:
    page = client.post("/accounts/password/", {"oldpassword": old, "password1": new, "password2": new})
    return "done" if page.status_code == 302 else page.content.decode()


def test_a_password_change_ends_every_other_session(officer):
    here, there = _two(officer)
    kept, other = here.cookies["twinloop"].value, there.cookies["twinloop"].value
    assert _change(here, OTHER) == "done"
    assert [c.get("/").status_code for c in (here, there)] == [200, 302]
    assert here.cookies["twinloop"].value != kept
    assert not Session.objects.filter(session_key__in=[kept, other]).exists()
    assert verbs(officer)[-1] == "password_changed"
    assert sign_in(Client(), officer, PASSWORD).status_code == 200
    assert sign_in(Client(), officer, OTHER).status_code == 302


def test_a_password_set_by_an_administrator_ends_all_sessions(officer):
    here, there = _two(officer)
    officer.set_password(OTHER)
    officer.save()
    assert [c.get("/").status_code for c in (here, there)] == [302, 302]


def test_an_administrator_signs_somebody_out_everywhere(officer):
    from twinloop.people.sign_in import end_sessions

    here, there = _two(officer)
    assert end_sessions(officer, by=person("admin-1").pk, at=AT) == 2
    assert [c.get("/").status_code for c in (here, there)] == [302, 302]


def test_closing_an_account_ends_its_sessions_for_good(officer, client):
    with _after(0):
        Account.objects.filter(pk=officer.pk).update(is_active=False)
        assert client.get("/").status_code == 302
        Account.objects.filter(pk=officer.pk).update(is_active=True)
        assert client.get("/").status_code == 302


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(officer):
    client = Client()
    client.get("/accounts/login/")
    sign_in(client, officer)
    for name in ("twinloop", "csrftoken"):
        assert (client.cookies[name]["httponly"], client.cookies[name]["samesite"]) == (True, "Lax")
    assert client.cookies["twinloop"]["max-age"] == ""  # gone with the browser


@pytest.mark.parametrize(
    ("new", "why"),
    [("short-9ch", "10"), ("password1234", "常见"), ("8402916375", "数字"), ("wangxiulan1", "拼音"), (PASSWORD, "不同"),
     ("officer-1x", "账号")],
)  # fmt: skip
def test_weak_passwords_are_refused(officer, new, why):
    """`why` says what is wrong with it; each is refused by another rule."""
    Account.objects.filter(pk=officer.pk).update(pinyin="wangxiulan")
    client = Client()
    sign_in(client, officer)
    assert _change(client, new) != "done"
    assert sign_in(Client(), officer).status_code == 302


def test_a_password_change_needs_the_old_one(officer):
    client = Client()
    sign_in(client, officer)
    assert "现在的密码不对" in _change(client, OTHER, old="wrong")


def test_a_password_that_was_given_out_is_changed_first(officer):
    Account.objects.filter(pk=officer.pk).update(must_change_password=True)
    client = Client()
    sign_in(client, officer)
    for page in ("/", "/more/", "/accounts/sessions/", "/accounts/2fa/"):
        assert client.get(page).headers["Location"] == "/accounts/password/"
    assert client.get("/", headers={"hx-request": "true"}).headers["HX-Redirect"] == "/accounts/password/"
    assert client.post("/preferences/", {"language": "en", "next": "/x"}).headers["Location"] == "/x"
    assert client.get("/accounts/password/").status_code == 200
    assert _change(client, OTHER) == "done"
    assert client.get("/").status_code == 200


def test_a_password_is_hashed_by_argon2_with_the_stated_cost(true_cost, officer):
    assert officer.password.startswith("argon2$argon2id$v=19$m=47104,t=1,p=1$")


def test_a_password_hashed_with_other_costs_is_hashed_anew_at_sign_in(true_cost, officer):
    from django.contrib.auth.hashers import Argon2PasswordHasher

    weaker = Argon2PasswordHasher()
    weaker.memory_cost, weaker.time_cost, weaker.parallelism = 8192, 1, 1
    Account.objects.filter(pk=officer.pk).update(password=weaker.encode(PASSWORD, weaker.salt()))
    client = Client()
    assert sign_in(client, officer).status_code == 302
    officer.refresh_from_db()
    assert "$m=47104,t=1,p=1$" in officer.password
    assert client.get("/").status_code == 200

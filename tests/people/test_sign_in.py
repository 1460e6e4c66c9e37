"""Signing in and out over HTTP, as a browser does: what works, what is refused, what the ledger says afterwards."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.people.signing import PASSWORD, events, person, sign_in
from twinloop.people.models import Account


@pytest.fixture
def officer(db: None) -> Account:
    return person("officer-1")


def test_the_right_password_opens_and_the_ledger_says_from_where(officer):
    client = Client(REMOTE_ADDR="10.1.2.3")
    assert sign_in(client, officer).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    [came] = events(officer)
    assert (came.verb, came.by_id, came.data) == ("signed_in", officer.pk, {"address": "10.1.2.3", "how": ["password"]})


def test_signing_in_gives_a_new_session_id(officer):
    client = Client()
    client.post("/preferences/", {"language": "en", "next": "/"})  # a session that a stranger could have planted
    planted = client.cookies["twinloop"].value
    sign_in(client, officer)
    assert client.cookies["twinloop"].value != planted
    stranger = Client()
    stranger.cookies["twinloop"] = planted
    assert stranger.get("/").status_code == 302


def test_signing_out_needs_a_post_and_ends_the_session_on_the_server(officer):
    client = Client()
    sign_in(client, officer)
    stolen = client.cookies["twinloop"].value
    assert client.get("/accounts/logout/").status_code == 200  # asks only
    assert client.get("/").status_code == 200
    client.post("/accounts/logout/")
    thief = Client()
    thief.cookies["twinloop"] = stolen
    assert thief.get("/").status_code == 302
    assert [e.verb for e in events(officer)] == ["signed_in", "signed_out"]


def _answer(response) -> str:
    """The page without what differs each time: tokens, the request's number, the name typed, the clock."""
    text = re.sub(r"(csrf_?token|csrfmiddlewaretoken)[^>]*", "", response.content.decode(), flags=re.I)
    text = re.sub(r"\b[0-9a-f]{12}\b|\d\d:\d\d(:\d\d)?|\d{4}-\d\d-\d\dT[\d:.+]+", "", text)
    return re.sub(r'value="[^"]*"', "", text)


def test_wrong_password_closed_account_and_unknown_name_answer_alike(officer):
    person("closed-1", is_active=False)
    person("bare-1", password=None)
    answers = set()
    for name, password in [("officer-1", "wrong"), ("closed-1", PASSWORD), ("nobody-1", "wrong"), ("bare-1", "")]:
        response = Client(REMOTE_ADDR="10.0.0.9").post("/accounts/login/", {"login": name, "password": password or "x"})
        assert response.status_code == 200
        assert "账号或密码不对" in response.content.decode()
        answers.add(_answer(response))
    assert len(answers) == 1


def test_a_failure_stands_in_the_accounts_stream_or_without_a_name(officer):
    client = Client(REMOTE_ADDR="10.0.0.9")
    sign_in(client, officer, "wrong")
    client.post("/accounts/login/", {"login": "Hunter2-typed-in-the-wrong-field", "password": "x"})
    assert [(e.verb, e.by_id, e.data) for e in events(officer)] == [("sign_in_failed", None, {"address": "10.0.0.9"})]
    [unknown] = events("setting:sign_in")
    assert (unknown.verb, unknown.body) == ("sign_in_failed", '{"address":"10.0.0.9"}')


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "https:evil.example", "javascript:alert(1)",
     "http://localhost:9/", "\thttps://evil.example", "http:///evil.example"],
)  # fmt: skip
def test_next_leads_to_this_host_only(officer, target):
    client = Client()
    response = client.post("/accounts/login/", {"login": "officer-1", "password": PASSWORD, "next": target})
    assert response.headers["Location"] == "/"
    assert client.get("/accounts/login/", {"next": target}).headers["Location"] == "/"


def test_next_leads_to_a_page_of_this_host(officer):
    response = Client().post("/accounts/login/?next=/more/", {"login": "officer-1", "password": PASSWORD})
    assert response.headers["Location"] == "/more/"


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_reset_password", "mfa_add_webauthn"])
def test_pages_that_nobody_needs_are_not_there(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    "path", ["signup/", "email/", "password/reset/", "confirm-email/", "login/code/", "2fa/webauthn/"]
)
def test_and_their_usual_addresses_answer_404(officer, path):
    client = Client()
    assert client.get(f"/accounts/{path}").status_code == 404
    sign_in(client, officer)
    assert client.get(f"/accounts/{path}").status_code == 404


PAGES = [
    "/accounts/password/",
    "/accounts/sessions/",
    "/accounts/2fa/",
    "/accounts/reauthenticate/",
    "/accounts/logout/",
]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_of_ones_own_account_opens(officer, page, language):
    client = Client()
    sign_in(client, officer)
    client.post("/preferences/", {"language": language, "next": "/"})
    assert client.get(page).status_code == 200


def test_an_account_without_a_password_is_told_so(db):
    """allauth leads there to a page that is not routed here."""
    client = Client()
    client.force_login(person("bare-1", password=None))
    assert client.get("/accounts/password/", follow=True).redirect_chain[-1][0] == "/"


def test_the_accounts_language_comes_with_the_account(officer):
    Account.objects.filter(pk=officer.pk).update(language="en")
    client = Client()
    sign_in(client, officer)
    assert client.get("/").headers["Content-Language"] == "en"


def test_an_account_closed_between_password_and_entry_does_not_enter(officer, rf):
    from allauth.account.adapter import get_adapter
    from allauth.core.exceptions import ImmediateHttpResponse

    officer.is_active = False
    with pytest.raises(ImmediateHttpResponse):
        get_adapter().login(rf.post("/"), officer)

"""The second factor: setting it up, codes that work once, recovery codes, who must have one, a lost phone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.people.signing import PASSWORD, events, person, sign_in, totp, verbs
from twinloop.people.models import Account, Role

AT = datetime(2026, 4, 16, 9, 30, 5, tzinfo=UTC)
SET_UP, ASKED = "/accounts/2fa/totp/activate/", "/accounts/2fa/authenticate/"


def _code(secret: str, after: float = 0) -> str:
    return totp(secret, AT.timestamp() + after)


@pytest.fixture
def set_up(django_capture_on_commit_callbacks):
    """Goes through the pages as a person does and returns the phone's secret."""

    def through(client: Client, code: str = "") -> str:
        assert client.get(SET_UP).headers["Location"].startswith("/accounts/reauthenticate/")
        client.post(f"/accounts/reauthenticate/?next={SET_UP}", {"password": PASSWORD})
        assert client.get(SET_UP).status_code == 200
        secret = str(client.session["mfa.totp.secret"])
        with django_capture_on_commit_callbacks(execute=True):
            done = client.post(SET_UP, {"code": code or _code(secret)})
        assert done.headers["Location"] == "/accounts/2fa/recovery-codes/"
        return secret

    return through


@pytest.fixture
def chief(db: None) -> Account:
    return person("chief-1", Role.CHIEF)


@pytest.fixture
def secret(chief: Account, set_up) -> str:
    client = Client()
    with time_machine.travel(AT, tick=False):
        sign_in(client, chief)
        secret = set_up(client)
        client.post("/accounts/logout/")
    return str(secret)


def _enter(chief: Account, code: str, after: float) -> str:
    """Password and code from a browser that nobody knows; where that leads."""
    client = Client(REMOTE_ADDR="10.0.0.5")
    with time_machine.travel(AT + timedelta(seconds=after), tick=False):
        assert sign_in(client, chief).headers["Location"] == ASKED
        assert client.get("/").status_code == 302  # the password alone opens nothing
        page = client.post(ASKED, {"code": code})
        return "in" if page.status_code == 302 and client.get("/").status_code == 200 else page.content.decode()


def test_secrets_lie_sealed_in_the_table(chief, secret):
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) == 10
    assert not any(code in kept for code in codes)
    assert Authenticator.objects.get(type="totp").data["secret"].startswith("gAAAA")


def test_secrets_open_with_the_old_key_as_fallback_and_not_without(chief, secret, settings):
    from cryptography.fernet import InvalidToken

    totp_row = Authenticator.objects.get(type="totp").wrap()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key " * 5
    with time_machine.travel(AT + timedelta(seconds=60), tick=False):
        assert totp_row.validate_code(_code(secret, 60))
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        totp_row.validate_code(_code(secret, 60))


def test_signing_in_takes_both_and_the_ledger_says_so(chief, secret):
    assert _enter(chief, _code(secret, 60), 60) == "in"
    assert verbs(chief) == ["signed_in", "second_factor_added", "second_factor_added", "signed_out", "signed_in"]
    assert events(chief)[-1].data["how"] == ["password", "mfa"]


def test_digits_of_a_chinese_keyboard_are_digits(chief, secret):
    wide = _code(secret, 60).translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    assert _enter(chief, wide, 60) == "in"


@pytest.mark.parametrize("later", [0, 1, 31, 58])
def test_a_code_works_once_for_as_long_as_it_is_right(chief, secret, later):
    """allauth forgets it after 30 s, when it is still right for another step."""
    assert _enter(chief, _code(secret, 90), 60) == "in"
    assert "验证码不对" in _enter(chief, _code(secret, 90), 60 + later)


def test_a_code_two_steps_old_is_refused(chief, secret):
    assert "验证码不对" in _enter(chief, _code(secret, 60), 120)


def test_a_recovery_code_works_once(chief, secret):
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    assert _enter(chief, code, 60) == "in"
    assert "验证码不对" in _enter(chief, code, 600)


def test_wrong_codes_pause_the_account_and_an_administrator_lifts_it(chief, secret):
    from twinloop.people.sign_in import unlock

    for n in range(5):
        assert "验证码不对" in _enter(chief, f"00000{n}", 60)
    assert "试错太多" in _enter(chief, _code(secret, 60), 60)
    assert verbs(chief)[-6:] == ["second_factor_failed"] * 5 + ["sign_in_locked"]
    unlock(chief, by=chief.pk, at=AT)
    assert _enter(chief, _code(secret, 120), 120) == "in"


def test_more_than_five_minutes_between_password_and_code_begin_anew(chief, secret):
    client = Client()
    with time_machine.travel(AT, tick=False):
        sign_in(client, chief)
    with time_machine.travel(AT + timedelta(seconds=301), tick=False):
        assert client.post(ASKED, {"code": _code(secret, 301)}).headers["Location"] == "/accounts/login/"


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.CHIEF, Role.AUDITOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN])
def test_outside_demo_mode_these_set_it_up_before_anything_else(db, settings, set_up, role):
    settings.DEMO = False
    client = Client()
    with time_machine.travel(AT, tick=False):
        sign_in(client, person("needed-1", role))
        for page in ("/", "/more/", "/accounts/sessions/", "/accounts/2fa/", "/accounts/2fa/recovery-codes/"):
            assert client.get(page).headers["Location"] == SET_UP
        assert client.post("/preferences/", {"language": "en", "next": "/x"}).headers["Location"] == "/x"
        set_up(client)
        assert client.get("/").status_code == 200
        assert client.get("/accounts/2fa/recovery-codes/").status_code == 200


def test_without_it_they_can_still_sign_out(db, settings):
    settings.DEMO = False
    client = Client()
    sign_in(client, person("chief-1", Role.CHIEF))
    client.post("/accounts/logout/")
    assert client.get("/").headers["Location"].startswith("/accounts/login/")


def test_who_stands_in_for_a_chief_needs_it_too(db, settings):
    from django.utils import timezone
    from psycopg.types.range import Range

    from twinloop.people.models import Leave

    settings.DEMO = False
    now = timezone.now()
    deputy = person("officer-1", Role.OFFICER)
    away = Range(now - timedelta(hours=1), now + timedelta(days=1))
    Leave.objects.create(account=person("chief-1", Role.CHIEF), kind="annual", period=away, deputy=deputy)
    client = Client()
    sign_in(client, deputy)
    assert client.get("/").headers["Location"] == SET_UP


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in {"dispatcher", "chief", "auditor", "system_admin", "security_admin"}]
)
def test_others_may_but_need_not(db, settings, role):
    settings.DEMO = False
    client = Client()
    sign_in(client, person("free-1", role))
    assert client.get("/").status_code == 200


def test_in_demo_mode_nobody_needs_it(chief):
    client = Client()
    sign_in(client, chief)
    assert client.get("/").status_code == 200


def _take_off(client: Client, secret: str) -> str:
    client.post("/accounts/2fa/reauthenticate/?next=/x", {"code": _code(secret, 90)})
    client.post("/accounts/2fa/totp/deactivate/")
    return "off" if not Authenticator.objects.exists() else "kept"


@pytest.mark.parametrize(("demo", "what"), [(True, "off"), (False, "kept")])
def test_taking_it_off_is_refused_to_those_who_need_it(chief, secret, settings, demo, what):
    settings.DEMO = demo
    client = Client()
    with time_machine.travel(AT + timedelta(seconds=60), tick=False):
        sign_in(client, chief)
        client.post(ASKED, {"code": _code(secret, 60)})
        assert _take_off(client, secret) == what
    assert ("second_factor_removed" in verbs(chief)) == (what == "off")


def test_a_lost_phone_is_cleared_by_an_administrator(chief, secret):
    def clear(role: str, account: Account) -> Account:
        by = person(f"other-{role}", role, kind="staff" if "admin" in role or role == "auditor" else "sworn")
        client = Client(REMOTE_ADDR="10.0.0.6")
        sign_in(client, by)
        client.post(reverse("person_factor", args=[account.pk]))
        return by

    for role in (Role.CHIEF, Role.AUDITOR, Role.DISPATCHER):
        clear(role, chief)
        assert Authenticator.objects.filter(user=chief).exists()
    admin = clear(Role.SECURITY_ADMIN, chief)
    assert not Authenticator.objects.filter(user=chief).exists()
    assert [(e.verb, e.by_id) for e in events(chief)[-2:]] == [
        ("second_factor_reset", admin.pk), ("sessions_ended", admin.pk)
    ]  # fmt: skip
    assert sign_in(Client(), chief).headers["Location"] == "/"


def test_nobody_takes_off_their_own_by_the_administrators_way(db, set_up):
    """A session left open must not be enough."""
    admin = person("security-1", Role.SECURITY_ADMIN, kind="staff")
    client = Client()
    with time_machine.travel(AT, tick=False):
        sign_in(client, admin)
        set_up(client)
        client.post(reverse("person_factor", args=[admin.pk]))
    assert Authenticator.objects.filter(user=admin, type="totp").exists()


def test_recovery_codes_can_be_made_anew(chief, secret, django_capture_on_commit_callbacks):
    old = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    client = Client()
    with time_machine.travel(AT + timedelta(seconds=60), tick=False):
        sign_in(client, chief)
        client.post(ASKED, {"code": _code(secret, 60)})
        client.post("/accounts/2fa/reauthenticate/?next=/x", {"code": _code(secret, 90)})
        for page in ("", "generate/", "download/"):
            assert client.get(f"/accounts/2fa/recovery-codes/{page}").status_code == 200
        with django_capture_on_commit_callbacks(execute=True):
            client.post("/accounts/2fa/recovery-codes/generate/")
    assert not set(old) & set(Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes())
    assert verbs(chief)[-1] == "recovery_codes_made"

"""Pauses after wrong passwords: by account and address, for how long, for tries at the same moment; lifting them."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.people.signing import PASSWORD, CountingArgon2, events, person, sign_in, verbs
from twinloop.people.models import Account, Role

AT = datetime(2026, 4, 16, 9, 30, tzinfo=UTC)


@pytest.fixture
def officer(db: None) -> Account:
    return person("officer-1")


def _try(name: str, address: str = "10.0.0.1", password: str = "wrong", **headers: str) -> str:
    response = Client(REMOTE_ADDR=address).post(
        "/accounts/login/", {"login": name, "password": password}, headers=headers
    )
    return "in" if response.status_code == 302 else response.content.decode()


def _fail(name: str, times: int, **more: str) -> list[str]:
    return [_try(name, **more) for _ in range(times)]


@time_machine.travel(AT, tick=False)
def test_five_wrong_passwords_pause_an_account_for_five_minutes(officer):
    assert all("账号或密码不对" in page for page in _fail("officer-1", 5))
    assert "试错太多，5 分钟后再试" in _try("officer-1", address="10.0.0.2", password=PASSWORD)
    with time_machine.travel(AT + timedelta(seconds=255), tick=False):
        assert "试错太多，45 秒后再试" in _try("officer-1", password=PASSWORD)
    with time_machine.travel(AT + timedelta(seconds=301), tick=False):
        assert _try("officer-1", password=PASSWORD) == "in"


@time_machine.travel(AT, tick=False)
def test_a_pause_begins_with_one_event_and_tries_during_it_add_none(officer):
    _fail("officer-1", 8)
    assert verbs(officer) == ["sign_in_failed"] * 5 + ["sign_in_locked"]
    assert events(officer)[-1].data == {
        "address": "10.0.0.1", "per": "key", "until": (AT + timedelta(minutes=5)).isoformat()
    }  # fmt: skip


def test_the_right_password_does_not_use_up_tries(officer):
    _fail("officer-1", 4)
    assert [_try("officer-1", password=PASSWORD) for _ in range(3)] == ["in"] * 3
    assert "账号或密码不对" in _try("officer-1")
    assert "再试" in _try("officer-1", password=PASSWORD)


@pytest.mark.parametrize("disguise", ["OFFICER-1", "ｏｆｆｉｃｅｒ-1", " officer-1 "])
def test_another_way_of_writing_the_name_is_the_same_account(officer, disguise):
    _fail("officer-1", 5)
    assert "再试" in _try(disguise)


def test_another_host_header_is_the_same_account(officer):
    """allauth counts per Host, and a caller may put any port there."""
    for port in range(5):
        _try("officer-1", host=f"localhost:{port + 1}")
    assert "再试" in _try("officer-1", host="localhost:77", password=PASSWORD)


def test_a_name_that_does_not_exist_is_paused_alike(officer):
    known, unknown = _fail("officer-1", 6), _fail("officer-2", 6, address="10.0.0.2")
    assert ["再试" in page for page in known] == ["再试" in page for page in unknown] == [False] * 5 + [True]
    assert "officer-2" not in "".join(event.body for event in events("setting:sign_in"))


@time_machine.travel(AT, tick=False)
def test_ten_wrong_passwords_pause_an_address_for_a_minute(officer):
    for n in range(10):
        _try(f"guess-{n}")
    assert "试错太多，60 秒后再试" in _try("officer-1", password=PASSWORD)
    assert _try("officer-1", address="10.0.0.2", password=PASSWORD) == "in"
    assert verbs("setting:sign_in") == ["sign_in_failed"] * 10 + ["sign_in_locked"]
    with time_machine.travel(AT + timedelta(seconds=61), tick=False):
        assert _try("officer-1", password=PASSWORD) == "in"


def test_a_forwarded_address_is_not_believed(officer):
    for n in range(10):
        _try(f"guess-{n}", **{"x-forwarded-for": f"172.16.0.{n}"})
    assert "再试" in _try("officer-1", password=PASSWORD, **{"x-forwarded-for": "172.16.0.99"})


def test_behind_one_proxy_its_word_is_believed_and_the_callers_is_not(officer, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for n in range(10):
        _try(f"guess-{n}", **{"x-forwarded-for": f"172.16.0.{n}, 192.0.2.7"})
    assert "再试" in _try("officer-1", password=PASSWORD, **{"x-forwarded-for": "192.0.2.7"})
    assert _try("officer-1", password=PASSWORD, **{"x-forwarded-for": "192.0.2.8"}) == "in"


@pytest.mark.parametrize("forwarded", ["192.0.2.7", "rubbish, more", ""])
def test_a_caller_who_goes_round_the_proxies_is_still_answered(officer, settings, forwarded):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    assert "账号或密码不对" in _try("officer-1", **{"x-forwarded-for": forwarded})


@pytest.mark.parametrize("count", [299, 400])
def test_many_other_names_do_not_push_a_pause_out_of_the_cache(officer, count):
    """Django's cache in the database throws rows out beyond 300 unless it is told otherwise."""
    _fail("officer-1", 5)
    for n in range(count):
        cache.set(f"made-up-{n}", 1, 300)
    assert "再试" in _try("officer-1", password=PASSWORD)


def test_each_answer_costs_one_hash_whoever_is_named(officer, settings):
    person("closed-1", is_active=False)
    person("bare-1", password=None)
    settings.PASSWORD_HASHERS = ["tests.people.signing.CountingArgon2"]
    costs = {}
    for name in ("officer-1", "closed-1", "bare-1", "nobody-1"):
        CountingArgon2.worked.clear()
        _try(name)
        costs[name] = len(CountingArgon2.worked)
    assert costs == {"officer-1": 1, "closed-1": 1, "bare-1": 1, "nobody-1": 1}
    _fail("officer-1", 4)
    CountingArgon2.worked.clear()
    _try("officer-1")
    assert CountingArgon2.worked == []  # during a pause no password is looked at


def _at_once(tries: list[tuple[str, str]]) -> None:
    """Every try from a thread of its own, with its own connection, as from the two web workers."""
    gate = threading.Barrier(len(tries))

    def work(name: str, address: str) -> None:
        gate.wait()
        _try(name, address=address)
        connection.close()

    threads = [threading.Thread(target=work, args=one) for one in tries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_tries_at_the_same_moment_are_all_counted(fresh_db):
    officer = person("officer-1")
    _at_once([("officer-1", f"10.0.1.{n}") for n in range(24)])
    assert 1 <= verbs(officer).count("sign_in_failed") <= 5
    for n in range(5):
        _try("officer-1", address=f"10.0.2.{n}")
    assert (verbs(officer).count("sign_in_failed"), verbs(officer).count("sign_in_locked")) == (5, 1)


def test_tries_from_one_address_at_the_same_moment_are_all_counted(fresh_db):
    _at_once([(f"guess-{n}", "10.0.1.1") for n in range(24)])
    assert 1 <= verbs("setting:sign_in").count("sign_in_failed") <= 10


@pytest.mark.parametrize("role", [Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN])
def test_an_administrator_lifts_a_pause(officer, role):
    _fail("officer-1", 5)
    admin = person("admin-1", role, kind="staff")
    client = Client(REMOTE_ADDR="10.0.0.3")
    sign_in(client, admin)
    assert client.post(reverse("person_lock", args=[officer.pk])).status_code == 302
    assert _try("officer-1", password=PASSWORD) == "in"
    assert [(e.verb, e.by_id) for e in events(officer)[-2:]] == [
        ("sign_in_unlocked", admin.pk), ("signed_in", officer.pk)
    ]  # fmt: skip


def test_nobody_else_lifts_one(officer):
    _fail("officer-1", 5)
    client = Client(REMOTE_ADDR="10.0.0.3")
    sign_in(client, person("chief-1", Role.CHIEF))
    assert client.post(reverse("person_lock", args=[officer.pk])).status_code == 403
    assert "再试" in _try("officer-1", password=PASSWORD)


def test_an_address_is_lifted_by_itself(officer):
    from twinloop.people.sign_in import unlock_address

    for n in range(10):
        _try(f"guess-{n}")
    _fail("officer-1", 5, address="10.0.0.2")
    unlock_address("10.0.0.1", by=officer.pk, at=AT)
    assert "账号或密码不对" in _try("guess-11")
    assert "再试" in _try("officer-1", address="10.0.0.3", password=PASSWORD)  # the account's own pause stays
    assert events("setting:sign_in")[-2].data == {"address": "10.0.0.1"}


def test_an_administrator_sees_who_is_paused_and_lifts_an_address(officer):
    for n in range(10):
        _try(f"guess-{n}")
    _fail("officer-1", 5, address="10.0.0.2")
    client = Client(REMOTE_ADDR="10.0.0.3")
    sign_in(client, person("security-1", Role.SECURITY_ADMIN, kind="staff"))
    page = client.get(reverse("people_pauses")).content.decode()
    assert officer.name in page
    assert 'name="address" value="10.0.0.1"' in page
    assert 'value="10.0.0.2"' not in page, "that address is not paused, the account is"
    assert client.post(reverse("people_pauses_lift"), {"address": "10.0.0.1"}).status_code == 302
    assert "账号或密码不对" in _try("guess-11")
    page = client.get(reverse("people_pauses")).content.decode()
    assert 'value="10.0.0.1"' not in page
    client.post(reverse("person_lock", args=[officer.pk]))
    assert "没有人被暂停" in client.get(reverse("people_pauses")).content.decode()
    client.post(reverse("people_pauses_lift"), {"address": "somewhere"})
    assert "不是一个网络地址" in client.get(reverse("people_pauses")).content.decode()


def test_a_pause_that_is_over_is_not_shown(officer):
    _fail("officer-1", 5)
    client = Client(REMOTE_ADDR="10.0.0.3")
    sign_in(client, person("security-1", Role.SECURITY_ADMIN, kind="staff"))
    assert officer.name in client.get(reverse("people_pauses")).content.decode()
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=301), tick=False):
        assert "没有人被暂停" in client.get(reverse("people_pauses")).content.decode()


def test_the_rates_are_those_of_the_setting(officer, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login_failed": "100/m/ip,2/h/key"}
    assert ["再试" in page for page in _fail("officer-1", 3)] == [False, False, True]
    assert "试错太多，60 分钟后再试" in _try("officer-1")

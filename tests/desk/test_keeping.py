"""What is typed survives a dead browser and a dead signal: drafts, the outbox, the kept page. In a real browser."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest

from tests import world
from tests.desk import keeping_site
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Account

pytestmark = pytest.mark.browser
PHOTO = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"seen"}


@pytest.fixture(autouse=True)
def trial_page(settings):
    settings.ROOT_URLCONF = "tests.desk.keeping_site"
    keeping_site.RECEIVED.clear()


@pytest.fixture
def people(fresh_db) -> dict[str, Account]:
    with see_as(SYSTEM):
        return world.district().people


def sign_in(page: Any, url: str, account: Account) -> None:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(account)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": url}])


def open_form(page: Any, site: Any, path: str = "/trial/") -> None:
    page.goto(f"{site.url}{path}")
    page.wait_for_selector("html[data-keep-ready]")


def stored(page: Any, store: str) -> list[Any]:
    """What lies in the device's store, as text: to look for what must not be there in clear."""
    found: list[Any] = page.evaluate(
        """store => new Promise(ok => { const ask = indexedDB.open("twinloop-keep", 1); ask.onsuccess = () => {
        const all = ask.result.transaction(store).objectStore(store).getAll();
        all.onsuccess = () => ok(all.result.map(r => [r.viewer, new TextDecoder().decode(r.data)])); }; })""",
        store,
    )
    return found


def until(page: Any, asked: str) -> None:
    """Not `wait_for_function`: it evaluates text in the page, which the page's policy forbids."""
    for _ in range(100):
        if page.evaluate(asked):
            return
        page.wait_for_timeout(100)
    raise AssertionError(asked)


def wait_stored(page: Any, store: str, count: int) -> list[Any]:
    for _ in range(60):
        found = stored(page, store)
        if len(found) == count:
            return found
        page.wait_for_timeout(100)
    raise AssertionError(f"{store} holds {len(found)}, not {count}")


def test_a_draft_comes_back_after_the_browser_died(site, phone, people):
    sign_in(phone, site.url, people["volunteer"])
    open_form(phone, site)
    phone.fill("textarea", "王秀兰家的排水沟又堵了")
    phone.select_option("select", "b1")
    phone.check("[name=urgent]")
    (found,) = wait_stored(phone, "drafts", 1)
    assert "王秀兰" not in found[1]
    assert found[0] == str(people["volunteer"].pk)
    phone.goto("about:blank")
    open_form(phone, site)
    assert phone.input_value("textarea") == "王秀兰家的排水沟又堵了"
    assert phone.input_value("select") == "b1"
    assert phone.is_checked("[name=urgent]")
    assert "已放回" in phone.inner_text(".tl-kept")
    phone.click(".tl-kept button")
    wait_stored(phone, "drafts", 0)
    assert phone.input_value("textarea") == ""


def test_a_draft_is_not_shown_to_the_next_person(site, phone, people):
    sign_in(phone, site.url, people["volunteer"])
    open_form(phone, site)
    phone.fill("textarea", "只给写的人看")
    wait_stored(phone, "drafts", 1)
    sign_in(phone, site.url, people["mediator"])
    open_form(phone, site)
    assert phone.input_value("textarea") == ""
    assert phone.locator(".tl-kept").count() == 0


def test_what_was_sent_leaves_no_draft(site, phone, people):
    sign_in(phone, site.url, people["volunteer"])
    open_form(phone, site)
    phone.fill("textarea", "一次说完")
    wait_stored(phone, "drafts", 1)
    phone.click("text=送出")
    phone.wait_for_selector("text=已收到")
    assert [row["text"] for row in keeping_site.RECEIVED] == ["一次说完"]
    wait_stored(phone, "drafts", 0)


def test_a_refused_form_shows_why_and_keeps_what_was_typed(site, phone, people):
    sign_in(phone, site.url, people["volunteer"])
    open_form(phone, site)
    phone.fill("textarea", "短")
    phone.click("text=送出")
    phone.wait_for_selector("text=太短")
    assert phone.input_value("textarea") == "短"
    assert keeping_site.RECEIVED == []


def test_without_a_signal_it_waits_and_goes_out_once(site, phone, people):
    sign_in(phone, site.url, people["volunteer"])
    open_form(phone, site)
    phone.context.set_offline(True)
    phone.fill("textarea", "山里没有信号")
    phone.set_input_files("[name=photo]", PHOTO)
    phone.click("text=送出")
    phone.wait_for_selector(".tl-kept >> text=没有信号")
    assert phone.input_value("textarea") == ""
    ((viewer, sealed),) = wait_stored(phone, "outbox", 1)
    assert viewer == str(people["volunteer"].pk)
    assert "山里" not in sealed
    assert keeping_site.RECEIVED == []
    phone.context.set_offline(False)
    wait_stored(phone, "outbox", 0)
    (row,) = keeping_site.RECEIVED
    assert row["text"] == "山里没有信号"
    assert row["photo"] == b"seen"
    assert re.fullmatch(r"[0-9a-f-]{36}", str(row["once"]))
    datetime.fromisoformat(str(row["tapped_at"]))
    open_form(phone, site)
    assert len(keeping_site.RECEIVED) == 1


def test_what_waits_is_sent_only_by_who_wrote_it(site, phone, people):
    sign_in(phone, site.url, people["volunteer"])
    open_form(phone, site)
    phone.context.set_offline(True)
    phone.fill("textarea", "志愿者写的")
    phone.click("text=送出")
    wait_stored(phone, "outbox", 1)
    sign_in(phone, site.url, people["mediator"])
    phone.context.set_offline(False)
    phone.wait_for_timeout(500)
    open_form(phone, site)
    phone.wait_for_timeout(500)
    assert keeping_site.RECEIVED == []
    assert len(stored(phone, "outbox")) == 1


def test_what_is_refused_later_comes_back_into_the_form(site, phone, people):
    sign_in(phone, site.url, people["volunteer"])
    open_form(phone, site)
    phone.context.set_offline(True)
    phone.fill("textarea", "短")
    phone.click("text=送出")
    wait_stored(phone, "outbox", 1)
    phone.context.set_offline(False)
    wait_stored(phone, "outbox", 0)
    assert keeping_site.RECEIVED == []
    phone.click(".tl-kept >> text=打开改")
    phone.wait_for_selector("text=已放回")
    assert phone.input_value("textarea") == "短"


def test_the_page_opens_without_a_signal_after_it_was_seen_once(site, phone, people):
    sign_in(phone, site.url, people["volunteer"])
    open_form(phone, site)
    until(phone, "navigator.serviceWorker.controller !== null")
    until(phone, "caches.open('twinloop-pages-1').then(c => c.match('/trial/')).then(Boolean)")
    phone.context.set_offline(True)
    open_form(phone, site)
    assert phone.locator("textarea").is_visible()
    phone.fill("textarea", "离线也能写")
    phone.click("text=送出")
    wait_stored(phone, "outbox", 1)
    phone.context.set_offline(False)
    wait_stored(phone, "outbox", 0)
    assert [row["text"] for row in keeping_site.RECEIVED] == ["离线也能写"]


def test_what_waits_goes_out_where_the_browser_never_said_that_the_signal_was_gone(site, phone, people):
    """Joined to a network that leads nowhere: `navigator.onLine` stays true, and no event says that it is back."""
    sign_in(phone, site.url, people["volunteer"])
    open_form(phone, site)
    phone.context.route("**/*", lambda route: route.abort())
    phone.fill("textarea", "网络连着，上不去")
    phone.click("text=送出")
    wait_stored(phone, "outbox", 1)
    assert phone.evaluate("navigator.onLine") is True
    phone.context.unroute("**/*")
    wait_stored(phone, "outbox", 0)
    assert [row["text"] for row in keeping_site.RECEIVED] == ["网络连着，上不去"]


def test_pages_with_case_data_are_never_kept(site, phone, people):
    sign_in(phone, site.url, people["volunteer"])
    open_form(phone, site)
    until(phone, "navigator.serviceWorker.controller !== null")
    phone.goto(f"{site.url}/disputes/")
    kept = (
        "caches.keys().then(n => Promise.all(n.map(k => caches.open(k)))).then(c => Promise.all(c.map(x => x.keys())))"
    )
    urls = phone.evaluate(f"{kept}.then(k => k.flat().map(r => new URL(r.url).pathname))")
    assert [u for u in urls if not u.startswith(("/static/", "/keep/")) and u != "/trial/"] == []

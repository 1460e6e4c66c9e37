"""Every page of the demo district, walked along its own links as each role: no dead link, no control that does nothing.

A control is alive when it leads somewhere, belongs to a form whose address takes it, names an attribute that a script
of the product listens to, or is shut and says why.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.db import connections, transaction
from django.test import Client
from django.urls import Resolver404, resolve

from tests.answers import set_papers_once
from tests.conftest import _point_django, copy_lively
from tests.test_house import PACKAGE
from twinloop.people.demo import NAMED
from twinloop.people.models import Account

pytestmark = [pytest.mark.timeout(900)]
EACH = 1  # pages of one address and the same questions in it
HERE = "http://testserver"
SCRIPTS = "\n".join(p.read_text("utf-8") for p in PACKAGE.rglob("*.js") if "vendor" not in p.parts)
CONTROLS = ("button", "input", "select", "textarea")
# posted empty for its answer only, and undone; these would end the session or send the page's own reader away
LEFT = {"account_logout", "usersessions_list"}


@dataclass
class Page(HTMLParser):
    """What stands on a page: links, forms, controls and where they belong, ids."""

    text: str
    links: list[str] = field(default_factory=list)
    forms: list[tuple[str, str]] = field(default_factory=list)  # method, action
    ids: set[str] = field(default_factory=set)
    form_ids: set[str] = field(default_factory=set)
    idle: list[str] = field(default_factory=list)
    described: list[tuple[str, list[str]]] = field(default_factory=list)
    open_forms: int = 0
    parent: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self):
        super().__init__()
        self.feed(self.text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if given.get("id"):
            self.ids.add(given["id"])
        if "formaction" in given:
            self.forms.append((given.get("formmethod") or "post", given["formaction"]))
        for name in ("href", "src", "hx-get"):
            if name in given and tag not in ("use", "image"):
                self.links.append(given[name] or "")
        if tag == "form":
            self.open_forms += 1
            self.form_ids.add(given.get("id", ""))
            method = (given.get("method") or "get").lower()
            # without an action its buttons or a script say where it goes (formaction, the pop-up that unmasks)
            if given.get("action") or method == "get":
                self.forms.append((method, given.get("action") or ""))
        if "hx-post" in given:
            self.forms.append(("post", given["hx-post"]))
        self._judge(tag, given)
        self.parent = given

    def handle_endtag(self, tag):
        self.open_forms -= tag == "form"

    def _judge(self, tag, given):
        """Note a control to which nothing seems to listen."""
        said = " ".join(f'{k}="{v}"' for k, v in given.items())[:160]
        if given.get("aria-disabled") == "true":
            self.described.append((said, (given.get("aria-describedby") or "").split()))
            return
        if tag == "a" and "href" not in given and not heard(given):
            self.idle.append(f"<a {said}>")
        if tag not in CONTROLS or "disabled" in given or given.get("type") == "hidden":
            return
        in_form = self.open_forms > 0 or "form" in given
        plain = tag != "button" or given.get("type", "submit") in ("submit", "reset", "image")
        if not (in_form and plain) and not heard(given) and not heard(self.parent):
            self.idle.append(f"<{tag} {said}>")


def heard(given):
    """Does a script listen: by htmx, by an attribute, a class, an id or a name that stands in one?"""
    for name, value in given.items():
        if name.startswith("hx-"):
            return True
        if name.startswith("data-"):
            camel = re.sub(r"-(\w)", lambda m: m[1].upper(), name.removeprefix("data-"))
            if f"[{name}" in SCRIPTS or f"dataset.{camel}" in SCRIPTS or f'"{camel}" in' in SCRIPTS:
                return True
        if name in ("id", "name") and value and (f'"#{value}"' in SCRIPTS or f'"{value}"' in SCRIPTS):
            return True
        if name == "class" and any(named(one) for one in (value or "").split()):
            return True
    return False


@cache
def named(one):
    """Does a script look for this class?"""
    return re.search(rf"\.{re.escape(one)}\b", SCRIPTS) is not None


@pytest.fixture(scope="module")
def lively(worker_id, django_db_setup, django_db_blocker):
    """A district with cases of every kind, on a database of its own."""
    with django_db_blocker.unblock():
        copy_lively(f"crawl_{worker_id}")
        yield
        connections.close_all()
        _point_django(f"test_{worker_id}")


@pytest.fixture(scope="module", autouse=True)
def set_once():
    with pytest.MonkeyPatch.context() as patch:
        set_papers_once(patch)
        yield


found_at = cache(resolve)  # every page repeats the same links


def kind_of(url):
    """Pages with the same key are alike: address name and the names of what is asked."""
    parts = urlsplit(url)
    return found_at(parts.path).url_name, tuple(sorted({name for name, _value in parse_qsl(parts.query)}))


@dataclass
class Walk:
    client: Client
    wrong: list[str] = field(default_factory=list)
    seen: Counter[object] = field(default_factory=Counter)
    posted: set[object] = field(default_factory=set)
    pages: int = 0

    def all(self):
        waiting, known = deque(["/", "/more/"]), {"/", "/more/"}
        while waiting:
            url = waiting.popleft()
            for found in self.look(url):
                if found not in known:
                    known.add(found)
                    waiting.append(found)

    def look(self, url):
        """The links of one page that lead to more pages; whatever is wrong with it is noted."""
        answer = self.client.get(url)
        self.pages += 1
        if answer.status_code in (301, 302):
            to = urljoin(HERE + url, answer["Location"])
            return self.onward(to, url)
        if answer.status_code >= 400:
            self.wrong.append(f"{url} → {answer.status_code}")
        if not answer.get("Content-Type", "").startswith("text/html") or answer.streaming:
            return []
        page = Page(answer.content.decode())
        self.wrong += [f"{url}: nothing listens to {control}" for control in page.idle]
        self.wrong += [
            f"{url}: shut without a word: {said}" for said, by in page.described if not by or not set(by) <= page.ids
        ]
        for method, action in page.forms:
            self.form(method, urljoin(HERE + url, action), url)
        return [onward for link in page.links for onward in self.link(link, url, page)]

    def link(self, link, url, page):
        if link.startswith(("data:", "mailto:", "tel:")):
            return []
        to = urljoin(HERE + url, link)
        if urlsplit(to).fragment and urlsplit(to)._replace(fragment="") == urlsplit(HERE + url):
            if urlsplit(to).fragment not in page.ids:
                self.wrong.append(f"{url}: #{urlsplit(to).fragment} is not on the page")
            return []
        return self.onward(to, url)

    def onward(self, to, url):
        parts = urlsplit(to)
        if parts.netloc != "testserver" or parts.path.startswith("/static/"):
            return []
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            kind = kind_of(path)
        except Resolver404:
            self.wrong.append(f"{url}: {path} leads nowhere")
            return []
        if kind[0] in LEFT or self.seen[kind] >= EACH:
            return []
        self.seen[kind] += 1
        return [path]

    def form(self, method, to, url):
        """Its address exists and takes the method; what an empty form does is undone."""
        parts = urlsplit(to)
        try:
            kind = (method, found_at(parts.path).url_name)
        except Resolver404:
            self.wrong.append(f"{url}: a form goes to {parts.path}, which is no address")
            return
        if kind in self.posted or kind[1] in LEFT or method == "get":
            return
        self.posted.add(kind)
        with transaction.atomic():
            status = self.client.post(parts.path + (f"?{parts.query}" if parts.query else "")).status_code
            transaction.set_rollback(True)
        if status in (403, 404, 405):  # a refusal inside this test's own transaction may answer 500: not judged here
            self.wrong.append(f"{url}: its form at {parts.path} answers {status}")


@pytest.mark.parametrize("role", NAMED)
def test_every_link_leads_somewhere_and_every_control_does_something(lively, django_db_blocker, role):
    with django_db_blocker.unblock():
        client = Client(raise_request_exception=False)
        client.force_login(Account.objects.get(username=NAMED[role][0]))
        walk = Walk(client)
        walk.all()
    assert not walk.wrong, "\n".join(walk.wrong)
    assert walk.pages > 10, "the walk went somewhere"

"""A real browser before the product: fixtures for all tests, loaded by `conftest.py`."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser.looking import BY_IT


@dataclass(frozen=True)
class Site:
    """The product behind a port, on a database of its own."""

    url: str


@pytest.fixture
def site(chromium: Any, fresh_db: str) -> Iterator[Site]:
    """Serves the product to a browser. Not pytest-django's live_server: that empties tables, and ours refuse."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread

    from twinloop.ledger.live import LISTENER

    LISTENER.stop()  # what listens for the test before this one has its database's name, and its own pauses
    thread = LiveServerThread("127.0.0.1", StaticFilesHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield Site(f"http://127.0.0.1:{thread.port}")
    thread.terminate()
    LISTENER.stop()


CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser")  # the first draws no window and is the quickest
# Pages are short: code compiled for long runs takes a quarter of axe's time and never pays.
SPARING = ["--js-flags=--no-turbofan --no-maglev"]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", *SPARING]


class Launched:
    """One browser for all modules of this process, started when the first asks for it, and anew if it died."""

    def __init__(self) -> None:
        self._by: Any = None
        self._browser: Any = None

    def browser(self, path: str) -> Any:
        """The browser, and its event loop in this thread again."""
        from playwright.sync_api import sync_playwright

        if self._by is None:
            self._by = sync_playwright()
            self._playwright = self._by.start()
            self._loop = asyncio.get_running_loop()
        asyncio._set_running_loop(self._loop)
        if not self._lives():
            self._browser = self._playwright.chromium.launch(executable_path=path, args=QUIET)
        return self._browser

    def _lives(self) -> bool:
        """Asked, not looked up: that it died is heard only while the loop runs."""
        from playwright.sync_api import Error

        try:
            if self._browser is not None:
                self._browser.new_context().close()
        except Error:
            return False
        return self._browser is not None

    def leave(self) -> None:
        """What a module left open is closed, and the loop put away: the modules that come after must not find it."""
        if self._lives():
            for context in self._browser.contexts:
                context.close()
        asyncio._set_running_loop(None)

    def end(self) -> None:
        if self._by is not None:
            asyncio._set_running_loop(self._loop)
            if self._browser is not None and self._browser.is_connected():
                self._browser.close()
            self._by.__exit__()


@pytest.fixture(scope="session")
def launched() -> Iterator[Launched]:
    one = Launched()
    yield one
    one.end()


@pytest.fixture(scope="module")
def chromium(launched: Launched) -> Iterator[Any]:
    """The browser for a module. Its event loop stands in this thread meanwhile, where no job can be deferred."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.skip("Chromium is not installed (apt-get install chromium fonts-noto-cjk): browser tests are left out")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Django would refuse to ask the database beside that loop
    yield launched.browser(path)
    launched.leave()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def _window(browser: Any, width: int, height: int, **more: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", **more)
    context.add_init_script(BY_IT)
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


@pytest.fixture
def office(chromium: Any) -> Iterator[Any]:
    """A page of 1366 × 768."""
    yield from _window(chromium, 1366, 768)


@pytest.fixture
def phone(chromium: Any) -> Iterator[Any]:
    """A page of 360 × 740 with touch."""
    yield from _window(chromium, 360, 740, has_touch=True, is_mobile=True)

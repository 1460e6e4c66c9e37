"""What holds for every answer: the headers that a browser is told, and nothing in the page that they would block."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from twinloop.desk import views
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.papers import typesetting

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


def text(answer: HttpResponseBase) -> bytes:
    plain = answer.streaming or "text/html" not in answer.headers.get("Content-Type", "")
    return b"" if plain else answer.content  # type: ignore[attr-defined]


def inline(page: bytes) -> list[str]:
    parser = Inline()
    parser.feed(page.decode())
    return parser.found


def amiss(answer: HttpResponseBase) -> list[object]:
    """What is wrong with one answer, whatever was asked by whom."""
    policy = {part.strip() for part in answer.headers.get("Content-Security-Policy", "").split(";")}
    said = {name: answer.headers.get(name) for name in HEADERS}
    found: list[object] = [] if policy == STRICT else [policy ^ STRICT]
    found += [] if said == HEADERS else [said]
    found += [] if "no-store" in answer.headers.get("Cache-Control", "") else ["a shared computer would keep it"]
    if page := text(answer):
        found += inline(page)
        if b"data-now=" in page and not re.search(rb'data-now="\d{4}-', page):
            found.append("the page's clock has no moment: a view's context took the shell's name `now`")
    return found


def verbs() -> list[str]:
    """What was done so far: no write without an event (house law 3), so no new event means that nothing was written."""
    with see_as(SYSTEM):
        return list(Event.objects.filter(is_look=False).order_by("id").values_list("verb", flat=True))


def set_papers_once(patch: pytest.MonkeyPatch) -> None:
    """Each paper is set by type once and then handed out again: what stands in it is the papers' own tests' matter."""
    for name in ("pdf", "picture", "note"):
        patch.setattr(typesetting, name, _once(getattr(typesetting, name)))


def _once(act: Callable[..., bytes]) -> Callable[..., bytes]:
    kept: list[bytes] = []

    def first(*args: object, **facts: object) -> bytes:
        kept[:] = kept or [act(*args, **facts)]
        return kept[0]

    return first


def refuse_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of refusal is set once for who looks and what it says, then handed out again: most of a walk are such."""
    kept: dict[object, bytes] = {}
    whole = views._error

    def again(request: HttpRequest, status: int, **said: Any) -> HttpResponse:
        which = (request.user.pk, status, *map(str, said.values()))
        if which not in kept:
            kept[which] = whole(request, status, **said).content
        return HttpResponse(kept[which], status=status)

    monkeypatch.setattr(views, "_error", again)

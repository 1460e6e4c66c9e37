"""In whose name a thing is hears it: carried without a word, covered, made responsible, taken in charge."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twinloop.cases.told_to import chiefs, link, owner
from twinloop.ledger.models import Event
from twinloop.notices.telling import Telling


def _taker(event: Event) -> Iterable[int | None]:
    return [event.data.get("to_account") or None]


def _both(event: Event) -> Iterable[int | None]:
    return [event.data.get("to_account") or None, event.data.get("owner_account") or None]


def _unexplained(event: Event) -> Iterable[int | None]:
    return [*owner(event), *chiefs(event)] if event.stream.startswith("dispute:") else []


def _board(event: Event) -> tuple[str, str]:
    number, _url = link(event) if event.stream.partition(":")[0] in ("dispute", "incident") else ("", "")
    return number, reverse("clear")


TOLD_TO = {
    "day_unexplained": Telling(_("到日清没有说明，已结转"), "alert-circle", _unexplained, _board),
    "owner_changed": Telling(_("责任民警换人"), "users", owner, link),
    "cover_set": Telling(_("请你代管一件纠纷"), "calendar-user", _both, link),
    "cover_begun": Telling(_("代管今天开始"), "user-share", _taker, link),
    "cover_ended": Telling(_("代管结束"), "user-check", _both, link),
    "leader_set": Telling(_("请你包案"), "flag", _taker, link, is_urgent=True),
}

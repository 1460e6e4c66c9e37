"""A visit that was handed over tells who is to make it; a late one the chief; a party's own answer the officer."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twinloop.cases.told_to import chiefs, link, owner
from twinloop.ledger.models import Event
from twinloop.notices.telling import Telling


def _given(event: Event) -> Iterable[int | None]:
    return [event.data.get("to_account") or None]


def _to_visit(event: Event) -> tuple[str, str]:
    return link(event)[0], reverse("visit_report", args=[event.data["callback"]])


def _late(event: Event) -> Iterable[int | None]:
    return [*owner(event), *chiefs(event)]


TOLD_TO = {
    "visit_given": Telling(_("一次回访交给你"), "home-check", _given, _to_visit),
    "visit_late": Telling(_("回访过期了"), "alarm", _late, link),
    "answer_given": Telling(_("当事人自己答了回访"), "message-check", owner, link),
}

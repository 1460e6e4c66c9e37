"""A roster from a file: 警号, 日期, 村居, and from when to when. Every row understood or set aside with its reason.

`plan` reads and judges, `carry_out` writes. What stands planned already is the same row once more and adds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from twinloop.cases.telling import sentence
from twinloop.decide import Refused
from twinloop.discovery.posts import visibility, words
from twinloop.discovery.posts.actions import ENDS, STARTS, Post, check_post, held, plan_shift
from twinloop.discovery.posts.models import Shift
from twinloop.discovery.posts.rights import check_import, check_plan
from twinloop.edge.identity import half_width
from twinloop.edge.tables import Row, Table, Unreadable
from twinloop.ledger.sight import Scope
from twinloop.places.models import Place

NEEDED = ("username", "on", "place")


@dataclass(frozen=True)
class Good:
    row: Row
    post: Post
    is_known: bool  # stands planned already


@dataclass(frozen=True)
class Bad:
    row: Row
    why: str


@dataclass
class Plan:
    columns: Mapping[str, str]
    good: list[Good] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    head: Sequence[str] = ()

    @property
    def new(self) -> list[Good]:
        return [good for good in self.good if not good.is_known]

    @property
    def known(self) -> int:
        return len(self.good) - len(self.new)


def guessed(head: Sequence[str]) -> dict[str, str]:
    """Which column is which, by its heading. Raises `Refused` where one that is needed is missing."""
    plain = {half_width(name).strip().lower(): name for name in head}
    found = {}
    for code, (_label, names) in words.COLUMNS.items():
        found[code] = next((plain[name] for name in names if name in plain), "")
    missing = [str(words.COLUMNS[code][0]) for code in NEEDED if not found[code]]
    if missing:
        raise Refused("post_import_columns", columns="、".join(missing), found="、".join(head)[:200])
    return found


def plan(table: Table, *, scope: Scope, at: datetime) -> Plan:
    """Read all of `table`. Raises `Refused` (not allowed, a column missing), `Unreadable` (no table)."""
    check_import(scope)
    reader: _Reader | None = None
    for row in table:
        if reader is None:
            if row.bad and not row.cells:
                continue
            reader = _Reader(Plan(guessed(list(row.cells)), head=list(row.cells)), scope, timezone.localtime(at).date())
        reader.take(row)
    if reader is None:
        raise Unreadable("empty")
    return reader.plan


class _Reader:
    def __init__(self, plan: Plan, scope: Scope, today: date) -> None:
        self.plan, self.scope, self.today = plan, scope, today
        self.people = {a.username.lower(): a for a in visibility.auxiliaries(scope, at=today)}
        self.places: dict[str, list[Place]] = {}
        for place in Place.objects.served().communities().select_related("parent"):
            for name in {place.code, place.name, place.short}:
                self.places.setdefault(name, []).append(place)
        self.seen: dict[tuple[int, date], tuple[int, Post]] = {}

    def take(self, row: Row) -> None:
        if row.bad:
            language = get_language() or "zh"
            self.plan.bad.append(Bad(row, "；".join(f"{bad.at}：{bad.say(language)}" for bad in row.bad)))
            return
        cells = {c: half_width(row.cells.get(name, "")).strip() for c, name in self.plan.columns.items() if name}
        try:
            self.plan.good.append(self._judged(row, cells))
        except Refused as refused:
            self.plan.bad.append(Bad(row, sentence(refused)))

    def _judged(self, row: Row, cells: Mapping[str, str]) -> Good:
        account = self.people.get(cells["username"].lower())
        if account is None:
            raise Refused("post_import_username", text=cells["username"])
        post = Post(
            account, self._place(cells["place"]), _date(cells["on"]),
            _time(cells.get("starts", ""), STARTS), _time(cells.get("ends", ""), ENDS),
        )  # fmt: skip
        check_plan(post.place, self.scope)
        check_post(post, today=self.today)
        key = (account.pk, post.on)
        if key in self.seen:
            raise Refused("post_import_twice", row=self.seen[key][0])
        day = list(Shift.objects.filter(account=account, on=post.on, dropped_at__isnull=True))
        known = [shift for shift in day if shift.place_id == post.place.pk and shift.period.lower == post.period.lower]
        if day and not known:
            raise held(post)
        self.seen[key] = (row.number, post)
        return Good(row, post, is_known=bool(known))

    def _place(self, text: str) -> Place:
        found = self.places.get(text, [])
        if len(found) > 1:
            raise Refused("post_import_places", text=text, count=len(found))
        if not found:
            raise Refused("post_import_place", text=text)
        return found[0]


_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[ T]00:00(?::00)?)?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::00)?")


def _date(text: str) -> date:
    """2026-04-16, 2026/4/16, 2026年4月16日, 20260416; a date cell of a workbook brings its midnight along."""
    if (parts := _DAY.fullmatch(text)) is None:
        raise Refused("post_import_date")
    try:
        return date(*(int(part) for part in parts.groups() if part))
    except ValueError:
        raise Refused("post_import_date") from None


def _time(text: str, otherwise: time) -> time:
    if not text:
        return otherwise
    if (parts := _CLOCK.fullmatch(text)) is None:
        raise Refused("post_import_time")
    try:
        return time(int(parts[1]), int(parts[2]))
    except ValueError:
        raise Refused("post_import_time") from None


@transaction.atomic
def carry_out(found: Plan, *, by: int | None, at: datetime, good_rows: bool = False) -> int:
    """Write a plan; how many shifts are new. With bad rows nothing is written unless `good_rows` asks for the others.

    All or nothing: what somebody else planned meanwhile stops the whole with its sentence. Raises `Refused`.
    """
    if found.bad and not good_rows:
        raise Refused("post_import_rows", count=len(found.bad))
    return len([plan_shift(good.post, by=by, at=at) for good in found.new])

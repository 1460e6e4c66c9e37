"""A whistle as its pages show it: cards of the board, an item's way, what the viewer may do now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from twinloop.cases import visibility
from twinloop.cases.models import Clock, Dispute
from twinloop.cases.telling import language
from twinloop.decide.clocks import RuleCode, Rung
from twinloop.decide.words import say
from twinloop.ledger.sight import Scope
from twinloop.mediation.joint import levels, queries, words
from twinloop.mediation.joint.models import OPEN, Answer, Heat, Objection, Report, Whistle
from twinloop.triage.levels import Level


@dataclass(frozen=True)
class Card:
    """One item: on the board, on a whistle's page, in an agency's list."""

    answer: Answer
    verb: str
    url: str
    clock: Clock | None
    clock_word: str
    rung: str  # who was told that it is late
    column: str
    objection: Objection | None
    said: Sequence[Report]

    @property
    def whistle(self) -> Whistle:
        return self.answer.whistle

    @property
    def last(self) -> Report | None:
        return self.said[-1] if self.said else None


@dataclass(frozen=True)
class Acts:
    """What an agency may do with its item now."""

    sign: bool
    arrive: bool
    feed_back: bool
    finish: bool  # a pending objection is decided first
    object_to: bool
    heat: bool

    @property
    def any(self) -> bool:
        return any(vars(self).values())


def cards(found: Sequence[Answer], scope: Scope, *, at: datetime) -> list[Card]:
    """What is late on top, then what is due first. One query for the clocks."""
    clocks, agency = queries.running(found), queries.is_agency(scope)
    made = [card(one, clocks.get(one.subject), agency=agency) for one in found]
    return sorted(made, key=lambda one: _urgency(one, at))


def _urgency(one: Card, at: datetime) -> tuple[bool, datetime]:
    due = one.clock.due_at if one.clock else None
    if due is None:
        return True, one.answer.done_at or one.answer.sent_at
    return due > at, due


def card(answer: Answer, clock: Clock | None, *, agency: bool) -> Card:
    column = queries.column(answer)
    url = reverse("whistle_item", args=[answer.pk]) if agency else reverse("whistle", args=[answer.whistle_id])
    if column == "objected" and not agency:
        url = reverse("whistle_objection", args=[answer.objection.pk])
    rung = say(Rung(clock.rung), language()) if clock and clock.rung else ""
    word = say(RuleCode(clock.rule), language()) if clock else ""
    return Card(
        answer, _verb(answer, column, agency=agency), url, clock, word, rung, column,
        getattr(answer, "objection", None), getattr(answer, "said", ()),
    )  # fmt: skip


def _verb(answer: Answer, column: str, *, agency: bool) -> str:
    """The first word of a row: what comes next, for this side."""
    if agency:
        if answer.state == "sent":
            return _("签收")
        if column == "on_way":
            return _("报到")
        return _("反馈") if answer.state in OPEN else _("看")
    return {"objected": _("裁定"), "sent": _("催签"), "on_way": _("等到场"), "at_work": _("等反馈")}.get(
        column, _("看")
    )


def columns(found: Iterable[Card]) -> list[tuple[str, str, list[Card]]]:
    """(code, word, cards) in the order of the board."""
    rows = list(found)
    return [(code, str(word), [one for one in rows if one.column == code]) for code, word in words.COLUMNS.items()]


def digest(found: Sequence[Card], hot: Sequence[Heat]) -> str:
    """What a page knows already: equal digests mean that nothing on the board changed."""
    said = [
        (
            one.answer.pk,
            one.column,
            one.answer.state,
            len(one.said),
            str(one.clock.due_at if one.clock else ""),
            one.rung,
        )
        for one in found
    ]
    return hashlib.sha256(repr((said, [heat.pk for heat in hot])).encode()).hexdigest()[:16]


def acts(answer: Answer) -> Acts:
    open_ = answer.state in OPEN
    objection: Objection | None = getattr(answer, "objection", None)
    pending = queries.is_pending(answer)
    coming = answer.whistle.is_urgent or bool(answer.whistle.where)
    return Acts(
        sign=answer.state == "sent",
        arrive=coming and answer.state in ("sent", "signed"),
        feed_back=answer.state in ("signed", "arrived"),
        finish=answer.state in ("signed", "arrived") and not pending,
        object_to=open_ and objection is None and answer.passed_from_id is None,
        heat=open_ or answer.state == "done",
    )


def steps(answer: Answer) -> tuple[list[str], int | None]:
    """The way and where on it; None where it left it."""
    way = [_("吹哨"), _("签收"), _("反馈")]
    if answer.whistle.is_urgent or answer.whistle.where:
        way.insert(2, _("报到"))
        return way, {"sent": 1, "signed": 2, "arrived": 3, "done": 4}.get(answer.state)
    return way, {"sent": 1, "signed": 2, "arrived": 2, "done": 3}.get(answer.state)


def dispute_of(whistle: Whistle, scope: Scope) -> Dispute | None:
    """The dispute, for those of the police who see it; an agency never gets it from here."""
    if queries.is_agency(scope):
        return None
    return visibility.disputes(scope).filter(pk=whistle.dispute_id).select_related("place__parent", "station").first()


@dataclass(frozen=True)
class Hot:
    """What heated up, with the level that the scorecard gives to what was seen."""

    heat: Heat
    signs: list[str]
    level: Level | None


def hots(found: Sequence[Heat], dispute: Dispute | None, *, at: datetime) -> list[Hot]:
    """`dispute` is None for an agency: it is shown what it said and what became of it, no level."""
    return [
        Hot(
            heat,
            heat.get_signs(),
            levels.suggested(dispute, heat.signs, at=at) if dispute and not heat.taken_at else None,
        )
        for heat in found
    ]


def heats_of(whistle: Whistle, scope: Scope) -> list[Heat]:
    found = queries.heats(scope).filter(whistle=whistle).select_related("by", "taken_by", "answer__unit")
    return list(found.order_by("taken_at", "-at"))


def whistles_of(dispute: Dispute, scope: Scope, *, at: datetime) -> list[tuple[Whistle, list[Card]]]:
    """For the part on a dispute's page: every whistle with its items. Four queries."""
    found = list(queries.dressed(queries.answers(scope).filter(dispute=dispute)).order_by("-sent_at", "-part", "pk"))
    whistles: dict[int, tuple[Whistle, list[Card]]] = {}
    for one in cards(found, scope, at=at):
        whistles.setdefault(one.answer.whistle_id, (one.whistle, []))[1].append(one)
    return [whistles[pk] for pk in sorted(whistles, reverse=True)]


def own_items(tab: str) -> Q:
    """An agency's list: open, or over."""
    return ~Q(state__in=OPEN) if tab == "over" else Q(state__in=OPEN)

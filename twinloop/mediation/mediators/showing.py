"""A mediator as the list and the own page show them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from twinloop.cases import visibility
from twinloop.cases.queries import shown_type_names
from twinloop.edge.masks import mask_text
from twinloop.ledger.sight import Scope
from twinloop.mediation.mediators import forms, keys, queries, words
from twinloop.mediation.mediators.models import Mediator, Room
from twinloop.mediation.mediators.queries import Away, Figures


@dataclass(frozen=True)
class Row:
    """One mediator of the list."""

    one: Mediator
    figures: Figures
    away: Away | None  # now
    skills: Sequence[str]
    languages: Sequence[str]
    rooms: Sequence[str]
    places: Sequence[str]


def rows(found: Sequence[Mediator], on: date) -> list[Row]:
    counted, names = queries.figures(found, on=on), shown_type_names()
    return [_row(one, counted.get(one.pk, Figures()), names, on) for one in found]


def _row(one: Mediator, figures: Figures, names: Mapping[str, str], on: date) -> Row:
    return Row(
        one, figures, queries.away_on(one, on),
        skills=[names.get(code, code) for code in one.skills],
        languages=[str(words.LANGUAGES.get(code, code)) for code in one.languages],
        rooms=[room.name for room in one.rooms.all()],
        places=[place.short or place.name for place in one.communities.all()],
    )  # fmt: skip


def hours(room: Room) -> str:
    """周一、周三 09:00–11:30; every day and all hours are said too."""
    week = len(room.weekdays) in (0, 7)
    days = _("每天") if week else _("、").join(str(words.WEEKDAYS[day]) for day in room.weekdays)
    if room.opens_at is None or room.closes_at is None:
        return _("%(days)s，时间另约") % {"days": days}
    return f"{days} {room.opens_at:%H:%M}–{room.closes_at:%H:%M}"


def page(found: Mediator, scope: Scope, on: date) -> dict[str, Any]:
    """Everything that the page of one mediator shows."""
    once = {"once": uuid.uuid4()}
    here = found.left_on is None or found.left_on > on
    bars = queries.may_tend(scope, found, *queries.CHOOSERS)
    barred = list(queries.bars(scope, found))
    lost = keys.lost({found.keys_of, *(bar.keys_of for bar in barred)})
    leads = found.led.filter(state__in=queries.OPEN, dispute__in=visibility.disputes(scope))
    open_now = [(one.dispute, mask_text(one.dispute.title)) for one in leads.select_related("dispute__place")]
    return {
        "row": rows([found], on)[0], "one": found, "here": here, "calendar": queries.calendar(found),
        "bars": barred, "sees_bars": bars, "lost": lost, "led": open_now,
        "may_keep": here and scope.has(*queries.KEEPERS), "may_tend": here and queries.may_tend(scope, found),
        "may_bar": here and bars,
        "forms": {
            "retire": forms.Retire(auto_id="retire-%s", initial={**once, "on": on}),
            "away": forms.Away(auto_id="away-%s", initial={**once, "since": on}),
            "bar": forms.Barring(auto_id="bar-%s", initial=once, today=on),
            "why": forms.Why(auto_id="why-%s", initial=once),
        },
        "slot": "", "refused": "", "casedata": bool(open_now),
    }  # fmt: skip

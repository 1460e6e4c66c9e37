"""The day's report: how the day ended, by station and by name, what was carried and why. No text of a case is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from twinloop.decide.clocks import CHINA
from twinloop.decide.daily import CarryReason, DayKind
from twinloop.decide.words import say
from twinloop.followup.daily import queries
from twinloop.followup.daily.models import Day, Item
from twinloop.ledger.sight import Scope
from twinloop.papers.filling import day as said_day
from twinloop.papers.filling import moment

PRINTED = "zh-hans"  # the paper is Chinese, whoever prints it
MOST = 2_000  # carried items of a list


@dataclass(frozen=True)
class Line:
    """One person's day."""

    name: str
    all: int
    closed: int
    handed: int
    carried: int
    unexplained: int


@dataclass(frozen=True)
class Report:
    day: Day
    tally: queries.Tally
    officers: Sequence[Line]
    carried: Sequence[Item]
    confirmed: Sequence[Any]


def of_day(scope: Scope, day: Day) -> Report:
    """Within what the viewer sees. Four queries."""
    found = queries.visible(scope).filter(day=day)
    carried = queries.in_order(queries.dressed(found.filter(end="carried")))[:MOST]
    return Report(day, queries.tally(found), _by_name(found), list(carried), list(queries.confirmed(day).values()))


def _by_name(found: QuerySet[Item]) -> list[Line]:
    rows = (
        found.order_by()
        .values("holder__name")
        .annotate(
            all=Count("pk"), closed=Count("pk", filter=Q(end="closed")), handed=Count("pk", filter=Q(end="handed")),
            carried=Count("pk", filter=Q(end="carried")),
            unexplained=Count("pk", filter=Q(end="carried", reason="unexplained")),
        )
    )  # fmt: skip
    told = [
        Line(row["holder__name"] or _("指挥室"), row["all"], row["closed"], row["handed"], row["carried"],
             row["unexplained"])
        for row in rows
    ]  # fmt: skip
    return sorted(told, key=lambda one: (-one.unexplained, -one.carried, -one.all, one.name))


def values(report: Report, unit: str) -> dict[str, Any]:
    """What the paper prints."""
    return {
        "day": said_day(report.day.day), "unit": unit, "tally": report.tally, "officers": report.officers,
        "cut": f"{report.day.cut_at.astimezone(CHINA):%H:%M}",
        "carried": [_carried(row) for row in report.carried],
        "confirmed": [
            {"station": str(one.station or "分局"), "by": one.by.name, "at": moment(one.at),
             "note": f"：{one.note}" if one.note else ""}
            for one in report.confirmed
        ],
    }  # fmt: skip


def _carried(row: Item) -> dict[str, Any]:
    return {
        "number": row.number, "kind": say(DayKind(row.kind), PRINTED),
        "holder": row.holder.name if row.holder else "指挥室",
        "until": said_day(row.until), "reason": say(CarryReason(row.reason), PRINTED),
        "why": f"：{row.why}" if row.why else "",
        "times": row.carries + 1,
    }  # fmt: skip


@dataclass(frozen=True)
class Span:
    """From a day to a day, both included; what of it was carried over."""

    first: date
    last: date
    rows: QuerySet[Item]
    by_reason: Sequence[tuple[str, int]]


def carried(scope: Scope, first: date, last: date, reason: str = "") -> Span:
    """What was carried over in a span, what was carried most often first."""
    found = queries.visible(scope).filter(end="carried", day__day__gte=first, day__day__lte=last)
    counts = dict(found.order_by().values_list("reason").annotate(n=Count("pk")))
    names = dict(Item._meta.get_field("reason").flatchoices)
    by_reason = [(str(names.get(code, code)), n) for code, n in sorted(counts.items(), key=lambda pair: -pair[1])]
    if reason:
        found = found.filter(reason=reason)
    return Span(first, last, queries.dressed(found).order_by("-carries", "-day__day", "pk"), by_reason)

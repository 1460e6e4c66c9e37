"""The rows behind each subject's figures: whose they are, what they are called by, what is said beside them.

Read as the system (`actions.assess`): a score is counted from everything, whoever opens it later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import connection

from twinloop.cases.models import Clock, Dispute
from twinloop.decide.assessment import Measure, SubjectKind
from twinloop.decide.figures import Window
from twinloop.insight.assessments.rules import BESIDE, DURABLE, OWN
from twinloop.insight.figures.models import Settled
from twinloop.insight.figures.queries import raw_rows
from twinloop.ledger.models import Event

Rows = dict[str, dict[str, list[list[Any]]]]  # indicator → "in"/"of" → [name, dispute or None, label]
Raw = tuple[str, int | None, str, int | None, str]  # name, dispute, verdict, subject, label
COLUMNS = {
    SubjectKind.PERSON: "account_id", SubjectKind.COMMUNITY: "place_id", SubjectKind.STATION: "unit_id",
    SubjectKind.AGENCY: "unit_id", SubjectKind.NEIGHBOUR: "team_id", SubjectKind.TWO_PLUS_TWO: "team_id",
    SubjectKind.VOLUNTEER: "team_id",
}  # fmt: skip


def window_of(code: str, month: Window) -> Window:
    """The month itself; of durable settlement those that came of age in it, or a month could say nothing of them."""
    back = timedelta(days=DURABLE.get(code, 0))
    return replace(month, start=month.start - back, end=month.end - back)


def rows_by_subject(kind: SubjectKind, wanted: Sequence[Measure], month: Window, at: datetime) -> dict[int, Rows]:
    """The rows of each figure under whose they are: the owner, the community, the station of the dispute, the team
    that worked on it, the agency that was asked.

    A settlement that did not hold counts against whoever recorded it, whoever owns the dispute now.
    """
    found: dict[int, Rows] = defaultdict(lambda: defaultdict(lambda: {"in": [], "of": []}))
    for measure in wanted:
        for name, dispute, verdict, subject, label in _raw(kind, measure.indicator, month, at):
            if subject and verdict in ("in", "of"):
                found[subject][measure.indicator][verdict].append([name, dispute, label])
    return {subject: {code: dict(parts) for code, parts in rows.items()} for subject, rows in found.items()}


def _raw(kind: SubjectKind, code: str, month: Window, at: datetime) -> list[Raw]:
    window = window_of(code, month)
    if kind in OWN:
        sql = f"SELECT name, dispute_id, verdict, subject, label FROM ({OWN[kind][code]}) AS rows ORDER BY name"  # noqa: S608 - our own rules
        return _ask(sql, window, at)
    rows = [row for row in raw_rows(code, window, at=at) if row[1]]
    whose = _whose(kind, code, rows)
    numbers = dict(Dispute.objects.filter(pk__in={row[1] for row in rows}).values_list("pk", "number"))
    return [(name, pk, verdict, whose.get(name), numbers.get(pk, "")) for name, pk, verdict in rows]


def _ask(sql: str, window: Window, at: datetime) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"start": window.start, "end": window.end, "at": at})
        return list(cursor.fetchall())


def beside(kind: SubjectKind, month: Window, at: datetime) -> dict[int, dict[str, float]]:
    """Subject → what is said of it and not judged: the time an agency took to answer, how much a team did."""
    found: dict[int, dict[str, float]] = defaultdict(dict)
    for code, sql in BESIDE.get(kind, {}).items():
        for subject, figure in _ask(sql, month, at):
            found[subject][code] = round(float(figure), 1)
    return found


def _whose(kind: SubjectKind, code: str, rows: Sequence[tuple[str, int, str]]) -> dict[str, int | None]:
    if kind is SubjectKind.PERSON and code in DURABLE:
        return _settlers([name for name, _dispute, _verdict in rows])
    if kind is SubjectKind.PERSON and code == "clocks_met":
        owners = dict(Clock.objects.filter(pk__in=[_key(row[0]) for row in rows]).values_list("pk", "owner"))
        return {row[0]: owners.get(_key(row[0])) for row in rows}
    column = {SubjectKind.PERSON: "owner", SubjectKind.COMMUNITY: "place", SubjectKind.STATION: "station"}[kind]
    of = dict(Dispute.objects.filter(pk__in={row[1] for row in rows}).values_list("pk", column))
    return {name: of.get(dispute) for name, dispute, _verdict in rows}


def _key(name: str) -> int:
    return int(name.partition(":")[2])


def _settlers(names: Iterable[str]) -> dict[str, int | None]:
    """Who recorded each settlement ("dispute/number"): the newest word of it when it was made."""
    disputes = {int(name.partition("/")[0]) for name in names}
    said = Event.objects.filter(
        stream__in=[f"dispute:{pk}" for pk in disputes], verb__in=["settle", "agree"], by__isnull=False
    ).order_by("stream", "seq")
    by = {
        int(stream.partition(":")[2]): [(at, who) for _stream, at, who in told]
        for stream, told in groupby(said.values_list("stream", "at", "by"), key=lambda row: row[0])
    }
    held = Settled.objects.filter(dispute__in=disputes).values_list("dispute", "number", "at")
    return {
        f"{pk}/{number}": next((who for moment, who in reversed(by.get(pk, [])) if moment <= at), None)
        for pk, number, at in held
    }

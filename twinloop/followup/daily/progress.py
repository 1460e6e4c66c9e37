"""责任民警化解进度表: every open dispute under the name of who answers for it, with what comes next and when.

A literal number of queries, however many disputes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext as _

from twinloop.cases import visibility
from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.models import Clock, Dispute, Feedback
from twinloop.cases.telling import language
from twinloop.decide.clocks import RuleCode
from twinloop.decide.words import say
from twinloop.decide.workflow import Action, State
from twinloop.edge.masks import mask_text
from twinloop.followup.daily.models import Cover
from twinloop.followup.visits.models import Callback
from twinloop.ledger.cursor import FRESH
from twinloop.ledger.sight import Scope
from twinloop.mediation.sessions.models import Session
from twinloop.people.models import Account, RoleGrant

READERS = ("officer", "community_officer", "auxiliary", "dispatcher", "chief", "bureau")
CHIEFS = ("chief", "bureau")
OVER = (State.CLOSED, State.MERGED, State.TRANSFERRED)
SORTS = ("due", "level", "contact", "since")
NEXT = {  # what a state waits for where no clock runs
    State.REGISTERED: Action.SORT, State.REOPENED: Action.SORT, State.RETURNED: Action.SORT,
    State.SORTED: Action.ORDER, State.ORDERED: Action.START, State.HANDLING: Action.SETTLE,
    State.MEDIATING: Action.AGREE, State.UNSETTLED: Action.OPEN_REVIEW, State.REVIEW: Action.ORDER,
    State.SETTLED: Action.CLOSE, State.PENALTY: Action.CLOSE_BY_DECISION,
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the table is asked for; `officer` 0: those whom nobody answers for."""

    officer: int | None = None
    station: int | None = None
    place: int | None = None
    level: int | None = None
    late: bool = False
    sort: str = "due"


class EndOfDay(Func):
    """The last second of a date in China: until then a visit of that day is not late."""

    template = "((%(expressions)s)::timestamp + interval '1 day') AT TIME ZONE 'Asia/Shanghai' - interval '1 second'"
    output_field = DateTimeField()


def _annotated(found: QuerySet[Dispute]) -> QuerySet[Any]:
    """With what comes next, when it is due, when anybody was last in touch, who stands in."""
    running = Clock.objects.filter(RUNNING, dispute=OuterRef("pk"), due_at__isnull=False).order_by("due_at", "pk")
    owed = Callback.objects.filter(dispute=OuterRef("pk"), state="planned").order_by("due_on").values("due_on")[:1]
    visited = Callback.objects.filter(dispute=OuterRef("pk"), state="done").order_by("-at").values("at")[:1]
    fed = Feedback.objects.filter(order__dispute=OuterRef("pk")).order_by("-at").values("at")[:1]
    held = Session.objects.filter(mediation__dispute=OuterRef("pk"), live=True, outcome_at__isnull=False)
    sat = held.order_by("-outcome_at").values("outcome_at")[:1]
    cover = Cover.objects.filter(dispute=OuterRef("pk"), begun_at__isnull=False, ended_at__isnull=True)
    return found.annotate(
        clock_due=Subquery(running.values("due_at")[:1]),
        clock_rule=Subquery(running.values("rule")[:1]),
        visit_due=EndOfDay(Subquery(owed)),
        covered_by=Subquery(cover.values("cover__name")[:1]),
        covered_until=Subquery(cover.values("until")[:1]),
        contact=Greatest(Subquery(visited), Subquery(fed), Subquery(sat)),  # PostgreSQL leaves out what is null
    ).annotate(due=Least("clock_due", "visit_due"))


ORDERS = {  # of the rows of `held`
    "due": "due NULLS LAST, level NULLS LAST, id",
    "level": "level NULLS LAST, due NULLS LAST, id",
    "contact": "contact NULLS FIRST, level NULLS LAST, id",
    "since": "since, id",
}
# Every open dispute is looked at once: how many stand under whom, and which rows a page shows. What is due comes from
# `daily_dues`, as policies of clocks and visits would be asked of each of them, for what its dispute says already.
_TABLE = """{fresh} WITH held AS MATERIALIZED (
        SELECT seen.*, dues.due, {contact} AS contact
        FROM ({visible}) AS seen (id, owner, station, place, level, since)
            LEFT JOIN daily_dues() AS dues ON dues.dispute = seen.id {joined}),
    grouped AS (
        SELECT owner, station, place, level, count(*) AS n, count(*) FILTER (WHERE due < %s) AS late
        FROM held GROUP BY owner, station, place, level),
    named AS (
        SELECT g.*, who.name AS owner_name, unit.name AS unit_name, post.name AS station_name,
            post.code AS station_code, here.name AS place_name, here.code AS place_code
        FROM grouped AS g LEFT JOIN people_account AS who ON who.id = g.owner
            LEFT JOIN people_unit AS unit ON unit.id = who.unit_id LEFT JOIN people_unit AS post ON post.id = g.station
            LEFT JOIN places_place AS here ON here.id = g.place)
    SELECT (SELECT json_agg(named) FROM named),
        ARRAY(SELECT id FROM held WHERE {fits} ORDER BY {order} LIMIT %s OFFSET %s)"""


@dataclass(frozen=True)
class Group:
    """Open disputes of one officer, community and level: how many, and how many of them are late."""

    owner: int | None
    station: int | None
    place: int | None
    level: int | None
    n: int
    late: int
    owner_name: str | None
    unit_name: str | None
    station_name: str | None
    station_code: str | None
    place_name: str | None
    place_code: str | None


@dataclass(frozen=True)
class Table:
    """All that is open within the viewer's sight, in groups; the disputes of one page, in their order."""

    groups: Sequence[Group]
    ids: Sequence[int]

    def count(self, asked: Asked) -> int:
        """How many fit what was asked for."""
        fits = [one for one in self.groups if _fits(one, asked)]
        return sum(one.late if asked.late else one.n for one in fits)


def _fits(group: Group, asked: Asked) -> bool:
    wanted = ((asked.station, group.station), (asked.place, group.place), (asked.level, group.level))
    mine = asked.officer is None or (group.owner or 0) == asked.officer
    return mine and all(one == other for one, other in wanted if one)


def look(scope: Scope, asked: Asked, at: datetime, *, start: int = 0, most: int) -> Table:
    """The groups, and from `start` on at most `most` of the disputes that fit, in the order asked for; one query."""
    visible = _open(scope).order_by().values_list("pk", "owner", "station", "place", "level", "registered_at")
    sql, values = visible.query.sql_with_params()
    sort = asked.sort if asked.sort in SORTS else "due"
    by_contact = sort == "contact"
    fits, given = _conditions(asked, at)
    statement = _TABLE.format(
        fresh=FRESH, visible=sql, fits=fits, order=ORDERS[sort], contact="seen_at.at" if by_contact else "NULL",
        joined="LEFT JOIN daily_contacts() AS seen_at ON seen_at.dispute = seen.id" if by_contact else "",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, at, *given, most, start])
        groups, ids = cursor.fetchone()
    return Table([Group(**one) for one in groups or ()], ids)


def _conditions(asked: Asked, at: datetime) -> tuple[str, list[Any]]:
    wanted = {"station": asked.station, "place": asked.place, "level": asked.level, "owner": asked.officer}
    found: dict[str, Any] = {f"{name} = %s": value for name, value in wanted.items() if value}
    if asked.officer == 0:
        found["owner IS NULL"] = None
    if asked.late:
        found["due < %s"] = at
    return " AND ".join(found) or "true", [value for value in found.values() if value is not None]


def rows(scope: Scope, ids: Sequence[int]) -> list[Row]:
    """These disputes as the table shows them, in this order; one query."""
    seen = _annotated(visibility.disputes(scope).filter(pk__in=ids))
    found = {one.pk: one for one in seen.select_related("owner__unit", "leader", "place", "station")}
    return [row(found[pk]) for pk in ids if pk in found]


def _open(scope: Scope) -> QuerySet[Dispute]:
    return visibility.disputes(scope).exclude(state__in=OVER)


@dataclass(frozen=True)
class Officer:
    """What one answers for; `pk` 0: nobody."""

    pk: int
    name: str
    unit: str
    count: int
    first: int
    second: int
    late: int


def officers(table: Table) -> list[Officer]:
    """Everybody who answers for something open: those without an officer first, then the latest, the most laden."""
    held: dict[int | None, list[Group]] = defaultdict(list)
    for group in table.groups:
        held[group.owner].append(group)
    told = [
        Officer(
            pk or 0, groups[0].owner_name or _("没有责任人"), groups[0].unit_name or "", sum(one.n for one in groups),
            first=sum(one.n for one in groups if one.level == 1), second=sum(one.n for one in groups if one.level == 2),
            late=sum(one.late for one in groups),
        )
        for pk, groups in held.items()
    ]  # fmt: skip
    return sorted(told, key=lambda one: (one.pk != 0, -one.late, -one.count, one.name))


@dataclass(frozen=True)
class Row:
    """One dispute as the table shows it."""

    dispute: Dispute
    title: str
    state: str
    step: str
    due: datetime | None
    contact: datetime | None
    cover: str
    cover_until: date | None


def row(dispute: Any) -> Row:
    """`dispute` comes from `_annotated`."""
    return Row(
        dispute=dispute, title=mask_text(dispute.title), state=say(State(dispute.state), language()),
        step=_step(dispute), due=dispute.due, contact=dispute.contact, cover=dispute.covered_by or "",
        cover_until=dispute.covered_until,
    )  # fmt: skip


def _step(dispute: Any) -> str:
    """What is due first, in words; where nothing runs, what its state waits for."""
    by_visit = dispute.visit_due is not None and dispute.visit_due == dispute.due
    if by_visit:
        return _("回访")
    if dispute.clock_rule:
        return say(RuleCode(dispute.clock_rule), language())
    return say(NEXT[State(dispute.state)], language())


# --- who may take over -----------------------------------------------------------------------------------------------


def leaders(scope: Scope, on: date) -> list[tuple[int, str]]:
    """Who may take a dispute in charge (包案): bureau leaders, and the chiefs of the viewer's stations."""
    held = RoleGrant.objects.filter(period__contains=on)
    fits = Q(pk__in=held.filter(role="bureau").values("account"))
    chiefs = Q(pk__in=held.filter(role="chief").values("account"))
    if not scope.sees_all:
        chiefs &= Q(unit__in=scope.stations) | Q(unit__parent__in=scope.stations)
    found_ = Account.objects.filter(fits | chiefs, is_active=True).select_related("unit").order_by("name")
    return [(one.pk, f"{one.name} · {one.unit or ''}") for one in found_]


def stations(table: Table) -> list[tuple[int, str]]:
    """Stations with something open, for the filter; of one there is nothing to choose."""
    found = {one.station_code or "": (one.station, one.station_name or "") for one in table.groups if one.station}
    return [found[code] for code in sorted(found)]


def places(table: Table, station: int | None) -> list[tuple[int, str]]:
    """Communities with something open."""
    of = [one for one in table.groups if not station or one.station == station]
    found = {one.place_code or "": (one.place, one.place_name or "") for one in of if one.place}
    return [found[code] for code in sorted(found)]

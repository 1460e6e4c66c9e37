"""The day turns: what is open is gathered, the list of 08:00 is drawn, and at the cut every item ends in one way.

Each step can die anywhere and be done again: gathering compares, the cut goes through what is still open in chunks,
each a transaction of its own with its events, and the day is marked as cut last. `_alone` keeps two workers apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Max

from twinloop.cases import daybook
from twinloop.cases.daybook import Open
from twinloop.decide import daily
from twinloop.decide.clocks import CHINA
from twinloop.decide.daily import CarryReason, DayEnd, Params
from twinloop.followup.daily import queries
from twinloop.followup.daily.models import Day, Item
from twinloop.ledger.actions import record, record_many
from twinloop.ledger.whole import whole

CHUNK = 200  # items a transaction at the cut
_LOCK = 7107005  # advisory: one worker turns the day at a time
_FACTS = (
    "kind",
    "number",
    "url",
    "level",
    "type_code",
    "place_id",
    "station_id",
    "dispute_id",
    "incident_id",
    "due_at",
)

_KEPT = (
    *(name.removesuffix("_id") for name in (*_FACTS, "holder_id")), "end", "ended_at", "ended_by", "reason", "until",
    "verdict", "checked_at",
)  # fmt: skip


@dataclass(frozen=True)
class Turned:
    """What a turn did, for the job's log and for tests."""

    day: date
    added: int = 0
    closed: int = 0
    carried: int = 0
    cut: date | None = None


def turn(*, at: datetime) -> Turned:
    """Bring the running day up to date; make the cut where it is time. Does nothing where another worker does it."""
    at = at.astimezone(CHINA)
    with _alone() as mine:
        if not mine:
            return Turned(day=at.date())
        day, cut, ended = queries.running(), None, 0
        if day is not None:
            rules = queries.params(day.day)
            through = daily.covers(day.day, at, rules)
            if through is not None:
                ended, cut = _cut(day, through, rules, at), day.day
                day = None
        day = day or _open(at)
        rules = queries.params(day.day)
        added, closed = gather(day, rules, at)
        _draw_handover(day, rules, at)
        return Turned(day=day.day, added=added, closed=closed, carried=ended, cut=cut)


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


@whole()
def _open(at: datetime) -> Day:
    cleared = Day.objects.aggregate(last=Max("through"))["last"]
    rules = queries.params(at.date())
    on = daily.running_day(at, cleared, rules)
    rules = queries.params(on)
    day, made = Day.objects.get_or_create(
        day=on, defaults={"through": on, "opened_at": at, "cut_at": daily.cut_of(on, at, rules)}
    )
    if made:
        record(day.stream, "day_opened", by=None, at=at, day=on)
    return day


# --- what the day owes -------------------------------------------------------------------------------------


@whole()
def gather(day: Day, rules: Params, at: datetime, *, cut_at: datetime | None = None) -> tuple[int, int]:
    """Compare the day's items with what is open now: (new items, items that are done).

    An item is done by the act that did it, which left its own event; here is only written down that the day saw it.
    """
    cut_at = cut_at or day.cut_at
    found = {
        one.key: one
        for one in daybook.open_items(at, cut_at)
        if daily.belongs(one.kind, since=one.since, due=one.due, cut=cut_at, params=rules)
    }
    rows = {item.key: item for item in day.items.select_for_update(no_key=True)}
    done = [row for key, row in rows.items() if key not in found and row.end != DayEnd.CLOSED]
    for row in done:
        row.end, row.ended_at, row.ended_by = DayEnd.CLOSED, at, None
    again = [row for key, row in rows.items() if key in found and row.end == DayEnd.CLOSED]
    for row in again:
        row.end, row.ended_at, row.reason, row.until, row.verdict, row.checked_at = "", None, "", None, "", None
    changed = [row for key, row in rows.items() if key in found and _follow(row, found[key])]
    touched = {row.pk: row for row in (*done, *again, *changed)}
    Item.objects.bulk_update(touched.values(), _KEPT, batch_size=CHUNK)
    new = _new(day, [one for key, one in found.items() if key not in rows])
    Item.objects.bulk_create(new, batch_size=1_000)
    return len(new), len(done)


def _follow(row: Item, one: Open) -> bool:
    """The thing went on (signed, but not arrived; another officer): its row says so. True where something changed."""
    now = _facts(one)
    if not row.is_given:
        now["holder_id"] = one.owner
    changed = {name: value for name, value in now.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)


def _facts(one: Open) -> dict[str, object]:
    values = (one.kind.value, one.number, one.url, one.level, one.type_code, one.place, one.station, one.dispute,
              one.incident, one.due)  # fmt: skip
    return dict(zip(_FACTS, values, strict=True))


def _new(day: Day, found: Sequence[Open]) -> list[Item]:
    """Rows of what the day did not know yet, less what was carried to a later day."""
    last = queries.last_of([one.key for one in found], day.day)
    made = []
    for one in found:
        old = last.get(one.key)
        before = queries.before(old)
        if daily.rests(before, day.day):
            continue
        goes_on = old is not None and old.end in (DayEnd.HANDED, DayEnd.CARRIED)
        given = old.given_to_id if old and goes_on and old.end == DayEnd.HANDED else None
        if old and goes_on and given is None and old.is_given:
            given = old.holder_id
        made.append(
            Item(
                day=day, key=one.key, **_facts(one), since=one.since, carries=daily.carries(before),
                holder_id=given or one.owner, is_given=given is not None,
                first_on=old.first_on if old and goes_on else day.day,
            )
        )  # fmt: skip
    return made


@whole()
def _draw_handover(day: Day, rules: Params, at: datetime) -> None:
    """At 08:00 what is open stands on the list of the handover; drawn once, later where the worker was down."""
    due = datetime.combine(day.day, rules.handover, at.tzinfo)
    if at < due or not Day.objects.filter(pk=day.pk, handover_at__isnull=True).update(handover_at=at):
        return
    count = day.items.filter(end="").update(is_on_handover=True)
    record(day.stream, "handover_drawn", by=None, at=at, items=count, late=daily.is_late(due, at, rules))


# --- the cut -----------------------------------------------------------------------------------------------


def _cut(day: Day, through: date, rules: Params, at: datetime) -> int:
    """Every item of the day ends; gives how many nobody had said anything of.

    `through`: the last day whose cut came while no worker ran. What came up before that cut is owed by this day too.
    """
    gather(day, rules, at, cut_at=daily.cut_of(through, at, rules))
    until = through + timedelta(days=1)
    count = 0
    while chunk := _carry_on(day, until, at):
        count += chunk
    _mark(day, through, rules, at)
    return count


@whole()
def _carry_on(day: Day, until: date, at: datetime) -> int:
    """The next chunk of what is still open goes on to `until`, in the name of whose it is."""
    rows = list(day.items.select_for_update(no_key=True, of=("self",)).filter(end="").select_related("holder")[:CHUNK])
    for row in rows:
        outcome = daily.settle(is_open=True, said=None)
        row.end, row.ended_at, row.reason, row.until = outcome.end, at, CarryReason.UNEXPLAINED, until
    Item.objects.bulk_update(rows, ["end", "ended_at", "reason", "until"])
    record_many(_told(rows, until), "day_unexplained", by=None, at=at)
    return len(rows)


def _told(rows: Iterable[Item], until: date) -> Iterator[tuple[str, dict[str, object]]]:
    for row in rows:
        holder = row.holder.name if row.holder else ""
        yield stream_of(row), {"kind": row.kind, "until": until, "holder": holder, "number": row.number}


def stream_of(item: Item) -> str:
    """Where an item's events stand: on its case, else on the day."""
    if item.dispute_id:
        return f"dispute:{item.dispute_id}"
    if item.incident_id:
        return f"incident:{item.incident_id}"
    return item.day.stream


@whole()
def _mark(day: Day, through: date, rules: Params, at: datetime) -> None:
    """Last of all: the day is cut, and says so when it was late."""
    late = daily.is_late(day.cut_at, at, rules)
    made = max(at, day.cut_at)
    if Day.objects.filter(pk=day.pk, made_at__isnull=True).update(made_at=made, through=through, is_late=late):
        found = queries.tally(day.items.all())
        record(
            day.stream, "day_cut", by=None, at=at, late=late, through=through, closed=found.closed,
            handed=found.handed, carried=found.carried, unexplained=found.unexplained,
        )  # fmt: skip

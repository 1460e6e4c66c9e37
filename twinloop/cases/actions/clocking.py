"""Clocks are opened, paused, stopped; a job warns and climbs. All of it can be repeated without harm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Exists, OuterRef, Q

from twinloop.cases.models import Clock, ClockPause, Dispute, Incident, Order
from twinloop.cases.queries import calendar, rule_of
from twinloop.decide import Refused, clocks
from twinloop.decide.clocks import Due, Pause, RuleCode
from twinloop.ledger import many
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.people.models import Account

RUNNING = Q(met_at__isnull=True, dropped_at__isnull=True)


def stream_of(clock: Clock) -> str:
    return f"dispute:{clock.dispute_id}" if clock.dispute_id else f"incident:{clock.incident_id}"


def open_clock(
    rule: RuleCode | str,
    *,
    by: int | None,
    at: datetime,
    dispute: Dispute | None = None,
    incident: Incident | None = None,
    order: Order | None = None,
    owner: Account | int | None = None,
    subject: str = "",
    may_wait: bool = False,
    since: datetime | None = None,
) -> Clock:
    """Start `rule` for a thing; where it runs already, that one is given back. It counts from `since`, else from `at`.

    A year without a holiday calendar is refused; with `may_wait` (a clock that follows from a lawful move, which must
    not fail for that) the clock is kept without an end until somebody types the year in (`recount_waiting`).
    """
    return open_clocks(
        (RuleCode(rule),), by=by, at=at, dispute=dispute, incident=incident, order=order, owner=owner,
        subject=subject, may_wait=may_wait, since=since,
    )[0]  # fmt: skip


@whole()
def open_clocks(
    rules: Sequence[RuleCode],
    *,
    by: int | None,
    at: datetime,
    dispute: Dispute | None = None,
    incident: Incident | None = None,
    order: Order | None = None,
    owner: Account | int | None = None,
    subject: str = "",
    may_wait: bool = False,
    since: datetime | None = None,
) -> list[Clock]:
    """As `open_clock` of each rule, in one statement: a constraint says which of them run already."""
    about = {"dispute": dispute, "incident": incident, "order": order, "subject": subject}
    owner_id, start = owner.pk if isinstance(owner, Account) else owner, since or at
    made = []
    for rule in rules:
        due = _due(rule, start, may_wait=may_wait)
        made.append(
            Clock(rule=rule.value, owner_id=owner_id, started_at=start, due_at=due.due_at, warn_at=due.warn_at, **about)
        )
    new = many.put_new(made, "rule")
    for clock, is_new in zip(made, new, strict=True):
        if is_new:
            record(stream_of(clock), "clock_opened", by=by, at=at, rule=clock.rule, due=clock.due_at)
    if all(new):
        return made
    running = {clock.rule: clock for clock in Clock.objects.filter(RUNNING, rule__in=rules, **about)}
    return [clock if is_new else running[clock.rule] for clock, is_new in zip(made, new, strict=True)]


def _due(rule: RuleCode, start: datetime, *, may_wait: bool) -> Due:
    try:
        return clocks.due(rule_of(rule, start), start, (), calendar())
    except Refused as refused:
        if not (may_wait and refused.code == clocks.ClockRefusal.UNKNOWN_YEAR):
            raise
        return Due(None, None)


# every running clock of a thing, or those of some rules, ends in one statement; what it was tells the event
_END = """UPDATE cases_clock SET {column} = {value} WHERE {thing} AND met_at IS NULL AND dropped_at IS NULL
    AND (%s::text[] = '{{}}' OR rule = ANY (%s)) RETURNING id, rule, dispute_id, incident_id, due_at"""
_THINGS = {
    "dispute": "dispute_id = %s", "incident": "incident_id = %s", "order": "order_id = %s",
    "orders_of": "order_id IN (SELECT id FROM cases_order WHERE dispute_id = %s)",
    "due_before": "due_at < %s",
}  # fmt: skip


def stop_clocks(rules: Sequence[str], *, by: int | None, at: datetime, **thing: int) -> None:
    """What was owed of a thing by `rules` (none named: by all) has been done: `dispute=`, `incident=`, `order=`,
    or `orders_of=` a dispute."""
    for clock in _end("met_at", "greatest(%s, started_at)", rules, at, thing):
        late = bool(clock.due_at and at > clock.due_at)
        record(stream_of(clock), "clock_met", by=by, at=at, rule=clock.rule, late=late)


def drop_clocks(rules: Sequence[str], *, at: datetime, why: str, by: int | None = None, **thing: int | datetime) -> int:
    """No longer owed; as `stop_clocks`, or of every thing, `due_before=` a moment. How many."""
    ended = _end("dropped_at", "%s", rules, at, thing)
    for clock in ended:
        record(stream_of(clock), "clock_dropped", by=by, at=at, why=why, rule=clock.rule)
    return len(ended)


def _end(
    column: str, value: str, rules: Sequence[str], at: datetime, thing: Mapping[str, int | datetime]
) -> list[Clock]:
    """The clocks that ended, the soonest due first."""
    ((name, pk),) = thing.items()
    asked = _END.format(column=column, value=value, thing=_THINGS[name])
    codes = [str(rule) for rule in rules]
    with connection.cursor() as cursor:
        cursor.execute(asked, [at, pk, codes, codes])
        rows = [Clock(**dict(zip(_COLUMNS, row, strict=True))) for row in cursor.fetchall()]
    return sorted(rows, key=lambda clock: (clock.due_at is None, clock.due_at or at, clock.pk))


_COLUMNS = ("id", "rule", "dispute_id", "incident_id", "due_at")


@whole()
def stop_clock(clock: Clock, *, by: int | None, at: datetime) -> None:
    """What was owed has been done, in time or late."""
    if Clock.objects.filter(RUNNING, pk=clock.pk).update(met_at=max(at, clock.started_at)):
        late = bool(clock.due_at and at > clock.due_at)
        record(stream_of(clock), "clock_met", by=by, at=at, rule=clock.rule, late=late)


@whole()
def drop_clock(clock: Clock, *, by: int | None, at: datetime, why: str) -> None:
    """No longer owed."""
    if Clock.objects.filter(RUNNING, pk=clock.pk).update(dropped_at=at):
        record(stream_of(clock), "clock_dropped", by=by, at=at, why=why, rule=clock.rule)


@whole()
def pause_clock(clock: Clock, *, by: int | None, at: datetime, why: str) -> None:
    """Stand still from now on (an injury appraisal, a translator awaited), with a reason."""
    if not why.strip():
        raise Refused("reason_missing")
    clock = Clock.objects.select_for_update(no_key=True).get(pk=clock.pk)
    if clock.met_at or clock.dropped_at:
        raise Refused("clock_over")
    if clock.pauses.filter(period__upper_inf=True).exists():
        raise Refused("clock_stands")
    ClockPause.objects.create(clock=clock, period=DateTimeTZRange(at, None), why=why, by_id=by)
    recount(clock)
    record(stream_of(clock), "clock_paused", by=by, at=at, why=why, rule=clock.rule)


@whole()
def resume_clock(clock: Clock, *, by: int | None, at: datetime) -> None:
    clock = Clock.objects.select_for_update(no_key=True).get(pk=clock.pk)
    pause = clock.pauses.filter(period__upper_inf=True).first()
    if pause is None:
        raise Refused("clock_runs")
    pause.period = DateTimeTZRange(pause.period.lower, max(at, pause.period.lower), "[]")
    pause.save(update_fields=["period"])
    recount(clock)
    record(stream_of(clock), "clock_resumed", by=by, at=at, rule=clock.rule, due=clock.due_at)


@whole()
def defer_clock(clock: Clock, until: datetime, *, by: int | None, at: datetime, why: str = "") -> None:
    """Both sides gave it more time: due at `until`, warned of anew; a clock that is over stays as it is."""
    percent = rule_of(RuleCode(clock.rule), clock.started_at).warn_percent
    warn_at = clock.started_at + (until - clock.started_at) * percent / 100
    won = Clock.objects.filter(RUNNING, pk=clock.pk).update(
        due_at=until, warn_at=warn_at, warned_at=None, missed_at=None, rung=""
    )
    if won:
        record(stream_of(clock), "clock_deferred", by=by, at=at, why=why, rule=clock.rule, due=until)


def recount(clock: Clock) -> None:
    """When the clock is due, with the pauses on record."""
    pauses = [Pause(p.period.lower, p.period.upper) for p in clock.pauses.all()]
    due = clocks.due(rule_of(RuleCode(clock.rule), clock.started_at), clock.started_at, pauses, calendar())
    Clock.objects.filter(pk=clock.pk).update(due_at=due.due_at, warn_at=due.warn_at)
    clock.due_at, clock.warn_at = due.due_at, due.warn_at


def recount_waiting(*, by: int | None, at: datetime) -> int:
    """A holiday calendar was typed in: clocks that waited for it get their end; gives how many."""
    standing = ClockPause.objects.filter(clock=OuterRef("pk"), period__upper_inf=True)
    waiting = Clock.objects.filter(RUNNING, ~Exists(standing), due_at__isnull=True)
    done = 0
    for clock in waiting:
        with transaction.atomic():
            try:
                recount(clock)
            except Refused:  # of another year still
                continue
            record(stream_of(clock), "clock_dated", by=by, at=at, rule=clock.rule, due=clock.due_at)
            done += 1
    return done


def climb_clocks(*, at: datetime, limit: int = 500) -> int:
    """Warn and climb whatever is due for it at `at`; returns how many clocks changed.

    Each clock makes at most one step to where it stands now, some at a time in a transaction of their own: after a
    day's outage a clock goes straight to its present rung with one event, and a crash in between loses or doubles
    nothing. A chance that nobody took lapses instead.
    """
    lapsed = _lapse(at)
    due = Clock.objects.filter(RUNNING).filter(Q(warn_at__lte=at) | Q(due_at__lte=at))
    open_ = due.exclude(rung="rung_bureau").exclude(Q(warned_at__isnull=False) & Q(due_at__gt=at))
    found = list(open_.order_by("due_at").values_list("pk", flat=True)[:limit])
    return lapsed + sum(_climb(found[n : n + TOGETHER], at) for n in range(0, len(found), TOGETHER))


# both sides may ask a court within thirty days (人民调解法 33): nobody owes it, and nobody is late who lets it pass
CHANCES = [str(RuleCode.JUDICIAL_CONFIRMATION)]


@whole()
def _lapse(at: datetime) -> int:
    return drop_clocks(CHANCES, at=at, why="lapsed", due_before=at)


TOGETHER = 50  # clocks that climb in one transaction
_CLIMB = """UPDATE cases_clock c SET warned_at = coalesce(c.warned_at, %s), missed_at = n.missed, rung = n.rung
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[]) AS n (id, missed, rung) WHERE c.id = n.id"""


@whole()
def _climb(numbers: Sequence[int], at: datetime) -> int:
    changed: list[Clock] = []
    for clock in (
        Clock.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(RUNNING, pk__in=numbers)
        .order_by("due_at")
    ):
        if clock.due_at is None:
            continue
        due, warned, missed, rung = Due(clock.due_at, clock.warn_at), clock.warned_at, clock.missed_at, clock.rung
        clock.rung = clocks.climb(rule_of(RuleCode(clock.rule), clock.started_at), at, due) or ""
        if missed is None and clocks.is_late(at, due):
            clock.missed_at = at
        if warned is None or (missed, rung) != (clock.missed_at, clock.rung):
            changed.append(clock)
            verb = "clock_climbed" if rung != clock.rung else "clock_warned"
            record(stream_of(clock), verb, by=None, at=at, rule=clock.rule, rung=clock.rung, due=clock.due_at)
    if changed:
        pks, missed_at, rungs = [c.pk for c in changed], [c.missed_at for c in changed], [c.rung for c in changed]
        with connection.cursor() as cursor:
            cursor.execute(_CLIMB, [at, pks, missed_at, rungs])
    return len(changed)

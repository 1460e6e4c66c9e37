"""One rule an indicator: which rows belong to the window, which of them count, which are left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, time, timedelta
from statistics import median

from twinloop.decide.figures.codes import Exclusion, Indicator, Mode
from twinloop.decide.figures.record import Dispute, Due, Outside, Record, Settlement, Window

Row = tuple[str, bool | Exclusion]  # id; in the numerator or not, or why it is left out
Rule = Callable[[Record, Window, datetime], Iterator[Row]]


def _own(disputes: Iterable[Dispute], window: Window) -> Iterator[tuple[Dispute, Exclusion | None]]:
    """Disputes registered in the window, and why one of them is not ours to settle at its end."""
    for one in disputes:
        if one.registered_at in window:
            yield one, _apart(one, window.end)


def _gone(one: Dispute, moment: datetime) -> Exclusion | None:
    if one.merged_at is not None and one.merged_at < moment:
        return Exclusion.MERGED
    if one.transferred_at is not None and one.transferred_at < moment:
        return Exclusion.TRANSFERRED
    return None


def _apart(one: Dispute, moment: datetime) -> Exclusion | None:
    """Domestic violence goes its own way (letter, visits, protection): it is never counted as settled by mediation.

    *Ours*: it stands in neither part of a share of settling, so that naming it as what it is costs nobody a figure.
    """
    return _gone(one, moment) or (Exclusion.VIOLENCE if one.is_domestic_violence else None)


def resolution(record: Record, window: Window, _at: datetime) -> Iterator[Row]:
    """Registered in the window and settled by its end ÷ registered in the window."""
    for one, gone in _own(record.disputes, window):
        yield one.id, gone or one.settled_at(window.end) is not None


def on_the_spot(record: Record, window: Window, _at: datetime) -> Iterator[Row]:
    for one, gone in _own(record.disputes, window):
        settled = one.settled_at(window.end)
        yield one.id, gone or (settled is not None and settled.mode is Mode.SPOT)


def elders(record: Record, window: Window, _at: datetime) -> Iterator[Row]:
    for one, gone in _own(record.disputes, window):
        settled = one.settled_at(window.end)
        yield one.id, gone or (settled is not None and settled.mode is Mode.SEEK)


def durable(days: int) -> Rule:
    """Settled in the window, and neither reopened nor reported again within so many days ÷ settled so long ago.

    Each settlement is a try of its own: who settles early and settles again is not better off for it.
    """

    def rule(record: Record, window: Window, at: datetime) -> Iterator[Row]:
        for one, number, settled in _settled(record.disputes, window):
            until = settled.at + timedelta(days=days)
            again = one.flared_up(settled)
            name = f"{one.id}/{number}"
            if one.merged_at is not None and one.merged_at < until:
                yield name, Exclusion.MERGED
            else:
                yield name, Exclusion.TOO_YOUNG if until > at else again is None or again >= until

    return rule


def _settled(disputes: Iterable[Dispute], window: Window) -> Iterator[tuple[Dispute, int, Settlement]]:
    for one in disputes:
        for number, settled in enumerate(one.settlements, 1):
            if settled.at in window:
                yield one, number, settled


def first_time(record: Record, window: Window, _at: datetime) -> Iterator[Row]:
    """Of those settled at the end of the window, the ones that needed neither a second round nor a second settlement.

    *Ours*: measured among disputes registered in the window, so that a late second round still counts against it.
    """
    for one, gone in _own(record.disputes, window):
        settled = one.settled_at(window.end)
        if settled is not None or gone:
            alone = sum(s.at < window.end for s in one.settlements) == 1
            yield one.id, gone or (alone and settled is not None and settled.round == 1)


def second_handling(record: Record, window: Window, _at: datetime) -> Iterator[Row]:
    """Round two opened in the window and settled by its end ÷ round two opened in the window."""
    for one in record.disputes:
        if one.second_at is not None and one.second_at in window:
            yield one.id, _apart(one, window.end) or one.settled_at(window.end) is not None


def backlog(record: Record, window: Window, _at: datetime) -> Iterator[Row]:
    """Backlog disputes open at some time in the window, and settled at its end ÷ all of them."""
    for one in record.disputes:
        again = any(moment in window for moment in one.reopened)
        was_open = one.registered_at < window.end and (again or one.settled_at(window.start) is None)
        if one.is_backlog and was_open and not _gone(one, window.start):
            yield one.id, _apart(one, window.end) or one.settled_at(window.end) is not None


def repeat(record: Record, window: Window, _at: datetime) -> Iterator[Row]:
    """Disputes with a report in the window that had one before ÷ disputes with a report in the window."""
    for one in record.disputes:
        inside = [moment for moment in one.incidents if moment in window]
        if inside:
            yield one.id, _gone(one, window.end) or min(one.incidents) < max(inside)


def _met(rows: Iterable[Due], window: Window, at: datetime) -> Iterator[Row]:
    """Due in the window and done in time ÷ due in the window. What is not due yet at ``at`` waits, unless done."""
    for one in rows:
        if one.due is None or one.due not in window:
            continue
        if one.done is None and one.due > at:
            yield one.id, Exclusion.NOT_DUE
        else:
            yield one.id, one.done is not None and one.done <= one.due


def clocks(record: Record, window: Window, at: datetime) -> Iterator[Row]:
    yield from _met(record.clocks, window, at)


def hazards(record: Record, window: Window, at: datetime) -> Iterator[Row]:
    yield from _met(record.hazards, window, at)


def callbacks_reached(record: Record, window: Window, at: datetime) -> Iterator[Row]:
    for one in record.callbacks:
        if one.due in window:
            waits = one.reached is None and one.due > at
            yield one.id, Exclusion.NOT_DUE if waits else one.reached is not None


def callbacks_satisfied(record: Record, window: Window, at: datetime) -> Iterator[Row]:
    """Satisfied ÷ owed: who was not reached counts against."""
    for one in record.callbacks:
        if one.due in window:
            waits = one.reached is None and one.due > at
            yield one.id, Exclusion.NOT_DUE if waits else one.reached is not None and one.is_satisfied is True


def answered(record: Record, window: Window, at: datetime) -> Iterator[Row]:
    """Whistles of the window that an agency answered in time ÷ whistles of the window."""
    for one in record.whistles:
        if one.at in window:
            waits = one.answered is None and one.due > at
            in_time = one.answered is not None and one.answered <= one.due
            yield one.id, Exclusion.NOT_DUE if waits else in_time


def posts(record: Record, window: Window, at: datetime) -> Iterator[Row]:
    """Villages that had somebody on two days or more of an ISO week ÷ villages, week by week; whole weeks only."""
    for one in record.posts:
        monday = datetime.combine(one.monday, time(), window.start.tzinfo)
        if monday in window:
            unfinished = monday + timedelta(days=7) > min(window.end, at) and one.days < 2
            yield one.id, Exclusion.NOT_DUE if unfinished else one.days >= 2


SHARES: dict[Indicator, Rule] = {
    Indicator.RESOLUTION: resolution,
    Indicator.DURABLE_30: durable(30),
    Indicator.DURABLE_90: durable(90),
    Indicator.DURABLE_180: durable(180),
    Indicator.FIRST_TIME: first_time,
    Indicator.SECOND_HANDLING: second_handling,
    Indicator.BACKLOG: backlog,
    Indicator.ON_THE_SPOT: on_the_spot,
    Indicator.ELDERS: elders,
    Indicator.REPEAT: repeat,
    Indicator.CLOCKS_MET: clocks,
    Indicator.CALLBACKS_REACHED: callbacks_reached,
    Indicator.CALLBACKS_SATISFIED: callbacks_satisfied,
    Indicator.AGENCY_ANSWERED: answered,
    Indicator.POSTS_TWO_DAYS: posts,
    Indicator.HAZARDS_RIGHTED: hazards,
}

Amount = tuple[float | None, tuple[str, ...], dict[Exclusion, tuple[str, ...]]]


def _sum(rows: Iterable[tuple[str, float]]) -> Amount:
    found = [(name, value) for name, value in rows if value]
    return float(sum(value for _name, value in found)), tuple(name for name, _value in found), {}


def people_helped(record: Record, window: Window) -> Amount:
    return _sum((one.id, one.people) for one in record.services if one.at in window)


def activities(record: Record, window: Window) -> Amount:
    return _sum((one.id, 1) for one in record.services if one.is_activity and one.at in window)


def hours(record: Record, window: Window) -> Amount:
    return _sum((one.id, one.hours) for one in record.services if one.at in window)


def escalations(record: Record, window: Window) -> Amount:
    return _sum((one.id, 1) for one in record.escalations if one.due is not None and one.due in window)


def agency_time(record: Record, window: Window) -> Amount:
    """Median hours from whistle to answer, of the whistles of the window that were answered."""
    found = [(w.id, (w.answered - w.at) / timedelta(hours=1)) for w in record.whistles if w.answered and w.at in window]
    return (median(h for _id, h in found) if found else None), tuple(name for name, _h in found), {}


def call_handlers(record: Record, window: Window) -> Amount:
    """Call handlers ÷ the force of the stations, on the last day of the window on which each was counted."""
    last = {}
    for one in sorted(record.stations, key=lambda one: one.on):
        if datetime.combine(one.on, time(), window.start.tzinfo) < window.end:
            last[one.id] = one
    empty = tuple(name for name, one in last.items() if one.people == 0)
    force = sum(one.people for one in last.values())
    counted = tuple(name for name in last if name not in empty)
    share = sum(one.handlers for one in last.values()) / force if force else None
    return share, counted, {Exclusion.NO_STRENGTH: empty} if empty else {}


def outside(indicator: Indicator) -> Callable[[Record, Window], Amount]:
    """The latest figure of another office in the window; counts of several periods in it are added up."""

    def rule(record: Record, window: Window) -> Amount:
        found = [one for one in record.outside if one.indicator == indicator and one.at in window]
        if not found:
            return None, (), {}
        return _carried(found), tuple(one.id for one in found), {}

    return rule


def _carried(found: list[Outside]) -> float:
    whole = sum(one.denominator or 0.0 for one in found)
    total = sum(one.numerator for one in found)
    return total / whole if whole else total


AMOUNTS: dict[Indicator, Callable[[Record, Window], Amount]] = {
    Indicator.PEOPLE_HELPED: people_helped,
    Indicator.ACTIVITIES: activities,
    Indicator.HOURS: hours,
    Indicator.ESCALATIONS: escalations,
    Indicator.AGENCY_TIME: agency_time,
    Indicator.CALL_HANDLERS: call_handlers,
    **{
        code: outside(code) for code in (Indicator.GRAVE_CRIMES, Indicator.SURVEY_SATISFACTION, Indicator.SURVEY_SAFETY)
    },
}
OUTSIDE = frozenset({Indicator.GRAVE_CRIMES, Indicator.SURVEY_SATISFACTION, Indicator.SURVEY_SAFETY})


def sorted_out(rows: Iterable[Row]) -> tuple[tuple[str, ...], tuple[str, ...], dict[Exclusion, tuple[str, ...]]]:
    """(numerator, denominator, left out) of a share's rows."""
    hits: list[str] = []
    of: list[str] = []
    left: dict[Exclusion, list[str]] = defaultdict(list)
    for name, verdict in rows:
        if isinstance(verdict, Exclusion):
            left[verdict].append(name)
            continue
        of.append(name)
        if verdict:
            hits.append(name)
    return tuple(hits), tuple(of), {why: tuple(names) for why, names in left.items()}

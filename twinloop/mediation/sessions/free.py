"""Is the room open, are its people there; and if not, when next. Periods alone are read, nobody's business."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.decide.slots import HORIZON, Busy, Hours, next_free
from twinloop.discovery.posts.models import Shift
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.mediators.models import Absence, Mediator, Room
from twinloop.mediation.mediators.showing import hours as hours_of
from twinloop.mediation.mediators.words import WEEKDAYS
from twinloop.mediation.sessions.models import Seat, Session
from twinloop.people.models import Duty, Leave

BOUND = (Duty.Kind.COMMAND, Duty.Kind.CALLS)  # whoever answers calls cannot sit in a session
DAYTIME = (time(8), time(20))  # what is offered where a room says nothing of its hours


def check_room(room: Room, people: Sequence[Mediator], start: datetime, end: datetime) -> None:
    """Raises `Refused` where the room is not open for all of it, with its hours and the next time for everybody."""
    begins, ends, hours = start.astimezone(CHINA), end.astimezone(CHINA), _hours(room)
    if not (hours.hold(begins, ends) if room.opens_at else hours.on(begins.date())):
        raise Refused("session_room_shut", room=room.name, hours=hours_of(room), next=then(room, people, start, end))


def check_people(room: Room | None, people: Sequence[Mediator], start: datetime, end: datetime) -> None:
    """Raises `Refused` where one is away, on leave, posted in a village, answers calls or sits in another session."""
    by_account = {one.account_id: one for one in people if one.account_id is not None}
    day, last = start.astimezone(CHINA).date(), end.astimezone(CHINA).date()
    own: Mapping[str, Any] = {"account__in": list(by_account), "period__overlap": (start, end)}

    def no(code: str, one: Mediator, **facts: Any) -> Refused:
        return Refused(code, name=one.name, next=then(room, people, start, end), **facts)

    days = (day, last + timedelta(days=1))
    if away := Absence.objects.filter(mediator__in=people, dropped_at=None, period__overlap=days).first():
        until = away.period.upper - timedelta(days=1)
        raise no("session_mediator_out", _of(people, away.mediator_id), since=away.period.lower, until=until)
    if leave := Leave.objects.filter(**own).first():
        raise no("session_mediator_away", by_account[leave.account_id])
    if duty := Duty.objects.filter(kind__in=BOUND, **own).first():
        raise no("session_mediator_duty", by_account[duty.account_id], duty=duty.get_kind_display())
    if post := Shift.objects.filter(dropped_at=None, **own).first():
        raise no("session_mediator_posted", by_account[post.account_id])


def then(room: Room | None, people: Sequence[Mediator], start: datetime, end: datetime) -> str:
    """The end of the sentence: when the room and all of them are free next; that there is no such time, else."""
    begins = start.astimezone(CHINA)
    found = next_free(begins, end - start, _busy(room, people, begins), _hours(room))
    if found is None:
        return _("两周内凑不到都有空的时间")
    shown = f"{found:%m-%d}（{WEEKDAYS[found.isoweekday()]}）{found:%H:%M}"
    return _("最近都有空：%(when)s") % {"when": shown}


def _hours(room: Room | None) -> Hours:
    opens, closes = (room.opens_at, room.closes_at) if room else (None, None)
    days = frozenset(room.weekdays) if room else frozenset()
    return Hours(opens or DAYTIME[0], closes or DAYTIME[1], days)


def _busy(room: Room | None, people: Sequence[Mediator], start: datetime) -> list[Busy]:
    """Everything within the horizon that takes the room or one of them, of whatever station. Six queries."""
    span = (start, start + HORIZON + timedelta(days=1))
    accounts = [one.account_id for one in people if one.account_id is not None]
    own: Mapping[str, Any] = {"account__in": accounts, "period__overlap": span}
    with see_as(SYSTEM):
        found: list[QuerySet[Any]] = [
            Session.objects.filter(live=True, room=room).exclude(room=None).filter(period__overlap=span),
            Seat.objects.filter(live=True, mediator__in=people, period__overlap=span),
            Leave.objects.filter(**own),
            Duty.objects.filter(kind__in=BOUND, **own),
            Shift.objects.filter(dropped_at=None, **own),
        ]
        periods = [period for rows in found for period in rows.values_list("period", flat=True)]
        taken = [(period.lower, period.upper) for period in periods]
        days = (span[0].date(), span[1].date())
        away = Absence.objects.filter(mediator__in=people, dropped_at=None, period__overlap=days)
        taken += [(_midnight(row.period.lower), _midnight(row.period.upper)) for row in away]
    if room is not None and room.closed_on is not None:
        taken.append((_midnight(room.closed_on), span[1]))
    return taken


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


def _of(people: Collection[Mediator], pk: int) -> Mediator:
    return next(one for one in people if one.pk == pk)

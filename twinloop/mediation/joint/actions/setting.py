"""The table of who is competent, and who sits at the window on which day. People set them; each change is an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from twinloop.cases.queries import calendar
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA
from twinloop.decide.whistle import sit
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.mediation.joint import competence, queries
from twinloop.mediation.joint.models import Competence, Seat
from twinloop.people.models import Unit
from twinloop.places.models import Place

FURTHEST = timedelta(days=92)  # a rota further ahead is never kept


@whole()
def set_competence(
    unit: Unit, subject: str, place: Place | None, source: str, *, leads: bool, by: int | None, at: datetime
) -> Competence:
    """One more line for an agency; with its first one its built-in lines no longer count."""
    if unit.kind != Unit.Kind.AGENCY or unit.closed_on is not None:
        raise Refused("whistle_not_agency", unit=unit.name)
    if subject not in competence.subjects(at.astimezone(CHINA).date()):
        raise Refused("competence_subject")
    source = source.strip()[:200]
    if not source:
        raise Refused("competence_source")
    try:
        with transaction.atomic():
            made = Competence.objects.create(
                unit=unit, subject=subject, place=place, leads=leads, source=source, set_by_id=by, set_at=at
            )
    except IntegrityError:
        raise Refused("competence_twice", unit=unit.name) from None
    facts = {"unit": unit.name, "subject": subject, "place": place.code if place else "", "leads": leads}
    record("setting:competence", "competence_set", by=by, at=at, why=source, after=facts)
    return made


@whole()
def drop_competence(row: Competence, *, by: int | None, at: datetime) -> None:
    """A line ends; what was called because of it stays as it is."""
    if not Competence.objects.filter(pk=row.pk, ended_at__isnull=True).update(ended_at=at, ended_by_id=by):
        raise Refused("competence_gone")
    facts = {"unit": row.unit.name, "subject": row.subject, "place": row.place.code if row.place else ""}
    record("setting:competence", "competence_ended", by=by, at=at, before=facts)


@whole()
def fill_seats(first: date, last: date, *, by: int | None, at: datetime) -> int:
    """Residents on every working day, of the others in turn whoever sat least; filled days stay. Gives how many."""
    today = at.astimezone(CHINA).date()
    if first < today or last < first or last > today + FURTHEST:
        raise Refused("seat_days", most=FURTHEST.days)
    taken = set(Seat.objects.filter(day__range=(first, last), is_night=False).values_list("day", flat=True))
    known = calendar()
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    days = [day for day in every if day not in taken and known.is_working(day)]
    resident, rotating = queries.seat_kinds()
    if not resident and not rotating:
        raise Refused("seat_nobody")
    plan = sit(days, [u.pk for u in resident], [u.pk for u in rotating], sat=queries.sat(before=first))
    Seat.objects.bulk_create(
        Seat(unit_id=unit, day=day, set_by_id=by, set_at=at) for day, units in plan.items() for unit in units
    )
    record("setting:seats", "seats_filled", by=by, at=at, first=first, last=last, days=len(days))
    return len(days)


@whole()
def set_seats(day: date, units: Sequence[Unit], *, by: int | None, at: datetime) -> None:
    """Who sits on one day, instead of whoever was planned."""
    today = at.astimezone(CHINA).date()
    if day < today or day > today + FURTHEST:
        raise Refused("seat_days", most=FURTHEST.days)
    sits = Seat.objects.filter(day=day, is_night=False)
    before = sorted(sits.values_list("unit__name", flat=True))
    sits.delete()
    Seat.objects.bulk_create(Seat(unit=unit, day=day, set_by_id=by, set_at=at) for unit in units)
    after = sorted(unit.name for unit in units)
    record("setting:seats", "seats_set", by=by, at=at, day=day, before={"units": before}, after={"units": after})


@whole()
def put_seats(
    days: Mapping[date, Sequence[int]], nights: Mapping[date, Sequence[int]], *, by: int | None, at: datetime
) -> None:  # fmt: skip
    """A calendar that was planned elsewhere: every day named gets these units, instead of whoever was there."""
    today = at.astimezone(CHINA).date()
    every = sorted({*days, *nights})
    if not every or every[0] < today or every[-1] > today + FURTHEST:
        raise Refused("seat_days", most=FURTHEST.days)
    for plan, is_night in ((days, False), (nights, True)):
        Seat.objects.filter(day__in=list(plan), is_night=is_night).delete()
        Seat.objects.bulk_create(
            Seat(unit_id=unit, day=day, is_night=is_night, set_by_id=by, set_at=at)
            for day, units in plan.items()
            for unit in units
        )
    record("setting:seats", "seats_planned", by=by, at=at, first=every[0], last=every[-1], days=len(days),
           nights=len(nights))  # fmt: skip

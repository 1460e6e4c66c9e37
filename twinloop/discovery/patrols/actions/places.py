"""Key places are kept, planned for, visited."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from twinloop.cases import sealing
from twinloop.cases.queries import station_for
from twinloop.decide import Refused
from twinloop.discovery.leads import actions as leads
from twinloop.discovery.patrols import queries, words
from twinloop.discovery.patrols.models import KeyPlace, Plan, Visit
from twinloop.edge import searchkeys
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.people.models import Account
from twinloop.places.models import Place

Position = tuple[Decimal, Decimal] | None


@whole()
def keep_spot(
    *, name: str, sort: str, place: Place | None, by: int | None, at: datetime, address: str = "",
    contact: sealing.Identity | None = None, position: Position = None, is_from_data: bool = False,
) -> KeyPlace:  # fmt: skip
    """Keep a place on the list of those that are patrolled. Raises `Refused`."""
    name, who = name.strip(), contact or sealing.Identity()
    if not name:
        raise Refused("spot_name")
    if sort not in words.SPOTS:
        raise Refused("spot_sort")
    if place is None:
        raise Refused("spot_place")
    masked = sealing.masked(who)
    made = KeyPlace(
        name=name, sort=sort, place=place, station=station_for(place), address=address.strip(),
        address_key=searchkeys.address_key(address), contact_name_masked=masked.name,
        contact_phone_masked=masked.phone, is_from_data=is_from_data, by_id=by, at=at,
    )  # fmt: skip
    if position:
        made.latitude, made.longitude = position
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise Refused("spot_twice", name=name) from None
    made.contact_name_sealed = sealing.seal(who.name, f"keyplace:{made.pk}:name")
    made.contact_phone_sealed = sealing.seal(who.phone, f"keyplace:{made.pk}:phone")
    made.save(update_fields=["contact_name_sealed", "contact_phone_sealed"])
    record(made.stream, "keyplace_kept", by=by, at=at, name=name, sort=sort, from_data=is_from_data)
    return made


@whole()
def close_spot(spot: KeyPlace, *, by: int | None, at: datetime) -> None:
    """No longer patrolled; visits and hazards stay, plans end."""
    if not KeyPlace.objects.filter(pk=spot.pk, closed_at__isnull=True).update(closed_at=at):
        raise Refused("spot_closed")
    for plan in Plan.objects.filter(spot=spot, until__isnull=True):
        Plan.objects.filter(pk=plan.pk).update(until=max(at.date(), plan.since))
    spot.refresh_from_db()
    record(spot.stream, "keyplace_closed", by=by, at=at)


@whole()
def plan_visits(
    spot: KeyPlace,
    *,
    weekdays: Iterable[int],
    since: date,
    by: int | None,
    at: datetime,
    account: Account | None = None,
) -> Plan:
    """On these weekdays somebody looks in. One plan a place at a time."""
    days = sorted({day for day in weekdays if day in words.WEEKDAYS})
    if spot.closed_at is not None:
        raise Refused("spot_closed")
    if not days:
        raise Refused("plan_days")
    if account is not None and (spot.station is None or not queries.force_of(spot.station).filter(pk=account.pk)):
        raise Refused("plan_person", name=account.name)
    open_ = Plan.objects.filter(spot=spot, until__isnull=True).first()
    if open_ is not None:
        raise Refused("plan_twice", since=open_.since)
    made = Plan.objects.create(spot=spot, account=account, weekdays=days, since=since, by_id=by)
    record(spot.stream, "patrol_planned", by=by, at=at, weekdays=days, who=account.name if account else "")
    return made


@whole()
def end_plan(plan: Plan, *, by: int | None, at: datetime) -> None:
    last = max(at.date(), plan.since)
    if not Plan.objects.filter(pk=plan.pk, until__isnull=True).update(until=last):
        raise Refused("plan_over")
    record(f"keyplace:{plan.spot_id}", "patrol_plan_ended", by=by, at=at)


@whole()
def visit(spot: KeyPlace, *, found: str, text: str, by: int | None, at: datetime, position: Position = None) -> Visit:
    """Somebody is there and says what they see; a dispute becomes a lead at once (source: patrol)."""
    text = text.strip()[:500]
    if spot.closed_at is not None:
        raise Refused("spot_closed")
    if found not in words.FOUND:
        raise Refused("visit_found")
    if not text:
        raise Refused("visit_words")
    made = Visit(spot=spot, place=spot.place, station=spot.station, by_id=by, at=at, found=found, text=text)
    if position:
        made.latitude, made.longitude = position
    made.save(force_insert=True)
    if found == "dispute":
        made.lead = leads.report(
            source="patrol", text=text, place=spot.place, address=spot.address or spot.name, reporter=by,
            context=f"patrol:{made.pk}", at=at, by=by,
        )  # fmt: skip
        made.save(update_fields=["lead"])
    record(spot.stream, "patrolled", by=by, at=at, visit=made.pk, found=found)
    return made

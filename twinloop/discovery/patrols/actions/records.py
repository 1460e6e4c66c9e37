"""Help given and training held, written down once; a sealed contact opened with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from twinloop.cases import sealing
from twinloop.cases.queries import station_for
from twinloop.decide import Refused
from twinloop.discovery.patrols import queries, words
from twinloop.discovery.patrols.models import Hazard, HelpService, KeyPlace, Training, TrainingPart
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.people.models import Account, Unit
from twinloop.places.models import Place

MOST_HELPED = 2000


@whole()
def help_given(
    *, sort: str, people: int | None, text: str, place: Place | None, by: int | None, at: datetime
) -> HelpService:
    text = text.strip()[:300]
    if not text or sort not in words.HELPS:
        raise Refused("help_words")
    if people is None or not 1 <= people <= MOST_HELPED:
        raise Refused("help_people", most=MOST_HELPED)
    if place is None:
        raise Refused("help_place")
    made = HelpService.objects.create(
        sort=sort, people=people, text=text, place=place, station=station_for(place), by_id=by, at=at
    )
    record(f"help:{made.pk}", "help_given", by=by, at=at, sort=sort, people=people)
    return made


@whole()
def train(
    station: Unit | None, people: Sequence[Account], *, title: str, sort: str, hours: Decimal | None,
    held_on: date | None, by: int | None, at: datetime,
) -> Training:  # fmt: skip
    """A training of a station, with everybody who took part."""
    title = title.strip()[:80]
    if station is None or station.kind != Unit.Kind.STATION:
        raise Refused("training_station")
    if not title or sort not in words.TRAININGS:
        raise Refused("training_title")
    if hours is None or not Decimal("0.5") <= hours <= 24:
        raise Refused("training_hours")
    if held_on is None or held_on > at.date():
        raise Refused("training_future")
    if not people:
        raise Refused("training_people")
    force = set(queries.force_of(station).values_list("pk", flat=True))
    foreign = next((person for person in people if person.pk not in force), None)
    if foreign is not None:
        raise Refused("training_foreign", name=foreign.name)
    made = Training.objects.create(
        title=title, sort=sort, hours=hours, held_on=held_on, station=station, by_id=by, at=at
    )
    TrainingPart.objects.bulk_create(TrainingPart(training=made, account=person) for person in people)
    record(f"training:{made.pk}", "training_held", by=by, at=at, hours=hours, people=len(people), sort=sort)
    return made


@whole()
def open_contact(thing: KeyPlace | Hazard, *, reason: str, by: int | None, at: datetime) -> sealing.Identity:
    """The sealed name and phone of a place's contact or a hazard's owner; who looked and why is kept."""
    if reason not in words.UNMASK:
        raise Refused("contact_reason")
    if isinstance(thing, KeyPlace):
        name, phone = thing.contact_name_sealed, thing.contact_phone_sealed
    else:
        name, phone = thing.owner_name_sealed, thing.owner_phone_sealed
    if not name and not phone:
        raise Refused("contact_none")
    record(thing.stream, "unmasked", by=by, at=at, is_look=True, reason=reason)
    return sealing.Identity(
        name=sealing.open_(name, f"{thing.stream}:name"), phone=sealing.open_(phone, f"{thing.stream}:phone")
    )

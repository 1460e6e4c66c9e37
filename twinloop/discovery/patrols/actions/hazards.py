"""A hazard is found, told to whoever answers for it, put right, looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from twinloop.cases import filed, sealing
from twinloop.cases.actions import numbering
from twinloop.cases.queries import station_for
from twinloop.decide import Refused
from twinloop.discovery.patrols import words
from twinloop.discovery.patrols.models import Hazard, HazardPhoto, HazardStep, KeyPlace
from twinloop.edge import uploads
from twinloop.ledger.actions import record
from twinloop.people.models import Unit
from twinloop.places.models import Place

MOST_PHOTOS = 4


def find(
    *, sort: str, gravity: int, text: str, deadline: date | None, place: Place | None, by: int | None, at: datetime,
    spot: KeyPlace | None = None, address: str = "", owner_unit: str = "", owner: sealing.Identity | None = None,
    photos: Sequence[filed.Given] = (),
) -> Hazard:  # fmt: skip
    """Write a hazard down under a new number. Raises `Refused`, `uploads.UploadRefused`."""
    text, who, place = text.strip()[:500], owner or sealing.Identity(), place or (spot.place if spot else None)
    if not text:
        raise Refused("hazard_words")
    if sort not in words.HAZARDS or gravity not in words.GRAVITIES:
        raise Refused("hazard_sort")
    if place is None:
        raise Refused("hazard_place")
    if deadline is None or deadline < at.date():
        raise Refused("hazard_deadline")
    checked, masked = _checked(photos), sealing.masked(who)
    with transaction.atomic():
        made = Hazard.objects.create(
            number=numbering.draw("YH", at), sort=sort, gravity=gravity, text=text, spot=spot, place=place,
            station=station_for(place), address=address.strip() or (spot.address if spot else ""),
            owner_unit=owner_unit.strip(), owner_name_masked=masked.name, owner_phone_masked=masked.phone,
            deadline=deadline, by_id=by, at=at,
        )  # fmt: skip
        made.owner_name_sealed = sealing.seal(who.name, f"hazard:{made.pk}:name")
        made.owner_phone_sealed = sealing.seal(who.phone, f"hazard:{made.pk}:phone")
        made.save(update_fields=["owner_name_sealed", "owner_phone_sealed"])
        _step(made, "found", text, by, at, checked, deadline=deadline)
    return made


def notify(hazard: Hazard, *, by: int | None, at: datetime, text: str = "") -> HazardStep:
    """Whoever answers for it has been told, by paper or word."""
    if not (hazard.owner_unit or hazard.owner_name_masked):
        raise Refused("hazard_owner")
    with transaction.atomic():
        _stands(hazard, ("open", "rectified"))
        return _step(hazard, "notice", text, by, at, (), deadline=hazard.deadline)


def refer(hazard: Hazard, unit: Unit | None, *, by: int | None, at: datetime, text: str = "") -> HazardStep:
    """Given to another unit by its number; what that unit does is written here as it comes."""
    if unit is None or unit.kind != Unit.Kind.AGENCY or unit.closed_on is not None:
        raise Refused("hazard_unit")
    with transaction.atomic():
        _stands(hazard, ("open", "rectified"))
        return _step(hazard, "referred", text, by, at, (), unit=unit)


def rectify(hazard: Hazard, text: str, *, by: int | None, at: datetime, photos: Sequence[filed.Given] = ()) -> Hazard:
    """Reported as put right; somebody looks again."""
    text, checked = _words(text), _checked(photos)
    with transaction.atomic():
        _move(hazard, "open", state="rectified")
        _step(hazard, "rectified", text, by, at, checked)
    return hazard


def recheck(
    hazard: Hazard, ok: bool, text: str, *, by: int | None, at: datetime, deadline: date | None = None,
    photos: Sequence[filed.Given] = (),
) -> Hazard:  # fmt: skip
    """Looked at again: gone, or not, with a new deadline."""
    text, checked = _words(text), _checked(photos)
    if not ok and (deadline is None or deadline < at.date()):
        raise Refused("hazard_deadline")
    with transaction.atomic():
        if ok:
            _move(hazard, "rectified", state="closed", closed_at=at)
            _step(hazard, "passed", text, by, at, checked)
        else:
            _move(hazard, "rectified", state="open", deadline=deadline, round=hazard.round + 1)
            _step(hazard, "failed", text, by, at, checked, deadline=deadline)
    return hazard


def _words(text: str) -> str:
    text = text.strip()[:500]
    if not text:
        raise Refused("hazard_step_words")
    return text


def _stands(hazard: Hazard, states: Sequence[str]) -> None:
    stands = Hazard.objects.select_for_update(no_key=True).get(pk=hazard.pk)
    if stands.state not in states:
        raise Refused("hazard_moved", state=words.HAZARD_STATES[stands.state])


def _move(hazard: Hazard, source: str, **columns: Any) -> None:
    """The conditional update: whoever comes second is told where it stands."""
    if not Hazard.objects.filter(pk=hazard.pk, state=source).update(**columns):
        _stands(hazard, (source,))
    hazard.refresh_from_db()


def _step(
    hazard: Hazard, kind: str, text: str, by: int | None, at: datetime, photos: Sequence[uploads.Checked],
    *, deadline: date | None = None, unit: Unit | None = None,
) -> HazardStep:  # fmt: skip
    step = HazardStep.objects.create(
        hazard=hazard, kind=kind, text=text.strip()[:500], deadline=deadline, unit=unit, by_id=by, at=at
    )
    with filed.written(photos) as rows:
        for row in rows:
            HazardPhoto.objects.create(step=step, hazard=hazard, **row)
        more = {"unit": unit.name} if unit else {}
        record(hazard.stream, f"hazard_{kind}", by=by, at=at, deadline=deadline, photos=len(photos), after=more)
    return step


def _checked(photos: Sequence[filed.Given]) -> list[uploads.Checked]:
    return filed.photos(photos, MOST_PHOTOS, many="hazard_photos", other="hazard_photo_kind")

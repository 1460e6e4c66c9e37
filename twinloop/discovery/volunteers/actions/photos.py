"""Photos of an activity: checked by content, stripped, stored under a random name outside any web root."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from twinloop.cases import filed
from twinloop.decide import Refused
from twinloop.discovery.volunteers.models import Activity, Photo
from twinloop.edge import uploads
from twinloop.ledger.actions import record

MOST_PHOTOS = 9


def checked(photos: Sequence[filed.Given]) -> list[uploads.Checked]:
    return filed.photos(photos, MOST_PHOTOS, many="activity_photos", other="activity_photo_kind")


def keep(activity: Activity, rows: Sequence[filed.Row], *, by: int | None, at: datetime) -> list[Photo]:
    """Rows for stored files."""
    return [Photo.objects.create(activity=activity, by_id=by, at=at, **row) for row in rows]


def add_photos(activity: Activity, given: Sequence[filed.Given], *, by: int | None, at: datetime) -> list[Photo]:
    """More photos to an activity that stands. Raises `Refused`, `uploads.UploadRefused`."""
    photos = checked(given)
    with filed.written(photos) as rows, transaction.atomic():
        held = Activity.objects.select_for_update(no_key=True, of=("self",)).get(pk=activity.pk)
        if held.withdrawn_at:
            raise Refused("activity_gone")
        if held.photos.filter(removed_at__isnull=True).count() + len(photos) > MOST_PHOTOS:
            raise Refused("activity_photos", most=MOST_PHOTOS)
        made = keep(held, rows, by=by, at=at)
        record(held.stream, "activity_photo_added", by=by, at=at, photos=[photo.pk for photo in made])
    return made


@transaction.atomic
def remove_photo(photo: Photo, *, by: int | None, at: datetime, why: str) -> None:
    """Hidden; the file is kept with the history until its retention ends."""
    why = why.strip()
    if not why:
        raise Refused("activity_why")
    found = Photo.objects.filter(pk=photo.pk, removed_at__isnull=True)
    if found.update(removed_at=at, removed_by_id=by, removed_why=why[:200]):
        record(photo.activity.stream, "activity_photo_removed", by=by, at=at, why=why, photo=photo.pk)

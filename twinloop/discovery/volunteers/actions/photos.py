"""Photos of an activity: checked by content, stripped, stored under a random name outside any web root."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from twinloop.decide import Refused
from twinloop.discovery.volunteers.models import Activity, Photo
from twinloop.edge import uploads
from twinloop.ledger.actions import record

MOST_PHOTOS = 9
Given = tuple[BinaryIO, str]  # content and name


def checked(photos: Sequence[Given]) -> list[uploads.Checked]:
    """Every file is a photo, or none is taken. Raises `Refused`, `uploads.UploadRefused`."""
    if len(photos) > MOST_PHOTOS:
        raise Refused("activity_photos", most=MOST_PHOTOS)
    found = [uploads.check(stream, name) for stream, name in photos]
    if any(not photo.media_type.startswith("image/") for photo in found):
        raise Refused("activity_photo_kind")
    return found


@contextmanager
def stored(photos: Sequence[uploads.Checked]) -> Iterator[list[str]]:
    """Write the files; where the block fails they go again: no row, no file."""
    paths: list[Path] = []
    try:
        for photo in photos:
            name = uploads.stored_name()
            path = place_of(name)
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.write_bytes(photo.data)
            paths.append(path)
        yield [path.name for path in paths]
    except BaseException:
        for path in paths:
            path.unlink(missing_ok=True)
        raise


def place_of(stored_as: str) -> Path:
    """Where a stored photo lies."""
    return Path(settings.ENV.data) / "attachments" / stored_as[:2] / stored_as


def keep(
    activity: Activity, photos: Sequence[uploads.Checked], names: Sequence[str], *, by: int | None, at: datetime
) -> list[Photo]:
    """Rows for stored files."""
    return [
        Photo.objects.create(
            activity=activity, by_id=by, at=at, name=photo.display_name, stored=name,
            media_type=photo.media_type, size=photo.size, sha256=photo.sha256,
        )
        for photo, name in zip(photos, names, strict=True)
    ]  # fmt: skip


def add_photos(activity: Activity, given: Sequence[Given], *, by: int | None, at: datetime) -> list[Photo]:
    """More photos to an activity that stands. Raises `Refused`, `uploads.UploadRefused`."""
    photos = checked(given)
    with stored(photos) as names, transaction.atomic():
        held = Activity.objects.select_for_update(no_key=True, of=("self",)).get(pk=activity.pk)
        if held.withdrawn_at:
            raise Refused("activity_gone")
        if held.photos.filter(removed_at__isnull=True).count() + len(photos) > MOST_PHOTOS:
            raise Refused("activity_photos", most=MOST_PHOTOS)
        made = keep(held, photos, names, by=by, at=at)
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

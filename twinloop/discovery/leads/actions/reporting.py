"""A report becomes a lead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, Protocol, cast

from django.conf import settings
from django.db import transaction

from twinloop.cases import sealing
from twinloop.cases.actions import numbering
from twinloop.cases.queries import station_for
from twinloop.decide import Refused
from twinloop.discovery.leads import tracking, words
from twinloop.discovery.leads.models import Lead, LeadPhoto
from twinloop.edge import uploads
from twinloop.edge.uploadkinds import Kind
from twinloop.ledger.actions import record
from twinloop.places.models import Place

MOST_WORDS, MOST_PHOTOS = 2000, 6
PHOTOS = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})  # HEIC is kept as JPEG


class Photo(Protocol):
    """An uploaded file as Django hands it over (`request.FILES`)."""

    name: Any
    file: IO[Any] | None


def report(
    *,
    source: str,
    text: str,
    place: Place | None,
    reporter: int | None,
    at: datetime,
    by: int | None,
    address: str = "",
    who: sealing.Identity | None = None,
    confidential: bool = False,
    kind: str = "dispute",
    urgent: bool = False,
    context: str = "",
    photos: Sequence[Photo] = (),
    code: str = "",
) -> Lead:
    """Write down what somebody saw, under a new number; nothing is decided yet.

    `reporter` is an account, `who` a reporter without one. `context` says where it was found ("activity:12"). With
    `code` (a resident's tracking code) only its hash is stored: call within `tracking.holding(code)`.
    Raises `Refused`, `uploads.UploadRefused`.
    """
    who = who or sealing.Identity()
    text = text.strip()
    _check(source, kind, text, place, photos)
    checked = [_photo(photo) for photo in photos]
    written: list[Path] = []
    try:
        with transaction.atomic():
            lead = _made(source, kind, text, place, address, who, code, at)
            lead.is_confidential, lead.is_urgent, lead.context = confidential, urgent, context
            lead.reporter_id, lead.registered_by_id = reporter, by
            lead.save(force_insert=True)
            _seal(lead, who)
            for photo in checked:
                written.append(_store(lead, photo, at))
            record(
                lead.stream, "lead_reported", by=by, at=at,
                number=lead.number, source=source, urgent=urgent, context=context, photos=len(checked),
            )  # fmt: skip
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)  # no row, no file
        raise
    return lead


def _check(source: str, kind: str, text: str, place: Place | None, photos: Sequence[Photo]) -> None:
    if source not in words.SOURCES:
        raise Refused("lead_source")
    if kind not in words.KINDS:
        raise Refused("lead_kind")
    if not text:
        raise Refused("lead_empty")
    if len(text) > MOST_WORDS:
        raise Refused("lead_long", most=MOST_WORDS)
    if place is not None and not place.is_served:
        raise Refused("lead_place")
    if len(photos) > MOST_PHOTOS:
        raise Refused("lead_photos", most=MOST_PHOTOS)


def _photo(photo: Photo) -> uploads.Checked:
    assert photo.file is not None
    found = uploads.check(cast(BinaryIO, photo.file), str(photo.name or ""))
    if found.kind not in PHOTOS:
        raise Refused("lead_photo_kind", name=found.display_name)
    return found


def _made(
    source: str, kind: str, text: str, place: Place | None, address: str, who: sealing.Identity, code: str, at: datetime
) -> Lead:
    masked = sealing.masked(who)
    return Lead(
        number=numbering.draw("XS", at),
        source=source,
        kind=kind,
        text=text,
        place=place,
        station=station_for(place),
        address=address.strip()[:200],
        outside_name_masked=masked.name,
        outside_phone_masked=masked.phone,
        search_keys=sealing.keys(who),
        code_digest=tracking.digest(code) if code else None,
        code_expires_at=at + tracking.KEPT if code else None,
        reported_at=at,
    )


def _seal(lead: Lead, who: sealing.Identity) -> None:
    """A token is tied to its row, and the row's number exists only now."""
    if not (who.name or who.phone):
        return
    lead.outside_name_sealed = sealing.seal(who.name, f"lead:{lead.pk}:name")
    lead.outside_phone_sealed = sealing.seal(who.phone, f"lead:{lead.pk}:phone")
    lead.save(update_fields=["outside_name_sealed", "outside_phone_sealed"])


def folder_of(stored: str) -> Path:
    return Path(settings.ENV.data) / "attachments" / stored[:2]


def _store(lead: Lead, photo: uploads.Checked, at: datetime) -> Path:
    stored = uploads.stored_name()
    folder = folder_of(stored)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / stored
    path.write_bytes(photo.data)
    try:
        LeadPhoto.objects.create(
            lead=lead, at=at, name=photo.display_name, stored=stored, media_type=photo.media_type,
            size=photo.size, sha256=photo.sha256,
        )  # fmt: skip
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path

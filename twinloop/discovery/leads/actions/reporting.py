"""A report becomes a lead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from twinloop.cases import filed, sealing
from twinloop.cases.actions import numbering
from twinloop.cases.queries import station_for
from twinloop.decide import Refused
from twinloop.discovery.leads import tracking, words
from twinloop.discovery.leads.models import Lead, LeadPhoto
from twinloop.ledger.actions import record
from twinloop.places.models import Place

MOST_WORDS, MOST_PHOTOS = 2000, 6


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
    photos: Sequence[filed.Given] = (),
    code: str = "",
) -> Lead:
    """Write down what somebody saw, under a new number; nothing is decided yet.

    `reporter` is an account, `who` a reporter without one. `context` says where it was found ("activity:12"). With
    `code` (a resident's tracking code) only its hash is stored: call within `tracking.holding(code)`.
    Raises `Refused`, `uploads.UploadRefused`.
    """
    who = who or sealing.Identity()
    text = text.strip()
    _check(source, kind, text, place)
    checked = filed.photos(photos, MOST_PHOTOS, many="lead_photos", other="lead_photo_kind")
    with filed.written(checked) as rows, transaction.atomic():
        lead = _made(source, kind, text, place, address, who, code, at)
        lead.is_confidential, lead.is_urgent, lead.context = confidential, urgent, context
        lead.reporter_id, lead.registered_by_id = reporter, by
        lead.save(force_insert=True)
        _seal(lead, who)
        for row in rows:
            LeadPhoto.objects.create(lead=lead, at=at, **row)
        record(
            lead.stream, "lead_reported", by=by, at=at,
            number=lead.number, source=source, urgent=urgent, context=context, photos=len(checked),
        )  # fmt: skip
    return lead


def _check(source: str, kind: str, text: str, place: Place | None) -> None:
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

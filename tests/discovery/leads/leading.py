"""Leads for tests."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.world import NOW
from twinloop.discovery.leads import actions
from twinloop.discovery.leads.models import Lead
from twinloop.people.models import Account
from twinloop.places.models import Place


def lead(place: Place | None, *, reporter: Account | None = None, **facts: Any) -> Lead:
    facts.setdefault("source", "volunteer")
    facts.setdefault("text", "两家为排水沟争吵")
    facts.setdefault("at", NOW)
    number = reporter.pk if reporter else None
    return actions.report(place=place, reporter=number, by=facts.pop("by", number), **facts)


def photo(name: str = "沟.jpg", kind: str = "JPEG") -> SimpleUploadedFile:
    data = BytesIO()
    Image.new("RGB", (40, 30), "grey").save(data, kind)
    return SimpleUploadedFile(name, data.getvalue())

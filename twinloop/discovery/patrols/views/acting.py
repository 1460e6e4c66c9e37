"""What all forms here share: who acts, once, and the moment of the tap where a phone kept the form."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.forms import Form
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from twinloop.discovery.patrols import queries
from twinloop.discovery.patrols.models import Hazard, KeyPlace
from twinloop.people.gates import scope

KEPT = timedelta(days=7)  # as long as a phone's form is remembered (`ledger.once`)


def spot_of(request: HttpRequest, pk: int) -> KeyPlace:
    found = queries.spots(scope(request)).select_related("place__parent", "station", "by")
    return get_object_or_404(found, pk=pk)


def hazard_of(request: HttpRequest, pk: int) -> Hazard:
    found = queries.hazards(scope(request)).select_related("place__parent", "station", "spot", "by")
    return get_object_or_404(found, pk=pk)


def tapped(form: Form) -> datetime:
    """When it was done: the tap on the phone, where that is believable, else now."""
    now = timezone.localtime()
    said: datetime | None = form.cleaned_data.get("tapped_at")
    return timezone.localtime(said) if said and now - KEPT < said <= now else now

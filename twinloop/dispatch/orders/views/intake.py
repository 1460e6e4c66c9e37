"""谁去合适, beside the call form that is being typed."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from twinloop.dispatch.orders.queries import suggesting
from twinloop.people.gates import needs_role
from twinloop.places.models import Place

_TYPE = re.compile(r"[A-D][1-3]")
SHOWN = 3


@needs_role("dispatcher", "chief", "officer", "community_officer", "auxiliary")
@require_POST
def intake_who(request: HttpRequest) -> HttpResponse:
    """Ranked people for the place and type that the form holds so far; stores nothing."""
    code = next(
        (v for name in ("type_code", "type", "reported_type") if _TYPE.fullmatch(v := request.POST.get(name, ""))), ""
    )
    place = Place.objects.filter(code=request.POST.get("place_code", "")[:12]).first()
    suggested = suggesting.for_form(code, place, at=timezone.localtime()) if code or place else None
    context = {"suggested": suggested, "people": suggested.people[:SHOWN] if suggested else []}
    return render(request, "orders/who.html", context)

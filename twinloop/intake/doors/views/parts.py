"""What the form asks for while somebody types: places that fit, what was before. No telephone number in an address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from twinloop.intake.doors import finding, queries, rights
from twinloop.people.gates import needs_role, scope
from twinloop.places.models import Place


@needs_role(*rights.ANY)
@require_safe
def intake_places(request: HttpRequest) -> HttpResponse:
    """Options of the combobox."""
    typed = request.GET.get("q", "").replace("\0", "")[:60]
    spots = finding.offered(typed, on=timezone.localdate())
    return render(request, "doors/places.html", {"spots": spots, "typed": typed})


@needs_role(*rights.ANY)
@never_cache
@require_POST
def intake_past(request: HttpRequest) -> HttpResponse:
    """What this number and this place reported before."""
    held, at, sent = scope(request), timezone.localtime(), request.POST
    place = Place.objects.served().filter(code=sent.get("place_code", "").replace("\0", "")[:12]).first()
    address = sent.get("address", "").replace("\0", "")[:200]
    context = {
        "history": queries.history(held, sent.get("phone", "")[:40], at=at),
        "nearby": queries.nearby(held, place, address, at=at),
        "place": place,
        "may_link": rights.may_link(held),
    }
    return render(request, "doors/past.html", context)

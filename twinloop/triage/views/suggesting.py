"""The part beside the intake form: type, flags, level and repeats while the text is being typed. Stores nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from twinloop.people.gates import needs_role, scope
from twinloop.triage import queries
from twinloop.triage.forms import SuggestForm

TAKERS = ("dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau")


@needs_role(*TAKERS)
@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """POST text, phone, place_code, address, flags → a fragment. By POST: no words of a call in an address."""
    form = SuggestForm(request.POST)
    form.is_valid()
    given = form.cleaned_data
    found = queries.suggestion(
        given.get("text", ""), given.get("phone", ""), given.get("place_code"),
        address=given.get("address", ""), marked=request.POST.getlist("flags"), at=timezone.localtime(),
        scope=scope(request),
    )  # fmt: skip
    return render(request, "triage/suggest.html", {"found": found, "has_text": bool(given.get("text"))})

"""QR posters: one a community, to be printed and hung where people pass."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from twinloop.discovery.leads import qr, queries
from twinloop.people.gates import needs_role, scope

PRINTERS = ("dispatcher", "chief", "community_officer", "bureau")
AT_HOME = ("127.", "localhost", "[::1]", "0.0.0.0")  # noqa: S104 - addresses that no resident's phone can open


@needs_role(*PRINTERS)
@require_GET
def lead_posters(request: HttpRequest) -> HttpResponse:
    return render(request, "leads/posters.html", {"places": queries.offices(scope(request))})


@needs_role(*PRINTERS)
@require_GET
def lead_poster(request: HttpRequest, code: str) -> HttpResponse:
    place = get_object_or_404(queries.offices(scope(request)), code=code)
    url = request.build_absolute_uri(reverse("resident", args=[place.code]))
    context = {
        "place": place,
        "url": url,
        "code": qr.svg(url, _("%(place)s的二维码") % {"place": place.short}),
        "bureau": queries.bureau(),
        "at_home": request.get_host().startswith(AT_HOME),
    }
    return render(request, "leads/poster.html", context)

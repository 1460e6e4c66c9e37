"""Forms that outlive a dead signal: what `keep.js` and its worker ask of the server.

A field page whose empty form may be kept on the device marks itself with `people.keepable`.
"""

from __future__ import annotations

from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_GET

WORKER = Path(__file__).parent / "static" / "desk" / "js" / "sw.js"


@login_not_required
@require_GET
def keep_token(request: HttpRequest) -> HttpResponse:
    """Whose browser this is now, and a token to send what waited under an older one."""
    return JsonResponse({"viewer": str(request.user.pk or "public"), "token": get_token(request)})


@login_not_required
@require_GET
def keep_worker(request: HttpRequest) -> HttpResponse:
    """The worker must come from the root to reach every page; it is asked for anew each time."""
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone


def desk(request: HttpRequest) -> dict[str, Any]:
    """What every page needs: demo ribbon, theme, the server's time."""
    return {"demo": settings.DEMO, "theme": request.COOKIES.get("theme", "light"), "now": timezone.localtime()}

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from twinloop.desk import alarms, navigation
from twinloop.people.models import Account, Role
from twinloop.people.scope import NOBODY, Scope


def desk(request: HttpRequest) -> dict[str, Any]:
    """What every page needs: ribbon, theme, keys, the server's time, the viewer's pages. Asks the database nothing new,
    but for the command room and the leaders whether a dispute heats up.

    Error pages come through here too, and some before the middleware that says who looks: hence the defaults.
    """
    user = getattr(request, "user", None)
    known = user if isinstance(user, Account) else None
    held: Scope = getattr(request, "scope", NOBODY)

    @cache  # the rail is a part of it
    def pages() -> list[navigation.Link]:
        return navigation.links(request, held.roles)

    return {
        "demo": settings.DEMO,
        "theme": theme(request, known),
        "keys": "on" if known is None or known.single_keys else "off",
        "now": timezone.localtime(),
        "number": getattr(request, "number", ""),
        "viewer": known,
        "viewer_roles": [Role(role).label for role in Role.values if role in held.roles],
        "languages": settings.LANGUAGES,
        "alarms": SimpleLazyObject(lambda: alarms.strip(request)),
        "pages": SimpleLazyObject(pages),
        "rail": SimpleLazyObject(lambda: navigation.rail(pages())),
    }


def theme(request: HttpRequest, viewer: Account | None) -> str:
    chosen = (viewer.theme if viewer else "") or request.COOKIES.get("theme", "")
    return chosen if chosen in ("light", "dark") else "light"

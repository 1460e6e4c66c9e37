"""Who may open the pages of this room. `people` stands above `places`, so its gate cannot be used here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from twinloop.ledger.sight import Scope

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def system_admin_only(view: View[P]) -> View[P]:
    """A stranger is sent to sign in; whoever does not hold the office of system administrator gets 403."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        scope = request.scope  # type: ignore[attr-defined]  # set by the middleware
        if not (isinstance(scope, Scope) and scope.has("system_admin")):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded  # type: ignore[return-value]

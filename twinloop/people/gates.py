"""Who may open a page at all; what they see on it is decided by `visible_to`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from twinloop.people.models import Account
from twinloop.people.scope import Scope

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def scope(request: HttpRequest) -> Scope:
    """The viewer's scope, set by the middleware."""
    found = request.scope  # type: ignore[attr-defined]
    assert isinstance(found, Scope)
    return found


def viewer(request: HttpRequest) -> Account:
    """Who is signed in; behind a gate it is always one of ours."""
    assert isinstance(request.user, Account)
    return request.user


def me(request: HttpRequest) -> int:
    """The key of who is signed in: the `by` of what they do."""
    return viewer(request).pk


def needs_role(*roles: str) -> Callable[[View[P]], View[P]]:
    """Signed in and holding one of `roles`; a stranger is sent to sign in, anybody else gets 403."""

    def gate(view: View[P]) -> View[P]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not scope(request).has(*roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded  # type: ignore[return-value]

    return gate

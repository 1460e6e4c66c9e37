"""What every call shares: the token, its scope and pace, who looks, and the ways in which a call may fail."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from ninja.security import HttpBearer
from pydantic import Field

from twinloop.cases import actions as cases
from twinloop.exchange import actions, problems
from twinloop.exchange.models import ApiToken
from twinloop.exchange.problems import Stopped
from twinloop.exchange.schemas import Problem
from twinloop.ledger.sight import Scope, see_as

Limit = Annotated[int, Field(ge=1, le=200)]
ERRORS = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 422: Problem, 429: Problem}
S = ApiToken.Scope
router = Router()  # one for all: two routers with one path would hide the other's methods


class Token(HttpBearer):
    """`Authorization: Bearer tl_…`; nothing else opens the API, least of all a browser's cookie."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        return actions.used_token(token, at=timezone.now())


def needs(scope: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The token holds `scope`, is not in a hurry, and the database shows what its account may see."""

    def gate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            token: ApiToken = request.auth  # type: ignore[attr-defined]
            problems.check_rate(token)
            if scope not in token.scopes:
                raise Stopped(403, "scope_missing", scope=scope)
            request.scope = token.sight  # type: ignore[attr-defined]
            with see_as(token.sight):
                return view(request, *args, **kwargs)

        # ninja reads the names of types in the module of the wrapper, which is this one and not the view's
        guarded.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
        return guarded

    return gate


def seen(request: HttpRequest) -> Scope:
    found = request.scope  # type: ignore[attr-defined]
    assert isinstance(found, Scope)
    return found


def look(request: HttpRequest, thing: Any) -> None:
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    cases.look(thing, by=token.account_id, at=timezone.now(), where="api")

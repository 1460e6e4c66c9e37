"""Every error of the API is problem+json (RFC 9457) with a code and a sentence, never a page and never a traceback."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from twinloop.cases.actions import Conflict
from twinloop.cases.telling import sentence
from twinloop.decide import Refused
from twinloop.exchange.models import ApiToken
from twinloop.exchange.words import PROBLEMS

A_MINUTE = 600  # calls of one token
M = TypeVar("M", bound=Model)
CONFLICTS = frozenset({"door_outside_taken", "door_outside_elsewhere"})  # it stands already, and says something else


class Stopped(Exception):  # noqa: N818 - an expected answer
    def __init__(self, status: int, code: str, **facts: object) -> None:
        super().__init__(code)
        self.status, self.code, self.facts = status, code, facts


def problem(request: HttpRequest, status: int, code: str, detail: str = "", **more: Any) -> HttpResponse:
    body = {
        "type": "about:blank",
        "title": str(PROBLEMS.get(code, PROBLEMS["refused"])).format_map(more.pop("facts", {}) or {"scope": ""}),
        "status": status,
        "code": more.pop("refusal", code),
        "detail": detail,
        "instance": getattr(request, "number", ""),
        **more,
    }
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = "application/problem+json"
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="twinloop"'
    if status == 429:
        response["Retry-After"] = "60"
    return response


def install(api: NinjaAPI) -> None:
    """Give every kind of failure its answer."""

    def on(kind: type[Exception], answer: Any) -> None:
        api.add_exception_handler(kind, answer)

    on(Stopped, lambda r, e: problem(r, e.status, e.code, str(e.facts.get("detail", "")), facts=e.facts))
    on(AuthenticationError, lambda r, e: problem(r, 401, "no_token"))
    on(Http404, lambda r, e: problem(r, 404, "not_found"))
    on(ValidationError, lambda r, e: problem(r, 422, "invalid", _fields(e)))
    on(HttpError, lambda r, e: problem(r, e.status_code, "bad_request", str(e)))
    on(Refused, _refused)
    on(Conflict, _conflict)


def _fields(error: ValidationError) -> str:
    """Which field and why; what was sent is not repeated."""
    return "; ".join(f"{'.'.join(map(str, e['loc'][1:]))}: {e['msg']}" for e in error.errors)


def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    lacks = [str(lack) for lack in refused.facts.get("lacks", ())]  # type: ignore[attr-defined]
    status = status_of(refused)
    title = "outside_taken" if status == 409 else "refused"
    told = sentence(refused)
    return problem(
        request, status, title, told, refusal=refused.code, articles=list(refused.articles), lacks=lacks,
        field=str(refused.facts.get("field", "")),
    )  # fmt: skip


def status_of(refused: Refused) -> int:
    return 409 if refused.code in CONFLICTS else 422


def _conflict(request: HttpRequest, conflict: Conflict) -> HttpResponse:
    changes = [{"verb": c.verb, "by": c.by, "at": c.at.isoformat()} for c in conflict.changes]
    return problem(request, 412, "version_moved", changes=changes)


def found(rows: QuerySet[M]) -> M:
    row = rows.first()
    if row is None:
        raise Http404
    return row


def check_query(request: HttpRequest, *known: str) -> None:
    """A misspelt filter must not quietly give everything."""
    if unknown := sorted(set(request.GET) - set(known)):
        raise HttpError(400, f"unknown query parameter: {', '.join(unknown)[:100]}; known: {', '.join(known)}")


def with_offset(moment: datetime | None) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        return timezone.make_aware(moment)  # +08:00
    return moment


def etag(version: int) -> str:
    return f'"{version}"'


def if_match(request: HttpRequest) -> int:
    given = re.fullmatch(r'"(\d{1,9})"', request.headers.get("If-Match", "").strip())
    if given is None:
        raise Stopped(428, "version_missing")
    return int(given[1])


def check_rate(token: ApiToken) -> None:
    """At most A_MINUTE calls a minute for one token."""
    if token.calls > A_MINUTE:
        raise Stopped(429, "too_many")

"""`/api/v1`: the same rows and the same refusals as the pages, for programs with a token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import NinjaAPI, Query, Status
from ninja.renderers import JSONRenderer
from ninja.security import HttpBearer
from pydantic import Field

from twinloop.cases import actions as cases
from twinloop.dispatch.pushes import actions as pushes
from twinloop.dispatch.pushes import queries as pushed
from twinloop.dispatch.pushes.models import Push
from twinloop.exchange import actions, given, incoming, ordering, problems, queries, reporting
from twinloop.exchange.models import ApiToken
from twinloop.exchange.problems import Stopped
from twinloop.exchange.schemas import (
    ActionIn,
    DisputeOut,
    DisputePage,
    EventOut,
    EventPage,
    IncidentOut,
    IncidentPage,
    Problem,
    PushOut,
    PushPage,
    ReplyIn,
)
from twinloop.ledger import once
from twinloop.ledger.sight import Scope, see_as
from twinloop.people.scope import scope_of

Limit = Annotated[int, Field(ge=1, le=200)]
ERRORS = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 422: Problem, 429: Problem}
S = ApiToken.Scope


class Token(HttpBearer):
    """`Authorization: Bearer tl_…`; nothing else opens the API, least of all a browser's cookie."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        return actions.known_token(token, at=timezone.now())


class Readable(JSONRenderer):
    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="Twinloop",
    version="1",
    description="双循环: incidents and disputes of one district. Identity is masked everywhere.",
    auth=Token(),
    renderer=Readable(),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
problems.install(api)


def needs(scope: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The token holds `scope`, is not in a hurry, and the database shows what its account may see."""

    def gate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            token: ApiToken = request.auth  # type: ignore[attr-defined]
            problems.check_rate(token)
            if scope not in token.scopes:
                raise Stopped(403, "scope_missing", scope=scope)
            seen = scope_of(token.account, at=timezone.localtime())
            request.scope = seen  # type: ignore[attr-defined]
            with see_as(seen):
                return view(request, *args, **kwargs)

        return guarded

    return gate


def _seen(request: HttpRequest) -> Scope:
    found = request.scope  # type: ignore[attr-defined]
    assert isinstance(found, Scope)
    return found


def _look(request: HttpRequest, thing: Any) -> None:
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    cases.look(thing, by=token.account_id, at=timezone.now(), where="api")


@api.get("/disputes", response={200: DisputePage, **ERRORS})
@needs(S.READ_DISPUTES)
def list_disputes(
    request: HttpRequest,
    state: str | None = None,
    level: Annotated[int | None, Query(ge=1, le=3)] = None,
    type: str | None = None,  # noqa: A002 - the name is fixed outside
    place: Annotated[str | None, Query(pattern=r"^\d{6,12}$")] = None,
    updated_since: datetime | None = None,
    cursor: str = "",
    limit: Limit = 50,
) -> DisputePage:
    """Disputes that the account may see, newest change first."""
    problems.check_query(request, "state", "level", "type", "place", "updated_since", "cursor", "limit")
    rows = queries.disputes(
        _seen(request),
        state=state,
        level=level,
        type=type,
        place=place,
        updated_since=problems.with_offset(updated_since),
    )
    found, following = queries.page(rows, "touched_at", cursor, limit)
    return DisputePage(items=[DisputeOut.of(row) for row in found], next=following)


@api.get("/disputes/{number}", response={200: DisputeOut, 304: None, **ERRORS})
@needs(S.READ_DISPUTES)
def one_dispute(request: HttpRequest, response: HttpResponse, number: str) -> Any:
    """One dispute; `ETag` is its version, for `If-None-Match` here and `If-Match` at its actions."""
    row = problems.found(queries.disputes(_seen(request)).filter(number=number))
    response["ETag"] = problems.etag(row.version)
    _look(request, row)
    if request.headers.get("If-None-Match") == problems.etag(row.version):
        return Status(304, None)
    return DisputeOut.of(row)


@api.get("/disputes/{number}/events", response={200: EventPage, **ERRORS})
@needs(S.READ_EVENTS)
def dispute_events(request: HttpRequest, number: str) -> EventPage:
    """What happened to one dispute, oldest first, each with its hash in the chain."""
    row = problems.found(queries.disputes(_seen(request)).filter(number=number))
    _look(request, row)
    return EventPage(items=[EventOut.of(event) for event in queries.timeline(row)])


@api.post(
    "/disputes/{number}/actions/{action}",
    response={200: DisputeOut, 409: Problem, 412: Problem, 428: Problem, **ERRORS},
)
@needs(S.WRITE_DISPUTES)
def dispute_action(
    request: HttpRequest, response: HttpResponse, number: str, action: str, body: ActionIn
) -> DisputeOut:
    """Move a dispute: the same actions, the same refusals as the pages. `If-Match` names the version that was read."""
    seen = _seen(request)
    row = problems.found(queries.disputes(seen).filter(number=number))
    version = problems.if_match(request)
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    cases.move(
        row,
        given.action(action),
        by=token.account_id,
        roles=seen.roles,
        at=timezone.now(),
        why=body.why,
        version=version,
        given=given.read(body.given, seen),
    )
    response["ETag"] = problems.etag(row.version)
    return DisputeOut.of(row)


@api.get("/incidents", response={200: IncidentPage, **ERRORS})
@needs(S.READ_INCIDENTS)
def list_incidents(
    request: HttpRequest,
    place: Annotated[str | None, Query(pattern=r"^\d{6,12}$")] = None,
    updated_since: datetime | None = None,
    cursor: str = "",
    limit: Limit = 50,
) -> IncidentPage:
    """Incidents that the account may see, newest first."""
    problems.check_query(request, "place", "updated_since", "cursor", "limit")
    rows = queries.incidents(_seen(request), place=place, updated_since=problems.with_offset(updated_since))
    found, following = queries.page(rows, "received_at", cursor, limit)
    return IncidentPage(items=[IncidentOut.of(row) for row in found], next=following)


@api.get("/incidents/{number}", response={200: IncidentOut, **ERRORS})
@needs(S.READ_INCIDENTS)
def one_incident(request: HttpRequest, number: str) -> IncidentOut:
    row = problems.found(queries.incidents(_seen(request)).filter(number=number))
    _look(request, row)
    return IncidentOut.of(row)


@api.post(
    "/incidents",
    response={200: incoming.BatchOut, 201: incoming.ReceivedOut, 409: Problem, 413: Problem, **ERRORS},
    openapi_extra={"requestBody": incoming.BODY, "parameters": [incoming.KEY]},
)
@needs(S.WRITE_INCIDENTS)
def receive_incidents(request: HttpRequest) -> Any:
    """One report (an object → 201), or up to 500 (an array → 200, each answered on its own, in order)."""
    found, at = incoming.read(request.body), timezone.localtime()
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    who: dict[str, Any] = {"seen": _seen(request), "by": token.account_id, "at": at}
    batch = isinstance(found, list)
    key, what = request.headers.get("Idempotency-Key", ""), "incidents" if batch else "incident"
    with once.taken(key, who=f"token:{token.pk}", what=what, sent=incoming.sent(found), at=at) as turn:
        if turn.before is None:
            turn.answer = incoming.receive_all(found, **who) if batch else incoming.receive(found, **who)
    return Status(200 if batch else 201, turn.said)


@api.post("/leads", response={201: reporting.LeadOut, **ERRORS}, openapi_extra={"parameters": [incoming.KEY]})
@needs(S.WRITE_LEADS)
def report_lead(request: HttpRequest, body: reporting.LeadIn) -> Any:
    """What somebody saw; a person decides what becomes of it. With `Idempotency-Key` once however often it is sent."""
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    key, at = request.headers.get("Idempotency-Key", ""), timezone.localtime()
    with once.taken(key, who=f"token:{token.pk}", what="lead", sent=body.sent(), at=at) as turn:
        if turn.before is None:
            turn.answer = reporting.report(body, seen=_seen(request), by=token.account_id, at=at)
    return Status(201, turn.said)


@api.get("/pushes", response={200: PushPage, **ERRORS})
@needs(S.WRITE_PUSHES)
def list_pushes(request: HttpRequest, state: str | None = None, cursor: str = "", limit: Limit = 50) -> PushPage:
    """Letters sent to the account's own unit, newest first."""
    problems.check_query(request, "state", "cursor", "limit")
    rows = _own_pushes(request)
    found, following = queries.page(rows.filter(state=state) if state else rows, "sent_at", cursor, limit)
    return PushPage(items=[PushOut.of(row) for row in found], next=following)


@api.post("/pushes/{pk}/receipt", response={200: PushOut, **ERRORS})
@needs(S.WRITE_PUSHES)
def sign_push(request: HttpRequest, pk: int) -> PushOut:
    """签收. With `Idempotency-Key` it is done once however often it is sent."""
    return _on_push(request, pk, "receipt", "", lambda row, by, at: pushes.receive(row, by=by, at=at))


@api.post("/pushes/{pk}/reply", response={200: PushOut, **ERRORS})
@needs(S.WRITE_PUSHES)
def reply_to_push(request: HttpRequest, pk: int, body: ReplyIn) -> PushOut:
    """回复: what the unit did."""
    sent = f"{body.result}|{body.text}"
    return _on_push(
        request, pk, "reply", sent, lambda row, by, at: pushes.reply(row, body.text, body.result, by=by, at=at)
    )


def _own_pushes(request: HttpRequest) -> QuerySet[Push]:
    seen = _seen(request)
    if not pushed.is_agency(seen):  # the police have pages for their side
        return Push.objects.none()
    return pushed.visible(seen).select_related("to_unit")


def _on_push(
    request: HttpRequest, pk: int, what: str, sent: str, act: Callable[[Push, int, datetime], object]
) -> PushOut:
    row, at = problems.found(_own_pushes(request).filter(pk=pk)), timezone.localtime()
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    key, who = request.headers.get("Idempotency-Key", ""), f"token:{token.pk}"
    with once.taken(key, who=who, what=f"push_{what}", sent=f"{pk}|{sent}", at=at) as turn:
        if turn.before is None:
            act(row, token.account_id, at)
            turn.answer = pk
    row.refresh_from_db()
    return PushOut.of(row)


@api.post("/orders/{pk}/sign", response={200: ordering.OrderOut, **ERRORS})
@needs(S.WRITE_ORDERS)
def sign_order(request: HttpRequest, pk: int) -> ordering.OrderOut:
    """签收. Orders of the account itself, of whom it stands in for, and of its unit while nobody has signed."""
    return _on_order(request, pk, "sign", "", ordering.sign(_seen(request)))


@api.post("/orders/{pk}/arrive", response={200: ordering.OrderOut, 412: Problem, **ERRORS})
@needs(S.WRITE_ORDERS)
def arrive_order(request: HttpRequest, pk: int, body: ordering.ArriveIn) -> ordering.OrderOut:
    """到场; the position may be left out."""
    return _on_order(request, pk, "arrive", body.model_dump_json(), ordering.arrive(_seen(request), body))


@api.post("/orders/{pk}/feedback", response={200: ordering.OrderOut, 412: Problem, **ERRORS})
@needs(S.WRITE_ORDERS)
def feed_back_order(request: HttpRequest, pk: int, body: ordering.FeedbackIn) -> ordering.OrderOut:
    """反馈: several, one of them final."""
    return _on_order(request, pk, "feedback", body.model_dump_json(), ordering.feedback(_seen(request), body))


@api.post("/orders/{pk}/return", response={200: ordering.OrderOut, 412: Problem, **ERRORS})
@needs(S.WRITE_ORDERS)
def return_order(request: HttpRequest, pk: int, body: ordering.BackIn) -> ordering.OrderOut:
    """退单, with a reason."""
    return _on_order(request, pk, "return", body.model_dump_json(), ordering.give_back(_seen(request), body))


def _on_order(request: HttpRequest, pk: int, what: str, sent: str, act: ordering.Act) -> ordering.OrderOut:
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    key, at = request.headers.get("Idempotency-Key", ""), timezone.localtime()
    return ordering.step(token, _seen(request), pk, what, sent, key, at, act)

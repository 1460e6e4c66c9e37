"""Disputes and incidents: reading them, moving a dispute."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Status

from twinloop.cases import actions as cases
from twinloop.exchange import given, problems, queries
from twinloop.exchange.api.asking import ERRORS, Limit, S, look, needs, router, seen
from twinloop.exchange.models import ApiToken
from twinloop.exchange.schemas import (
    ActionIn,
    DisputeOut,
    DisputePage,
    EventOut,
    EventPage,
    IncidentOut,
    IncidentPage,
    Problem,
)


@router.get("/disputes", response={200: DisputePage, **ERRORS})
@needs(S.READ_DISPUTES)
def list_disputes(
    request: HttpRequest,
    state: str | None = None,
    level: Annotated[int | None, Query(ge=1, le=3)] = None,
    type: str | None = None,  # noqa: A002 - the name is fixed outside
    place: Annotated[str | None, Query(pattern=r"^\d{6}(\d{3}){0,2}$")] = None,
    updated_since: datetime | None = None,
    cursor: str = "",
    limit: Limit = 50,
) -> DisputePage:
    """Disputes that the account may see, newest change first."""
    problems.check_query(request, "state", "level", "type", "place", "updated_since", "cursor", "limit")
    rows = queries.disputes(
        seen(request),
        state=state,
        level=level,
        type=type,
        place=place,
        updated_since=problems.with_offset(updated_since),
    )
    found, following = queries.page(rows, "touched_at", cursor, limit)
    return DisputePage(items=[DisputeOut.of(row) for row in found], next=following)


@router.get("/disputes/{number}", response={200: DisputeOut, 304: None, **ERRORS})
@needs(S.READ_DISPUTES)
def one_dispute(request: HttpRequest, response: HttpResponse, number: str) -> Any:
    """One dispute; `ETag` is its version, for `If-None-Match` here and `If-Match` at its actions."""
    row = problems.found(queries.disputes(seen(request)).filter(number=number))
    response["ETag"] = problems.etag(row.version)
    look(request, row)
    if request.headers.get("If-None-Match") == problems.etag(row.version):
        return Status(304, None)
    return DisputeOut.of(row)


@router.get("/disputes/{number}/events", response={200: EventPage, **ERRORS})
@needs(S.READ_EVENTS)
def dispute_events(request: HttpRequest, number: str) -> EventPage:
    """What happened to one dispute, oldest first, each with its hash in the chain."""
    row = problems.found(queries.disputes(seen(request)).filter(number=number))
    look(request, row)
    return EventPage(items=[EventOut.of(event) for event in queries.timeline(row)])


@router.post(
    "/disputes/{number}/actions/{action}",
    response={200: DisputeOut, 409: Problem, 412: Problem, 428: Problem, **ERRORS},
)
@needs(S.WRITE_DISPUTES)
def dispute_action(
    request: HttpRequest, response: HttpResponse, number: str, action: str, body: ActionIn
) -> DisputeOut:
    """Move a dispute: the same actions, the same refusals as the pages. `If-Match` names the version that was read."""
    held = seen(request)
    row = problems.found(queries.disputes(held).filter(number=number))
    version = problems.if_match(request)
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    cases.move(
        row,
        given.action(action),
        by=token.account_id,
        roles=held.roles,
        at=timezone.now(),
        why=body.why,
        version=version,
        given=given.read(body.given, held),
    )
    response["ETag"] = problems.etag(row.version)
    return DisputeOut.of(row)


@router.get("/incidents", response={200: IncidentPage, **ERRORS})
@needs(S.READ_INCIDENTS)
def list_incidents(
    request: HttpRequest,
    place: Annotated[str | None, Query(pattern=r"^\d{6}(\d{3}){0,2}$")] = None,
    updated_since: datetime | None = None,
    cursor: str = "",
    limit: Limit = 50,
) -> IncidentPage:
    """Incidents that the account may see, newest first."""
    problems.check_query(request, "place", "updated_since", "cursor", "limit")
    rows = queries.incidents(seen(request), place=place, updated_since=problems.with_offset(updated_since))
    found, following = queries.page(rows, "received_at", cursor, limit)
    return IncidentPage(items=[IncidentOut.of(row) for row in found], next=following)


@router.get("/incidents/{number}", response={200: IncidentOut, **ERRORS})
@needs(S.READ_INCIDENTS)
def one_incident(request: HttpRequest, number: str) -> IncidentOut:
    row = problems.found(queries.incidents(seen(request)).filter(number=number))
    look(request, row)
    return IncidentOut.of(row)

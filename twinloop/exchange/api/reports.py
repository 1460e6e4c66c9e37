"""What comes in from programs: reports and leads, each once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Status

from twinloop.exchange import incoming, reporting
from twinloop.exchange.api.asking import ERRORS, S, needs, router, seen
from twinloop.exchange.models import ApiToken
from twinloop.exchange.schemas import Problem
from twinloop.ledger import once


@router.post(
    "/incidents",
    response={200: incoming.BatchOut, 201: incoming.ReceivedOut, 409: Problem, 413: Problem, **ERRORS},
    openapi_extra={"requestBody": incoming.BODY, "parameters": [incoming.KEY]},
)
@needs(S.WRITE_INCIDENTS)
def receive_incidents(request: HttpRequest) -> Any:
    """One report (an object → 201), or up to 500 (an array → 200, each answered on its own, in order)."""
    found, at = incoming.read(request.body), timezone.localtime()
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    who: dict[str, Any] = {"seen": seen(request), "by": token.account_id, "at": at}
    batch = isinstance(found, list)
    key = request.headers.get("Idempotency-Key", "")
    if not key and not batch:  # one act, whole by itself
        return Status(201, incoming.receive(found, **who))
    what = "incidents" if batch else "incident"
    with once.taken(key, who=f"token:{token.pk}", what=what, sent=incoming.sent(found), at=at) as turn:
        if turn.before is None:
            turn.answer = incoming.receive_all(found, **who) if batch else incoming.receive(found, **who)
    return Status(200 if batch else 201, turn.said)


@router.post("/leads", response={201: reporting.LeadOut, **ERRORS}, openapi_extra={"parameters": [incoming.KEY]})
@needs(S.WRITE_LEADS)
def report_lead(request: HttpRequest, body: reporting.LeadIn) -> Any:
    """What somebody saw; a person decides what becomes of it. With `Idempotency-Key` once however often it is sent."""
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    key, at = request.headers.get("Idempotency-Key", ""), timezone.localtime()
    with once.taken(key, who=f"token:{token.pk}", what="lead", sent=body.sent(), at=at) as turn:
        if turn.before is None:
            turn.answer = reporting.report(body, seen=seen(request), by=token.account_id, at=at)
    return Status(201, turn.said)

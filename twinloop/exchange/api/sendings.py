"""What goes out: letters to other units, and the orders of an officer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from twinloop.dispatch.pushes import actions as pushes
from twinloop.dispatch.pushes import queries as pushed
from twinloop.dispatch.pushes.models import Push
from twinloop.exchange import ordering, problems, queries, visiting
from twinloop.exchange.api.asking import ERRORS, Limit, S, needs, router, seen
from twinloop.exchange.models import ApiToken
from twinloop.exchange.schemas import Problem, PushOut, PushPage, ReplyIn
from twinloop.ledger import once


@router.get("/pushes", response={200: PushPage, **ERRORS})
@needs(S.WRITE_PUSHES)
def list_pushes(request: HttpRequest, state: str | None = None, cursor: str = "", limit: Limit = 50) -> PushPage:
    """Letters sent to the account's own unit, newest first."""
    problems.check_query(request, "state", "cursor", "limit")
    rows = _own_pushes(request)
    found, following = queries.page(rows.filter(state=state) if state else rows, "sent_at", cursor, limit)
    return PushPage(items=[PushOut.of(row) for row in found], next=following)


@router.post("/pushes/{pk}/receipt", response={200: PushOut, **ERRORS})
@needs(S.WRITE_PUSHES)
def sign_push(request: HttpRequest, pk: int) -> PushOut:
    """签收. With `Idempotency-Key` it is done once however often it is sent."""
    return _on_push(request, pk, "receipt", "", lambda row, by, at: pushes.receive(row, by=by, at=at))


@router.post("/pushes/{pk}/reply", response={200: PushOut, **ERRORS})
@needs(S.WRITE_PUSHES)
def reply_to_push(request: HttpRequest, pk: int, body: ReplyIn) -> PushOut:
    """回复: what the unit did."""
    sent = f"{body.result}|{body.text}"
    return _on_push(
        request, pk, "reply", sent, lambda row, by, at: pushes.reply(row, body.text, body.result, by=by, at=at)
    )


def _own_pushes(request: HttpRequest) -> QuerySet[Push]:
    held = seen(request)
    if not pushed.is_agency(held):  # the police have pages for their side
        return Push.objects.none()
    return pushed.visible(held).select_related("to_unit")


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


@router.post("/orders/{pk}/sign", response={200: ordering.OrderOut, **ERRORS})
@needs(S.WRITE_ORDERS)
def sign_order(request: HttpRequest, pk: int) -> ordering.OrderOut:
    """签收. Orders of the account itself, of whom it stands in for, and of its unit while nobody has signed."""
    return _on_order(request, pk, "sign", "", ordering.sign(seen(request)))


@router.post("/orders/{pk}/arrive", response={200: ordering.OrderOut, 412: Problem, **ERRORS})
@needs(S.WRITE_ORDERS)
def arrive_order(request: HttpRequest, pk: int, body: ordering.ArriveIn) -> ordering.OrderOut:
    """到场; the position may be left out."""
    return _on_order(request, pk, "arrive", body.model_dump_json(), ordering.arrive(seen(request), body))


@router.post("/orders/{pk}/feedback", response={200: ordering.OrderOut, 412: Problem, **ERRORS})
@needs(S.WRITE_ORDERS)
def feed_back_order(request: HttpRequest, pk: int, body: ordering.FeedbackIn) -> ordering.OrderOut:
    """反馈: several, one of them final."""
    return _on_order(request, pk, "feedback", body.model_dump_json(), ordering.feedback(seen(request), body))


@router.post("/orders/{pk}/return", response={200: ordering.OrderOut, 412: Problem, **ERRORS})
@needs(S.WRITE_ORDERS)
def return_order(request: HttpRequest, pk: int, body: ordering.BackIn) -> ordering.OrderOut:
    """退单, with a reason."""
    return _on_order(request, pk, "return", body.model_dump_json(), ordering.give_back(seen(request), body))


def _on_order(request: HttpRequest, pk: int, what: str, sent: str, act: ordering.Act) -> ordering.OrderOut:
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    key, at = request.headers.get("Idempotency-Key", ""), timezone.localtime()
    return ordering.step(token, seen(request), pk, what, sent, key, at, act)


@router.post("/visits/{pk}/result", response={200: visiting.VisitOut, **ERRORS})
@needs(S.WRITE_VISITS)
def visit_result(request: HttpRequest, pk: int, body: visiting.ResultIn) -> visiting.VisitOut:
    """记回访. With `Idempotency-Key` it is written down once however often it is sent."""
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    key = request.headers.get("Idempotency-Key", "")
    return visiting.result(token, seen(request), pk, body, key, timezone.localtime())

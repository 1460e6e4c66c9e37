"""Pages of cases in a stable order: a cursor is the last row's place, so that rows added meanwhile shift nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet

from twinloop.cases import visibility
from twinloop.cases.models import Dispute, Incident
from twinloop.decide import Refused
from twinloop.ledger import queries as ledger
from twinloop.ledger.models import Event
from twinloop.ledger.sight import Scope
from twinloop.places.models import within

_SALT = "api-cursor"


M = TypeVar("M", bound=Model)


def page(rows: QuerySet[M], field: str, cursor: str, limit: int) -> tuple[list[M], str]:
    """At most `limit` rows, newest by `field` first, after `cursor`; and the next cursor ("" at the end)."""
    if cursor:
        at, pk = _opened(cursor, field)
        rows = rows.filter(Q(**{f"{field}__lt": at}) | Q(**{field: at, "pk__lt": pk}))
    found = list(rows.order_by(f"-{field}", "-pk")[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return found, _sealed(getattr(found[-1], field), found[-1].pk, field) if more else ""


def _sealed(at: datetime, pk: int, field: str) -> str:
    return signing.dumps([at.isoformat(), pk, field], salt=_SALT, compress=True)


def _opened(cursor: str, field: str) -> tuple[datetime, int]:
    try:
        at, pk, of = signing.loads(cursor, salt=_SALT)
        if of == field:
            return datetime.fromisoformat(at), int(pk)
    except (signing.BadSignature, ValueError, TypeError):
        pass
    raise Refused("bad_cursor")


def disputes(scope: Scope, **filters: Any) -> QuerySet[Dispute]:
    """Visible disputes under the API's own filters; a place counts with all below it."""
    found = visibility.disputes(scope).select_related("place", "station", "owner", "merged_into")
    names = {"state": "state", "level": "level", "type": "type_code", "updated_since": "touched_at__gte"}
    for name, lookup in names.items():
        if filters.get(name) is not None:
            found = found.filter(**{lookup: filters[name]})
    if filters.get("place"):
        found = found.filter(place__code__startswith=within(filters["place"]))
    return found


def incidents(scope: Scope, **filters: Any) -> QuerySet[Incident]:
    found = visibility.incidents(scope).select_related("place", "station").prefetch_related("links__dispute")
    if filters.get("updated_since") is not None:
        found = found.filter(received_at__gte=filters["updated_since"])
    if filters.get("place"):
        found = found.filter(place__code__startswith=within(filters["place"]))
    return found


def timeline(dispute: Dispute) -> Iterable[Event]:
    """What happened, oldest first; looks are for auditors and never leave the house."""
    return ledger.history(dispute.stream).order_by("seq")

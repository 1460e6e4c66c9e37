"""Looks are events too: reading a case, opening a masked field, taking rows out of the house."""

from __future__ import annotations

from datetime import datetime

from twinloop.cases import sealing
from twinloop.cases.models import Dispute, Incident, Party
from twinloop.decide import Refused
from twinloop.ledger.actions import record
from twinloop.ledger.sight import Scope
from twinloop.ledger.whole import whole

FIELDS = ("name", "phone", "id_number", "address")
MAY_OPEN = frozenset({"dispatcher", "officer", "community_officer", "auxiliary", "mediator", "chief", "bureau"})
MAY_OPEN_CONFIDENTIAL = frozenset({"dispatcher", "chief", "bureau"})


def look(thing: Dispute | Incident, *, by: int, at: datetime, where: str) -> None:
    """`by` read the page of a case."""
    record(thing.stream, "looked", by=by, at=at, is_look=True, where=where)


def check_unmask(thing: Party | Incident, field: str, scope: Scope) -> None:
    if field not in FIELDS:
        raise Refused("no_such_field")
    if not scope.has(*MAY_OPEN):
        raise Refused("unmask_role")
    if isinstance(thing, Incident) and thing.caller_is_confidential and not scope.has(*MAY_OPEN_CONFIDENTIAL):
        raise Refused("unmask_confidential")
    if isinstance(thing, Party) and field == "address" and thing.is_address_hidden and not scope.has("chief", "bureau"):
        raise Refused("unmask_hidden_address")


@whole()
def unmask(
    thing: Party | Incident, field: str, *, scope: Scope, by: int, at: datetime, reason: str, why: str = ""
) -> str:
    """Open one field of a party or of a caller, with a reason, and write down who did. The value is not logged."""
    check_unmask(thing, field, scope)
    if not reason or (reason == "other" and not why.strip()):
        raise Refused("reason_missing")
    if isinstance(thing, Party):
        stream, kind = thing.dispute.stream, "party"
        token = getattr(thing, f"{field}_sealed")
    else:
        stream, kind = thing.stream, "incident"
        token = getattr(thing, f"caller_{field}_sealed", None)
    record(
        stream, "unmasked", by=by, at=at, why=why, is_look=True, thing=f"{kind}:{thing.pk}", field=field, reason=reason
    )
    return sealing.open_(token, f"{kind}:{thing.pk}:{field}")


def exported(*, by: int, at: datetime, what: str, rows: int, query: str) -> None:
    """`by` took `rows` rows of `what` out as a file."""
    record(f"export:{by}", "exported", by=by, at=at, is_look=True, what=what, rows=rows, query=query)

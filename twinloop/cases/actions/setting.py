"""Setting scorecard, weights, thresholds, those of mediation, words of types: a whole new set from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from twinloop.cases.models import ParameterSet
from twinloop.cases.queries import set_values
from twinloop.decide import Refused, parameters
from twinloop.decide.clocks import CHINA
from twinloop.decide.parameters import ParameterKind
from twinloop.ledger.actions import record
from twinloop.ledger.sight import Scope

EDITORS = frozenset({"system_admin", "bureau"})
WHY_LONGEST = 200


def check_set(
    kind: ParameterKind, values: Mapping[str, Any], *, since: date, why: str, scope: Scope, at: datetime
) -> parameters.Read:
    """The set as its core takes it. Raises `Refused`: who may not set, from when, no reason, a wrong figure."""
    if scope.account is None or not scope.has(*EDITORS):
        raise Refused("parameter_no_editor")
    if since <= at.astimezone(CHINA).date():
        raise Refused("parameter_too_soon")
    if not why.strip():
        raise Refused("parameter_why_missing")
    if len(why.strip()) > WHY_LONGEST:
        raise Refused("parameter_why_long")
    read = parameters.read(kind, values)
    if not parameters.changes(set_values(kind, newest(kind), on=since), values):
        raise Refused("parameter_same")
    return read


def newest(kind: ParameterKind) -> ParameterSet | None:
    """The last set of a kind, begun or not: what the next one follows."""
    return ParameterSet.objects.filter(kind=kind).order_by("-id").first()


def set_parameters(
    kind: ParameterKind, values: Mapping[str, Any], *, since: date, why: str, follows: int | None, scope: Scope,
    at: datetime,
) -> ParameterSet:  # fmt: skip
    """`values` hold for decisions on `since` or later; a set that has not begun by then never begins.

    `follows`: the newest set that the person had before their eyes (None: the shipped one). Raises as `check_set`,
    and parameter_changed where somebody was quicker.
    """
    check_set(kind, values, since=since, why=why, scope=scope, at=at)
    assert scope.account is not None  # check_set has asked
    before = newest(kind)
    if (before.pk if before else None) != follows:
        raise Refused("parameter_changed")
    try:
        with transaction.atomic():
            row = ParameterSet.objects.create(
                kind=kind, since=since, values=dict(values), version=parameters.version(kind, values), follows=before,
                why=why.strip(), by_id=scope.account, at=at,
            )  # fmt: skip
            changed = parameters.changes(set_values(kind, before, on=since), values)
            record(
                "setting:parameters", "parameters_set", by=scope.account, at=at, why=row.why, kind=kind, since=since,
                version=row.version, changes=[[".".join(c.path), c.before, c.after] for c in changed],
            )  # fmt: skip
    except IntegrityError:
        raise Refused("parameter_changed") from None
    return row

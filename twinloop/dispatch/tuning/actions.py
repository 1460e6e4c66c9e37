"""Trying a set, and setting what was tried: two steps, bound together by a signed word of what was seen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core import signing

from twinloop.cases.actions.setting import check_set, newest, set_parameters
from twinloop.cases.models import ParameterSet
from twinloop.decide import Refused, parameters
from twinloop.decide.parameters import ParameterKind
from twinloop.dispatch.tuning import queries
from twinloop.dispatch.tuning.trying import tried
from twinloop.ledger.sight import Scope

SALT = "twinloop.tuning"
SECONDS = 3600  # so long does a preview stand for the month that it was made of


def preview(
    kind: str, values: Mapping[str, Any], *, since: date, why: str, follows: int | None, scope: Scope, at: datetime
) -> tuple[queries.Outcome, str]:
    """What `values` would change from `since` on, and the word that lets the same person apply them. Writes nothing.

    Raises `Refused` as `set_parameters` does.
    """
    code = ParameterKind(kind)
    then = check_set(code, values, since=since, why=why, scope=scope, at=at)
    last = newest(code)
    if (last.pk if last else None) != follows:
        raise Refused("parameter_changed")
    before = queries.held(code, on=since)
    result = tried(code, parameters.read(code, before), then, at=at)
    token = signing.dumps(_seen(code, values, since, follows, scope), salt=SALT)
    return queries.outcome(code, before, values, result), token


def apply(
    kind: str, values: Mapping[str, Any], *, since: date, why: str, follows: int | None, token: str, scope: Scope,
    at: datetime,
) -> ParameterSet:  # fmt: skip
    """Set what was tried. Raises `Refused`: parameter_not_previewed where it was not, or not this; else as above."""
    code = ParameterKind(kind)
    try:
        seen = signing.loads(token, salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        raise Refused("parameter_not_previewed") from None
    if seen != _seen(code, values, since, follows, scope):
        raise Refused("parameter_not_previewed")
    return set_parameters(code, values, since=since, why=why, follows=follows, scope=scope, at=at)


def _seen(
    kind: ParameterKind, values: Mapping[str, Any], since: date, follows: int | None, scope: Scope
) -> dict[str, Any]:
    return {
        "kind": kind.value, "version": parameters.version(kind, values), "since": since.isoformat(),
        "follows": follows, "by": scope.account,
    }  # fmt: skip

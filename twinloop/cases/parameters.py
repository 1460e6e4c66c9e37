"""Which sets of parameters hold on a day. The shipped ones where nobody has set any; every decision asks here.

A set begins on a later day than it was made, so that what held on a day that has come never changes again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from twinloop.cases.held import held
from twinloop.cases.models import ParameterSet
from twinloop.decide import matching, parameters, risk
from twinloop.decide.clocks import CHINA
from twinloop.decide.parameters import Mediating, ParameterKind, Thresholds, Types


@dataclass(frozen=True)
class InForce:
    """`rows`: kind → (name of the set, its row). Sets are read when they are asked for, once a process."""

    rows: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def scorecard(self) -> risk.Params:
        found = self._read(ParameterKind.SCORECARD)
        return found if isinstance(found, risk.Params) else risk.DEFAULTS

    @property
    def weights(self) -> matching.Params:
        found = self._read(ParameterKind.WEIGHTS)
        return found if isinstance(found, matching.Params) else matching.DEFAULTS

    @property
    def thresholds(self) -> Thresholds:
        found = self._read(ParameterKind.THRESHOLDS)
        return found if isinstance(found, Thresholds) else parameters.thresholds.DEFAULTS

    @property
    def mediation(self) -> Mediating:
        found = self._read(ParameterKind.MEDIATION)
        return found if isinstance(found, Mediating) else parameters.mediating.DEFAULTS

    @property
    def types(self) -> Types:
        found = self._read(ParameterKind.TYPES)
        return found if isinstance(found, Types) else parameters.types.DEFAULTS

    def version(self, kind: ParameterKind, shipped: str) -> str:
        """The name of the set that answers; `shipped` where nobody has set any."""
        return self.rows[kind][0] if kind in self.rows else shipped

    def marked(self, kind: ParameterKind, version: str) -> str:
        """`version` of a core, and beside it the district's own set, where there is one."""
        return f"{version} {self.rows[kind][0]}" if kind in self.rows else version

    def _read(self, kind: ParameterKind) -> object:
        return _read(kind, *self.rows[kind]) if kind in self.rows else None


def in_force(on: date | datetime) -> InForce:
    """What holds on a day, or on the day (+08:00) of a moment; one query."""
    day = on.astimezone(CHINA).date() if isinstance(on, datetime) else on
    return held(("sets", day), lambda: _in_force(day))


# asked by every report: written out, as building it anew takes longer than asking
_IN_FORCE = """SELECT DISTINCT ON (kind) kind, version, id FROM cases_parameterset WHERE since <= %s
    ORDER BY kind, id DESC"""


def _in_force(day: date) -> InForce:
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, [day])
        return InForce({kind: (name, pk) for kind, name, pk in cursor.fetchall()})


# for whoever asks the database something else anyhow; `tell` then saves the next `in_force` its question
TOLD = f"(SELECT json_agg(json_build_array(kind, version, id)) FROM ({_IN_FORCE}) AS sets)"  # noqa: S608 - our own text


def tell(on: datetime, rows: Sequence[tuple[str, str, int]] | None) -> None:
    """Within `settings_held`: what holds on the day of `on`, as `TOLD` said it."""
    day = on.astimezone(CHINA).date()
    held(("sets", day), lambda: InForce({kind: (name, pk) for kind, name, pk in rows or ()}))


@lru_cache(maxsize=16)
def _read(kind: ParameterKind, version: str, pk: int) -> parameters.Read:
    """A row is never edited, so that it is read once; its name is that of what stands in it."""
    values: dict[str, Any] = ParameterSet.objects.values_list("values", flat=True).get(pk=pk, version=version)
    return parameters.read(kind, values)

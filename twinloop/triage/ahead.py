"""What can be said of a report before it is written down, so that nobody waits for its number meanwhile.

The number of the day is locked from the moment it is drawn until the report stands. Sorting and the search for earlier
quarrels take most of the time, and need nothing that is written: they go first, outside the transaction. What others
wrote down in between is looked at within it (`repeats.newer`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from twinloop.cases.models import Incident
from twinloop.cases.parameters import InForce, in_force
from twinloop.decide import sorting
from twinloop.triage import learned, repeats
from twinloop.triage.repeats_finding import Asked, Found, found_and_newest


@dataclass(frozen=True)
class Ahead:
    """`hits` are looked for among the reports up to the id `upto`."""

    asked: Asked
    held: InForce
    sorted: sorting.Sorted
    hits: tuple[Found, ...]
    upto: int

    def completed(self, incident: Incident, newer: Sequence[int] | None = None) -> list[Found]:
        """The hits of the report that now stands as `incident`, with those that came in meanwhile.

        `newer`: their ids, where whoever drew its number was told them.
        """
        asked = replace(self.asked, incident=incident.pk)
        return repeats.newer(self.hits, asked, self.upto, held=self.held, ids=newer)


def look_ahead(asked: Asked, *, at: datetime) -> Ahead:
    """Sort and search; reads only, and belongs outside of any transaction that locks."""
    held = in_force(at)
    params = held.thresholds.linkage()
    hits, upto = found_and_newest(asked, least=params.suggest_from, params=params)
    # after the search, which tells the model that sorts
    return Ahead(asked, held, learned.sorted_by(held, asked.text), tuple(hits[: repeats.SHOWN]), upto)

"""Many reports at once, as one by one would be judged: for what an import brought.

Everything that is asked of the database is asked for all of them together: a dozen statements a chunk instead of some
twenty-five a report. A test on random batches holds both ways to the same judgements, pairs and events.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from twinloop.cases.models import Dispute, Incident, IncidentLink
from twinloop.cases.parameters import in_force
from twinloop.decide import sorting
from twinloop.ledger import many
from twinloop.ledger.actions import record_many
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.triage import actions, learned, levels, repeats
from twinloop.triage.models import Judgement
from twinloop.triage.repeat_pairs import RepeatPair
from twinloop.triage.repeats_finding import Found, found_of

AT_ONCE = 200  # each holds a lock on its stream of events until the end of the chunk
_COLUMNS = ("what", "incident_id", "dispute_id", "answer", "reasons", "params_version", "at", "why")


@transaction.atomic
def weigh_many(incidents: Sequence[Incident], *, by: int | None, at: datetime) -> int:
    """Sort, look for repeats and weigh stored incidents (with their place); how many were judged: all or none."""
    held = in_force(at)
    model = learned.current()
    params = held.thresholds.linkage()
    hits = [found[: repeats.SHOWN] for found in found_of(incidents, least=params.suggest_from, params=params)]
    disputes = _disputes(incidents)
    on_record = levels.on_records(list(disputes.values()), at) if disputes else {}
    kept: list[Judgement] = []
    events = []
    for incident, of_repeats in zip(incidents, hits, strict=True):
        found = sorting.sort(incident.narrative, model, least=held.thresholds.sorting_least, closed=held.types.closed)
        dispute = disputes.get(incident.pk)
        facts = on_record[dispute.pk] if dispute else {}
        rows, level = actions.judgements(incident, found, dispute, facts, at=at, held=held)
        kept += [*rows, repeats.judgement(incident, of_repeats, at=at, held=held)]
        events.append((incident.stream, actions.event(found, level)))
    many.add(Judgement, _COLUMNS, [_columns(row) for row in kept])
    record_many(events, "judged", by=by, at=at)
    _queue(incidents, hits, at=at)
    return len(incidents)


def _columns(row: Judgement) -> tuple[Any, ...]:
    answer, reasons = (json.dumps(one, ensure_ascii=False) for one in (row.answer, row.reasons))
    return row.what, row.incident_id, row.dispute_id, answer, reasons, row.params_version, row.at, row.why


def _disputes(incidents: Sequence[Incident]) -> dict[int, Dispute]:
    """By incident, what whoever asks may see of them; `found_of` has looked whether there are any."""
    linked = [one.pk for one in incidents if one.live_links]  # type: ignore[attr-defined]
    if not linked:
        return {}
    links = IncidentLink.objects.filter(incident__in=linked, unlinked_at__isnull=True).select_related("dispute")
    return {link.incident_id: link.dispute for link in links if link.dispute}


def _queue(incidents: Sequence[Incident], hits: Sequence[Sequence[Found]], *, at: datetime) -> None:
    """As `repeats.queue` of each."""
    asked = [one.pk for one, found in zip(incidents, hits, strict=True) if found]
    if not asked:
        return
    with see_as(SYSTEM):
        spoken: dict[int, set[int]] = defaultdict(set)
        for asking, met_before in RepeatPair.objects.filter(incident__in=asked).values_list("incident", "earlier"):
            spoken[asking].add(met_before)
        met = {one for earlier in spoken.values() for one in earlier}
        live = IncidentLink.objects.filter(incident__in=met, unlinked_at__isnull=True)
        of = dict(live.values_list("incident", "dispute")) if met else {}
        rows: list[RepeatPair] = []
        for incident, found in zip(incidents, hits, strict=True):
            earlier = spoken[incident.pk]
            own = {link.dispute_id for link in incident.live_links}  # type: ignore[attr-defined]
            own |= {of[one] for one in earlier if one in of}
            left = [hit for hit in found if hit.incident not in earlier and hit.dispute not in own]
            rows += repeats.pairs(incident, left, at, "door")
        repeats.put_pairs(rows)

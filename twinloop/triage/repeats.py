"""Have we met this quarrel? What the software suggests, cut to what the viewer may see.

A quarrel outside the viewer's area is only said to exist: no number, no words, no person of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from twinloop.cases import visibility
from twinloop.cases.models import Dispute, Incident, IncidentLink
from twinloop.cases.parameters import InForce, in_force
from twinloop.decide.parameters import ParameterKind
from twinloop.decide.workflow import State
from twinloop.edge.masks import mask_text
from twinloop.edge.typed import compact_phone
from twinloop.ledger import many
from twinloop.ledger.sight import SYSTEM, Scope, see_as
from twinloop.people.models import Account
from twinloop.people.scope import scope_of
from twinloop.places.models import Place
from twinloop.triage.models import Judgement
from twinloop.triage.repeat_pairs import RepeatPair
from twinloop.triage.repeat_reasons import kept, reasons
from twinloop.triage.repeats_finding import Asked, Found, asked_of, found, found_newer

SHOWN = 3  # suggestions beside a form
REASONS = 4
VERSION = "linkage 1"


@dataclass(frozen=True)
class Suggestion:
    """An earlier quarrel. `is_outside`: there is one out of the viewer's area, and nothing more is said of it."""

    probability: float = 0.0
    incident: str = ""
    dispute: str = ""
    title: str = ""
    received_at: datetime | None = None
    reasons: Sequence[str] = ()
    is_outside: bool = False
    is_likely: bool = False
    state: State | None = None  # of the dispute

    def __str__(self) -> str:
        if self.is_outside:
            return _("范围外还有一件")
        return _("%(number)s，把握 %(share).2f") % {"number": self.dispute or self.incident, "share": self.probability}

    def plain(self) -> dict[str, Any]:
        """For the API: an outside one is a bare `{"outside": true}`."""
        if self.is_outside:
            return {"outside": True}
        return {
            "incident": self.incident,
            "dispute": self.dispute or None,
            "probability": round(self.probability, 3),
            "reasons": list(self.reasons),
        }


def candidates(
    text: str,
    *,
    phone: str = "",
    place: Place | None = None,
    address: str = "",
    at: datetime,
    scope: Scope,
    held: InForce | None = None,
) -> list[Suggestion]:
    """Earlier quarrels that a report still being typed may belong to. Stores nothing."""
    if not text.strip():
        return []
    return suggested(Asked(text, at, compact_phone(phone), place, address), scope=scope, held=held)


def suggested(asked: Asked, *, scope: Scope, held: InForce | None = None) -> list[Suggestion]:
    """As `candidates`, of a report that is known as it will be written down."""
    params = (held or in_force(asked.at)).thresholds.linkage()
    return shown(found(asked, least=params.suggest_from, params=params), scope)


@transaction.atomic
def find(incident: Incident, *, by: int | None, at: datetime) -> list[dict[str, Any]]:
    """Look for earlier quarrels of a stored incident, keep what was said, put the pairs into the queue.

    Answers with what `by` may see (`None`: the system).
    """
    held = in_force(at)
    hits = look(incident, held=held)
    many.put([judgement(incident, hits, at=at, held=held)])
    queue(incident, hits, at=at, source="door")
    return told(hits, by=by, at=at)


def look(incident: Incident, *, held: InForce) -> list[Found]:
    """The likeliest earlier quarrels of a stored incident."""
    params = held.thresholds.linkage()
    return found(asked_of(incident), least=params.suggest_from, params=params)[:SHOWN]


def newer(
    hits: Sequence[Found], asked: Asked, upto: int, *, held: InForce, ids: Sequence[int] | None = None
) -> list[Found]:
    """`hits`, and what was written down since they were looked for (after the id `upto`): the likeliest of both.

    `ids`: what was written down since, where that is known.
    """
    params = held.thresholds.linkage()
    late = found_newer(asked, upto, least=params.suggest_from, params=params, ids=ids)
    own = {hit.dispute for hit in late if hit.dispute}
    both = [*late, *(hit for hit in hits if hit.dispute not in own)]
    return sorted(both, key=lambda hit: -hit.link.probability)[:SHOWN] if late else list(hits)


def told(hits: Sequence[Found], *, by: int | None, at: datetime) -> list[dict[str, Any]]:
    """What `by` may see of the hits, as plain facts."""
    with see_as(SYSTEM):
        account = Account.objects.filter(pk=by).select_related("unit__parent").first() if by else None
    return [one.plain() for one in shown(hits, scope_of(account, at=at) if account else SYSTEM)]


def judgement(incident: Incident, hits: Sequence[Found], *, at: datetime, held: InForce) -> Judgement:
    """What was said of repeats, not yet stored."""
    said = [
        {"incident": hit.incident, "dispute": hit.dispute, "probability": round(hit.link.probability, 3)}
        for hit in hits
    ]
    version = held.marked(ParameterKind.THRESHOLDS, VERSION)
    return Judgement(what="repeats", incident=incident, answer={"candidates": said}, params_version=version, at=at)


def queue(incident: Incident, hits: Sequence[Found], *, at: datetime, source: str) -> int:
    """A pair for every hit that no person has spoken about; how many pairs are new."""
    if not hits:
        return 0
    with see_as(SYSTEM):
        earlier, disputes = _spoken_about(incident)
        left = [hit for hit in hits if hit.incident not in earlier and hit.dispute not in disputes]
        return len(RepeatPair.objects.bulk_create(pairs(incident, left, at, source), ignore_conflicts=True))


def pairs(incident: Incident, hits: Sequence[Found], at: datetime, source: str) -> list[RepeatPair]:
    """What waits for a person's word, not yet stored."""
    return [
        RepeatPair(
            incident=incident, earlier_id=hit.incident, probability=hit.link.probability,
            reasons=kept(hit.link.evidence), made_at=at, source=source,
        )
        for hit in hits
    ]  # fmt: skip


def put_pairs(pairs: Sequence[RepeatPair]) -> None:
    """Those that are not there yet. As one JSON value: psycopg quotes an array of reasons element by element."""
    rows = [
        {
            "incident": pair.incident_id, "earlier": pair.earlier_id, "kind": pair.kind, "source": pair.source,
            "probability": pair.probability, "reasons": pair.reasons, "made_at": pair.made_at, "state": pair.state,
        }
        for pair in pairs
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_PUT_PAIRS, [json.dumps(rows, default=str)])


_PUT_PAIRS = """INSERT INTO triage_repeatpair
    (incident_id, earlier_id, kind, source, probability, reasons, state, made_at)
    SELECT incident, earlier, kind, source, probability, reasons, state, made_at FROM jsonb_to_recordset(%s) AS pair
    (incident bigint, earlier bigint, kind text, source text, probability float8, reasons jsonb, state text,
    made_at timestamptz) ON CONFLICT DO NOTHING"""


def _spoken_about(incident: Incident) -> tuple[set[int], set[int]]:
    """Earlier incidents that stand in a pair already, and disputes: one's own, and those of such pairs."""
    links: list[IncidentLink] = incident.live_links  # type: ignore[attr-defined]  # asked_of has looked
    own = {link.dispute_id for link in links}
    earlier = set(RepeatPair.objects.filter(incident=incident).order_by().values_list("earlier_id", flat=True))
    if earlier:
        live = IncidentLink.objects.filter(incident__in=earlier, unlinked_at__isnull=True)
        own |= set(live.values_list("dispute_id", flat=True))
    return earlier, own


def shown(hits: Iterable[Found], scope: Scope) -> list[Suggestion]:
    """What the scope may see of the hits; all that lie outside become one line."""
    hits = list(hits)[:SHOWN]
    incidents = visibility.incidents(scope).in_bulk([hit.incident for hit in hits])
    disputes = visibility.disputes(scope).in_bulk([hit.dispute for hit in hits if hit.dispute])
    seen = [
        _suggestion(hit, incidents[hit.incident], disputes.get(hit.dispute or 0))
        for hit in hits
        if hit.incident in incidents
    ]
    return [*seen, Suggestion(is_outside=True)] if len(seen) < len(hits) else seen


def _suggestion(hit: Found, incident: Incident, dispute: Dispute | None) -> Suggestion:
    return Suggestion(
        hit.link.probability,
        incident.number,
        dispute.number if dispute else "",
        mask_text(dispute.title) if dispute else mask_text(incident.narrative)[:40],
        incident.received_at,
        reasons(hit.link.evidence)[:REASONS],
        is_likely=hit.is_likely,
        state=State(dispute.state) if dispute else None,
    )

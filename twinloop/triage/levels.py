"""How grave, from what is known: the flags of the text and the record of the dispute, never of the person."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from twinloop.cases.models import Dispute, IncidentLink, Standing
from twinloop.decide import risk, sorting
from twinloop.decide.sorting import SortingFlag
from twinloop.triage import spoken

# kinds that have a level: what may grow into something worse
KINDS = frozenset({"dispute", "public_order", "crime", "help"})
_FACTS: Mapping[SortingFlag, tuple[str, ...]] = {
    SortingFlag.WEAPON: ("weapon",),
    SortingFlag.DEATH_THREAT: ("death_threat", "threat"),
    SortingFlag.SELF_HARM: ("self_harm_threat",),
    SortingFlag.CHILD_AT_RISK: ("child_at_risk",),
    SortingFlag.DOMESTIC_VIOLENCE: ("violence",),
}


@dataclass(frozen=True)
class Level:
    """`counted`: one a fact, heaviest first: (points, the fact as `spoken` keeps it)."""

    level: int
    points: int
    floor: int | None
    counted: Sequence[tuple[int, spoken.Kept]]
    expires_at: datetime

    @property
    def lines(self) -> list[tuple[int, str]]:
        """As `counted`, in the words of whoever reads."""
        return [(points, spoken.said(fact)) for points, fact in self.counted]

    @property
    def reasons(self) -> list[spoken.Kept]:
        return [fact for _points, fact in self.counted]


def suggested(
    flags: Iterable[sorting.Flag], facts: Mapping[str, Any], *, at: datetime, params: risk.Params = risk.DEFAULTS
) -> Level:
    """The scorecard over flags and recorded facts; nothing known gives level 3."""
    return told(risk.score(risk.Facts.from_mapping(facts_from(flags) | dict(facts)), at, params))


def facts_from(flags: Iterable[sorting.Flag]) -> dict[str, Any]:
    """A flag told of others or of the past is shown, but counts nothing."""
    return {name: True for flag in flags if not flag.heard for name in _FACTS[flag.code]}


# what a desk ticks → facts of the scorecard. Ongoing and minors are no factors of it: they are shown and not counted
_MARKED: Mapping[str, Mapping[str, Any]] = {
    "violence": {"violence": True},
    "domestic_violence": {"violence": True},
    "injury": {"injury": 1},  # somebody is hurt; how badly is for the scene to say
    "weapon": {"weapon": True},
    "threat": {"threat": True},
    "death_threat": {"death_threat": True, "threat": True},
    "self_harm_threat": {"self_harm_threat": True},
    "group_event": {"group_event": True},
    "broken_agreement": {"broken_agreement": True},
    "older_grievance": {"older_grievance": True},
}


def facts_marked(flags: Iterable[str]) -> dict[str, Any]:
    """Facts that a person ticked while listening; what the scorecard does not know is left out."""
    return {name: value for flag in flags for name, value in _MARKED.get(flag, {}).items()}


def told(score: risk.Score) -> Level:
    counted = [(reason.points, spoken.counted(reason)) for reason in score.reasons]
    return Level(score.level, score.points, score.floor, counted, score.expires_at)


@cache
def version() -> str:
    """Which scorecard is shipped, by what stands in it."""
    return f"risk-{zlib.crc32(repr(risk.DEFAULTS).encode()):08x}"


def on_record(dispute: Dispute, at: datetime) -> dict[str, Any]:
    """What the dispute's own record says, by the names of the scorecard."""
    return on_records([dispute], at)[dispute.pk]


def on_records(disputes: Sequence[Dispute], at: datetime) -> dict[int, dict[str, Any]]:
    """`on_record` of many, by dispute; two queries however many."""
    calls: dict[int, list[datetime]] = defaultdict(list)
    links = IncidentLink.objects.filter(dispute__in=disputes, unlinked_at__isnull=True)
    for pk, received_at in links.values_list("dispute_id", "incident__received_at"):
        calls[pk].append(received_at)
    standings = Standing.objects.filter(dispute__in=disputes).in_bulk(field_name="dispute_id")
    return {one.pk: _recorded(one, standings[one.pk], calls[one.pk], at) for one in disputes}


def _recorded(dispute: Dispute, standing: Standing, calls: Sequence[datetime], at: datetime) -> dict[str, Any]:
    since = min([dispute.registered_at, *calls])
    return {
        "violence": standing.violence or None,
        "group_event": standing.group_event or None,
        "broken_agreement": standing.terms_broken or standing.broken_agreement or None,
        "failed_mediations": standing.sessions_failed,
        "refused_mediation": standing.party_unwilling or None,
        "incidents": len(calls),
        "incidents_30d": sum((at - call).days < 30 for call in calls),
        "months": max(0, (at.date() - (dispute.started_on or since.date())).days // 30),
    }


def facts_in(text: str) -> dict[str, Any]:
    """What the words alone say, without asking for the type."""
    return facts_from(sorting.flags.find(sorting.texts.plain(text)))

"""Have we met this quarrel? What the software suggests, cut to what the viewer may see.

A quarrel outside the viewer's area is only said to exist: no number, no words, no person of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from twinloop.cases import visibility
from twinloop.cases.models import Dispute, Incident
from twinloop.cases.telling import language
from twinloop.decide import linkage
from twinloop.decide.words import say
from twinloop.edge.masks import mask_name, mask_text
from twinloop.edge.typed import compact_phone
from twinloop.ledger.sight import SYSTEM, Scope, see_as
from twinloop.people.models import Account
from twinloop.people.scope import scope_of
from twinloop.places.models import Place
from twinloop.triage.models import Judgement
from twinloop.triage.repeat_pairs import RepeatPair
from twinloop.triage.repeats_finding import Asked, Found, asked_of, found

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

    def __str__(self) -> str:
        if self.is_outside:
            return _("范围外还有一件")
        return _("%(number)s，把握 %(share).2f") % {"number": self.dispute or self.incident, "share": self.probability}

    @property
    def is_likely(self) -> bool:
        return self.probability >= linkage.DEFAULTS.join_from

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
    text: str, *, phone: str = "", place: Place | None = None, address: str = "", at: datetime, scope: Scope
) -> list[Suggestion]:
    """Earlier quarrels that a report still being typed may belong to. Stores nothing."""
    if not text.strip():
        return []
    asked = Asked(text, at, compact_phone(phone), place, address)
    return shown(found(asked, least=linkage.DEFAULTS.suggest_from), scope)


@transaction.atomic
def find(incident: Incident, *, by: int | None, at: datetime) -> list[dict[str, Any]]:
    """Look for earlier quarrels of a stored incident, keep what was said, put the pairs into the queue.

    Answers with what `by` may see (`None`: the system).
    """
    asked = asked_of(incident)
    hits = found(asked, least=linkage.DEFAULTS.suggest_from)[:SHOWN]
    keep(incident, hits, at=at, source="door")
    with see_as(SYSTEM):
        account = Account.objects.filter(pk=by).select_related("unit__parent").first() if by else None
    return [one.plain() for one in shown(hits, scope_of(account, at=at) if account else SYSTEM)]


def keep(incident: Incident, hits: Sequence[Found], *, at: datetime, source: str) -> int:
    """The judgement, and a pair for every hit that no person has spoken about; how many pairs are new."""
    said = [
        {"incident": hit.incident.pk, "dispute": hit.dispute, "probability": round(hit.link.probability, 3)}
        for hit in hits
    ]
    with see_as(SYSTEM):
        Judgement.objects.create(
            what="repeats", incident=incident, answer={"candidates": said}, params_version=VERSION, at=at
        )
        made = RepeatPair.objects.bulk_create(
            [
                RepeatPair(
                    incident=incident, earlier=hit.incident, probability=hit.link.probability,
                    reasons=reasons(hit.link.evidence), made_at=at, source=source,
                )
                for hit in hits
                if not _is_spoken_about(incident, hit)
            ],
            ignore_conflicts=True,
        )  # fmt: skip
    return len(made)


def _is_spoken_about(incident: Incident, hit: Found) -> bool:
    """In one dispute already, or a person said no to another report of the same dispute."""
    own = incident.links.filter(unlinked_at__isnull=True).values_list("dispute_id", flat=True)
    if hit.dispute and hit.dispute in own:
        return True
    pairs = RepeatPair.objects.filter(incident=incident)
    if hit.dispute is None:
        return pairs.filter(earlier=hit.incident).exists()
    same = {"earlier__links__dispute": hit.dispute, "earlier__links__unlinked_at__isnull": True}
    return pairs.filter(**same).exists()


def shown(hits: Iterable[Found], scope: Scope) -> list[Suggestion]:
    """What the scope may see of the hits; all that lie outside become one line."""
    hits = list(hits)[:SHOWN]
    incidents = set(
        visibility.incidents(scope).filter(pk__in=[hit.incident.pk for hit in hits]).values_list("pk", flat=True)
    )
    disputes = visibility.disputes(scope).filter(pk__in=[hit.dispute for hit in hits if hit.dispute]).in_bulk()
    seen = [_suggestion(hit, disputes.get(hit.dispute or 0)) for hit in hits if hit.incident.pk in incidents]
    return [*seen, Suggestion(is_outside=True)] if len(seen) < len(hits) else seen


def _suggestion(hit: Found, dispute: Dispute | None) -> Suggestion:
    return Suggestion(
        hit.link.probability,
        hit.incident.number,
        dispute.number if dispute else "",
        mask_text(dispute.title if dispute else hit.incident.narrative[:40]),
        hit.incident.received_at,
        reasons(hit.link.evidence)[:REASONS],
    )


def reasons(evidence: Iterable[linkage.Evidence]) -> list[str]:
    """The heaviest first, each with its bits, names masked."""
    ranked = sorted((sign for sign in evidence if abs(sign.bits) >= 0.5), key=lambda sign: (-abs(sign.bits), sign.code))
    return [f"{mask_text(_said(sign))} {sign.bits:+.1f}" for sign in ranked]


def _said(sign: linkage.Evidence) -> str:
    facts = {name: mask_name(str(value)) if name in {"one", "two"} else value for name, value in sign.facts}
    return say(linkage.Sign(sign.code), language(), **facts)

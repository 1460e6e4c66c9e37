"""升温: it becomes dangerous. Whoever sees it says so; the police decide what follows. By itself it moves nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from twinloop.cases.models import Dispute
from twinloop.decide import Refused
from twinloop.edge.masks import mask_text
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole
from twinloop.mediation.joint import levels, words
from twinloop.mediation.joint.models import Answer, Heat, Whistle


@whole()
def heat_up(
    whistle: Whistle, signs: Sequence[str], text: str, *, by: int | None, at: datetime, answer: Answer | None = None
) -> Heat:
    """From an agency (with its `answer`) or from the police; the command room has it on its first page at once."""
    known = [code for code in words.SIGNS if code in signs]
    text = mask_text(text.strip())[:500]
    if not known and not text:
        raise Refused("heat_empty")
    made = Heat.objects.create(
        dispute_id=whistle.dispute_id, whistle=whistle, answer=answer, signs=known, text=text, by_id=by, at=at
    )
    record(f"dispute:{whistle.dispute_id}", "whistle_heated", by=by, at=at, why=text, heat_signs=known or ["other"],
           number=whistle.number)  # fmt: skip
    return made


@whole()
def take_heat(heat: Heat, outcome: str, why: str, *, by: int, at: datetime) -> Heat:
    """A named person of the police goes on with it; the level that the scorecard suggests is kept beside the word."""
    why = why.strip()[:500]
    if outcome not in words.OUTCOMES:
        raise Refused("heat_outcome")
    if not why:
        raise Refused("heat_why")
    won = Heat.objects.filter(pk=heat.pk, taken_at__isnull=True).update(
        outcome=outcome, taken_why=why, taken_by_id=by, taken_at=at
    )
    if not won:
        raise Refused("heat_taken")
    heat.refresh_from_db()
    dispute = Dispute.objects.get(pk=heat.dispute_id)
    level = levels.keep(dispute, heat.signs, at=at)
    record(dispute.stream, "whistle_heat_taken", by=by, at=at, why=why, heat_outcome=outcome,
           suggested=level)  # fmt: skip
    return heat

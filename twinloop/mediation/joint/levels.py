"""What the scorecard says of a dispute once somebody saw it heat up: asked of `triage`, decided by a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from twinloop.cases.models import Dispute
from twinloop.triage import levels as scorecard
from twinloop.triage.actions import level_answer
from twinloop.triage.models import Judgement


def suggested(dispute: Dispute, signs: Sequence[str], *, at: datetime) -> scorecard.Level:
    """The record together with what was seen; what somebody saw outweighs what the record leaves unknown."""
    facts = scorecard.on_record(dispute, at) | scorecard.facts_marked(signs)
    return scorecard.suggested((), facts, at=at)


def keep(dispute: Dispute, signs: Sequence[str], *, at: datetime) -> int:
    """Store the suggestion as a judgement of the dispute; gives the level."""
    found = suggested(dispute, signs, at=at)
    Judgement.objects.create(
        what="level", dispute=dispute, answer=level_answer(found), reasons=found.reasons,
        params_version=scorecard.version(), at=at,
    )  # fmt: skip
    return found.level

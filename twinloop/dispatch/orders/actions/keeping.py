"""What the software said of who should go stays, whatever a person then does."""

from __future__ import annotations

from datetime import datetime

from twinloop.cases.models import Incident
from twinloop.dispatch.orders.queries import suggesting
from twinloop.dispatch.orders.queries.suggesting import Suggested
from twinloop.triage.models import Judgement


def keep_suggestion(incident: Incident, suggested: Suggested, *, at: datetime) -> Judgement:
    """The ranked people as a row; a person's own row may overrule it."""
    return Judgement.objects.create(
        what="who", incident=incident, answer=suggesting.kept(suggested), reasons=suggesting.told(suggested.first),
        params_version=suggested.version, at=at,
    )  # fmt: skip

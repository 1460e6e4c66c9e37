"""Earlier quarrels that a lead may belong to: found as they will be once it is taken up, said as at the call desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from twinloop.cases import sealing
from twinloop.decide.workflow import State
from twinloop.discovery.leads.actions.deciding import CHANNELS, identity_of, narrative_of
from twinloop.discovery.leads.models import Lead
from twinloop.ledger.sight import Scope
from twinloop.triage import repeats
from twinloop.triage.repeats_finding import WATCHED, asked_new


@dataclass(frozen=True)
class Alike:
    """An earlier quarrel. `joins`: the lead can be made a part of it; `reopens`: which begins it anew."""

    found: repeats.Suggestion
    joins: bool
    reopens: bool


def alike(lead: Lead, scope: Scope, *, at: datetime) -> list[Alike]:
    """The likeliest first, cut to what the scope may see; `at` is when the lead would become a report."""
    told = not lead.is_confidential and CHANNELS[lead.source] not in WATCHED
    caller = identity_of(lead) if told else sealing.Identity()
    asked = asked_new(narrative_of(lead), at, caller, lead.place, lead.address)
    return [_row(one) for one in repeats.suggested(asked, scope=scope)]


def _row(one: repeats.Suggestion) -> Alike:
    return Alike(one, one.state not in (None, State.TRANSFERRED), one.state in (State.SETTLED, State.CLOSED))

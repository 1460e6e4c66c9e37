"""What a person at the board may still say of a call, and what the form offers for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from twinloop.cases.models import Dispute, Incident
from twinloop.cases.queries import called_for, shown_type_names
from twinloop.cases.words import KINDS
from twinloop.decide.workflow import State
from twinloop.dispatch.orders.queries import suggesting
from twinloop.triage import queries as triage

UNSORTED = (State.REGISTERED, State.REOPENED, State.RETURNED)


@dataclass(frozen=True)
class ToSay:
    """`label`: kind and type as "dispute:B1", what is said so far; `level` likewise, 0 where none is asked for."""

    labels: Sequence[tuple[str, str]]
    label: str
    level: int
    has_dispute: bool


def unsorted(incident: Incident) -> Dispute | None:
    """The quarrel behind the call where the next step is to sort it."""
    dispute = suggesting.link_of(incident)
    if dispute is None or dispute.state not in UNSORTED:
        return None
    if dispute.state == State.REOPENED and called_for(dispute, dispute.standing):
        return None  # goes to its second handling
    return dispute


def to_say(incident: Incident) -> ToSay | None:
    """None where the software said nothing of the call, or where nothing is left to say."""
    newest = triage.newest(incident, ("sorting", "level"))
    sorting, level = newest.get("sorting"), newest.get("level")
    if sorting is None:
        return None
    dispute = unsorted(incident)
    kind, code = incident.reported_kind, incident.reported_type
    if kind == "dispute" and not code and sorting.answer["kind"] == "dispute":
        code = sorting.answer["type"]
    labels = [(f"dispute:{code}", f"{code} {name}") for code, name in shown_type_names().items()]
    labels += [(f"{kind}:", str(name)) for kind, name in KINDS.items() if kind != "dispute"]
    asked = (dispute.level or (level.answer["level"] if level else 3)) if dispute else 0
    return ToSay(labels, f"{kind}:{code}", int(asked), suggesting.link_of(incident) is not None)

"""What a call is and how grave, said by a person at the board: then the quarrel behind it is sorted and may be sent."""

from __future__ import annotations

from datetime import datetime

from twinloop.cases import actions as cases
from twinloop.cases.held import settings_held
from twinloop.cases.models import Incident
from twinloop.decide import Refused
from twinloop.decide.workflow import Action
from twinloop.dispatch.orders.actions.sending import check_sender
from twinloop.dispatch.orders.queries import deciding
from twinloop.ledger.whole import whole
from twinloop.triage import actions as triage


@settings_held()
@whole()
def decide(
    incident: Incident, *, kind: str, type_code: str, level: int | None, by: int, roles: frozenset[str], at: datetime,
    why: str = "",
) -> None:  # fmt: skip
    """Agrees with what was suggested, or overrules it (then `why` is owed). `level` is for a quarrel that is not sorted
    yet: it becomes 已分流 by this; elsewhere the level is the quarrel's own and stays."""
    check_sender(roles)
    incident = Incident.objects.select_for_update(no_key=True, of=("self",)).get(pk=incident.pk)
    dispute = deciding.unsorted(incident)
    if dispute is not None and kind == "dispute" and level is None:
        raise Refused("order_level_missing")
    triage.decide(incident, kind=kind, type_code=type_code, by=by, at=at, why=why)
    if dispute is None or kind != "dispute" or level is None:
        return
    triage.decide_level(incident, dispute, level, by=by, at=at, why=why)
    cases.move(
        dispute, Action.SORT, by=by, roles=roles, at=at, why=why, given={"type_code": type_code, "level": str(level)}
    )

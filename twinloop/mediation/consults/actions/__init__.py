"""Everything that changes a joint session. Each verb writes one event of the dispute."""

from twinloop.mediation.consults.actions.convening import Call, convene, follow
from twinloop.mediation.consults.actions.minuting import Given, attend, end_task, relead, write_minutes

__all__ = ["Call", "Given", "attend", "convene", "end_task", "follow", "relead", "write_minutes"]

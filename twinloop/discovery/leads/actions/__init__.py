"""Everything that changes a lead. Each verb takes `by` and `at` and writes its event in the same transaction."""

from twinloop.discovery.leads.actions.deciding import accept, decline, join
from twinloop.discovery.leads.actions.following import add_remark, look, unmask, withdraw
from twinloop.discovery.leads.actions.reporting import report

__all__ = ["accept", "add_remark", "decline", "join", "look", "report", "unmask", "withdraw"]

"""Everything that changes a case. Each verb takes `by` and `at` and writes its event in the same transaction."""

from twinloop.cases.actions.bringing import (
    Report,
    Sent,
    Told,
    bring_feedbacks,
    bring_orders,
    register_incidents,
)
from twinloop.cases.actions.clocking import (
    climb_clocks,
    defer_clock,
    drop_clock,
    drop_clocks,
    open_clock,
    open_clocks,
    pause_clock,
    recount_waiting,
    resume_clock,
    stop_clock,
    stop_clocks,
)
from twinloop.cases.actions.following import Owed
from twinloop.cases.actions.linking import link, merge, split_merge, split_off, unlink
from twinloop.cases.actions.looking import look, unmask
from twinloop.cases.actions.moving import Change, Conflict, give_order, locked, move, take_over
from twinloop.cases.actions.noting import add_note, attach, drop_attachment, note, perform_term
from twinloop.cases.actions.registering import (
    Caller,
    add_party,
    change_dispute,
    involve,
    open_dispute,
    register_incident,
    remove_party,
)

__all__ = [
    "Caller",
    "Change",
    "Conflict",
    "Owed",
    "Report",
    "Sent",
    "Told",
    "add_note",
    "add_party",
    "attach",
    "bring_feedbacks",
    "bring_orders",
    "change_dispute",
    "climb_clocks",
    "defer_clock",
    "drop_attachment",
    "drop_clock",
    "drop_clocks",
    "give_order",
    "involve",
    "link",
    "locked",
    "look",
    "merge",
    "move",
    "note",
    "open_clock",
    "open_clocks",
    "open_dispute",
    "pause_clock",
    "perform_term",
    "recount_waiting",
    "register_incident",
    "register_incidents",
    "remove_party",
    "resume_clock",
    "split_merge",
    "split_off",
    "stop_clock",
    "stop_clocks",
    "take_over",
    "unlink",
    "unmask",
]

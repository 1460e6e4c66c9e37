"""Everything that changes a mediation or a session. Each verb writes an event of the dispute."""

from twinloop.mediation.sessions.actions.beginning import begin, extend, leave_off, lift, strengthen, tidy, unwilling
from twinloop.mediation.sessions.actions.choosing import Pick, choose, wish
from twinloop.mediation.sessions.actions.closing import Result, close, refuse
from twinloop.mediation.sessions.actions.planning import Booking, drop, plan, postpone
from twinloop.mediation.sessions.actions.sitting import came, invite, note_recording, talk, tell

__all__ = [
    "Booking",
    "Pick",
    "Result",
    "begin",
    "came",
    "choose",
    "close",
    "drop",
    "extend",
    "invite",
    "leave_off",
    "lift",
    "note_recording",
    "plan",
    "postpone",
    "refuse",
    "strengthen",
    "talk",
    "tell",
    "tidy",
    "unwilling",
    "wish",
]

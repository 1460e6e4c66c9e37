"""Everything that changes a mediation or a session. Each verb writes an event of the dispute."""

from twinloop.mediation.sessions.actions.beginning import begin, extend, leave_off, lift, tidy, unwilling

__all__ = ["begin", "extend", "leave_off", "lift", "tidy", "unwilling"]

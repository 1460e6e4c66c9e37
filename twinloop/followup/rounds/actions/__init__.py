"""Writers of second handling: reviews, orders to the community, the penalty procedure, the escalation watch."""

from twinloop.followup.rounds.actions.charging import (
    appraise,
    appraised,
    decide,
    extend,
    open_penalty,
)
from twinloop.followup.rounds.actions.handling import review, send
from twinloop.followup.rounds.actions.turning import follow, turn
from twinloop.followup.rounds.actions.watching import find

__all__ = ["appraise", "appraised", "decide", "extend", "find", "follow", "open_penalty", "review", "send", "turn"]

"""A job gathers and cuts the day; people carry over, hand on, take back, check and confirm; officers change."""

from twinloop.followup.daily.actions.confirming import check, confirm
from twinloop.followup.daily.actions.ending import carry, hand_on, take_back
from twinloop.followup.daily.actions.owning import transfer
from twinloop.followup.daily.actions.setting import set_hours
from twinloop.followup.daily.actions.turning import turn

__all__ = ["carry", "check", "confirm", "hand_on", "set_hours", "take_back", "transfer", "turn"]

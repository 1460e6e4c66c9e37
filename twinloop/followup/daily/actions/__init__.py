"""A job gathers and cuts the day; people carry over, hand on, take back, check and confirm; officers change."""

from twinloop.followup.daily.actions.confirming import check, confirm
from twinloop.followup.daily.actions.covering import cover, end_cover, take_charge, turn_covers
from twinloop.followup.daily.actions.ending import carry, hand_on, take_back
from twinloop.followup.daily.actions.owning import transfer, transfer_all
from twinloop.followup.daily.actions.setting import set_hours
from twinloop.followup.daily.actions.turning import turn

__all__ = [
    "carry", "check", "confirm", "cover", "end_cover", "hand_on", "set_hours", "take_back", "take_charge", "transfer",
    "transfer_all",
    "turn", "turn_covers",
]  # fmt: skip

"""Everything that changes patrols, hazards, help and training."""

from twinloop.discovery.patrols.actions.hazards import find, notify, recheck, rectify, refer
from twinloop.discovery.patrols.actions.places import close_spot, end_plan, keep_spot, plan_visits, visit
from twinloop.discovery.patrols.actions.records import help_given, open_contact, train

__all__ = [
    "close_spot",
    "end_plan",
    "find",
    "help_given",
    "keep_spot",
    "notify",
    "open_contact",
    "plan_visits",
    "recheck",
    "rectify",
    "refer",
    "train",
    "visit",
]

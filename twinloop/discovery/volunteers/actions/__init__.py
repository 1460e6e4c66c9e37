"""What may be done in this room: one transaction and one event each."""

from twinloop.discovery.volunteers.actions.campaigns import close_campaign, set_campaign, sort_team
from twinloop.discovery.volunteers.actions.photos import MOST_PHOTOS, add_photos, remove_photo
from twinloop.discovery.volunteers.actions.recording import (
    WHO,
    Facts,
    correct_activity,
    facts_of,
    members_on,
    note_export,
    record_activity,
    record_history,
    withdraw_activity,
)

__all__ = [
    "MOST_PHOTOS",
    "WHO",
    "Facts",
    "add_photos",
    "close_campaign",
    "correct_activity",
    "facts_of",
    "members_on",
    "note_export",
    "record_activity",
    "record_history",
    "remove_photo",
    "set_campaign",
    "sort_team",
    "withdraw_activity",
]

"""What the doors do: receive a report, tie it to a dispute, tell the caller, hand it on. Each writes its event."""

from twinloop.intake.doors.actions.handing import accept_transfer, hand_over, recall, receipt, returned, tell
from twinloop.intake.doors.actions.receiving import receive, take_in
from twinloop.intake.doors.actions.tying import accept_petition_of, join, open_from, title_of

__all__ = [
    "accept_petition_of",
    "accept_transfer",
    "hand_over",
    "join",
    "open_from",
    "recall",
    "receipt",
    "receive",
    "returned",
    "take_in",
    "tell",
    "title_of",
]

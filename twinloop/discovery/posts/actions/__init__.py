"""What may be done in this room: one transaction and one event each."""

from twinloop.discovery.posts.actions.keeping import Position, check_in, check_out, is_late, keep_many, mend_shift
from twinloop.discovery.posts.actions.noting import note_check, note_help, note_many, withdraw_entry
from twinloop.discovery.posts.actions.planning import (
    ENDS,
    STARTS,
    Post,
    check_post,
    drop_shift,
    held,
    plan_shift,
    plan_shifts,
    repeat_week,
)

__all__ = [
    "ENDS", "STARTS", "Position", "Post", "check_in", "check_out", "check_post", "drop_shift", "held", "is_late",
    "keep_many", "mend_shift", "note_check", "note_help", "note_many", "plan_shift", "plan_shifts", "repeat_week",
    "withdraw_entry",
]  # fmt: skip

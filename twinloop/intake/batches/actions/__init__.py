"""Bringing files in, and taking a batch back."""

from twinloop.intake.batches.actions.bringing import bring, look
from twinloop.intake.batches.actions.opening import confirm, open_batch
from twinloop.intake.batches.actions.undoing import undo

__all__ = ["bring", "confirm", "look", "open_batch", "undo"]

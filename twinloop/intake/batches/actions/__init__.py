"""Bringing files in, having what came judged, and taking a batch back."""

from twinloop.intake.batches.actions.bringing import bring, look
from twinloop.intake.batches.actions.judging import ask, judge
from twinloop.intake.batches.actions.opening import confirm, open_batch
from twinloop.intake.batches.actions.undoing import undo

__all__ = ["ask", "bring", "confirm", "judge", "look", "open_batch", "undo"]

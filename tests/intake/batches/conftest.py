from tests.intake.batches.pages import district, now, work

__all__ = ["district", "now", "work"]

"""The demo district of the article's size: places, units, people. All invented, all marked so."""

from __future__ import annotations


def fill() -> None:
    """Fill an empty database once; does nothing when it has been filled."""

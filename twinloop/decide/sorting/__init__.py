"""Sorting (源头分流): narrative in; type or kind, calibrated confidence, reasons, flags out; abstains when in doubt.

Reads words only: never who somebody is, where they come from, or what they believe (guardrail 2).
"""

from twinloop.decide.sorting.codes import (
    TYPES,
    Choice,
    Flag,
    Reason,
    Sorted,
    SortingDoubt,
    SortingFlag,
    SortingLabel,
    SortingReason,
)
from twinloop.decide.sorting.sorter import sort, version
from twinloop.decide.sorting.telling import doubted, flagged, spoken, told

__all__ = [
    "TYPES",
    "Choice",
    "Flag",
    "Reason",
    "Sorted",
    "SortingDoubt",
    "SortingFlag",
    "SortingLabel",
    "SortingReason",
    "doubted",
    "flagged",
    "sort",
    "spoken",
    "told",
    "version",
]

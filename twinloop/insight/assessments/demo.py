"""The whole months that the demo district has lived are counted, and the last one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from twinloop.decide.assessment import SubjectKind
from twinloop.insight.assessments import actions
from twinloop.insight.assessments.models import Assessment


def fill(at: datetime, lived: Sequence[date] = ()) -> None:
    """Does nothing where a month was counted. `lived`: first days of the months before the last."""
    if Assessment.objects.exists():
        return
    actions.turn(at=at)
    for month in lived:
        for kind in SubjectKind:
            if not Assessment.objects.filter(kind=kind, month=month).exists():
                actions.assess(kind, month, at=at)

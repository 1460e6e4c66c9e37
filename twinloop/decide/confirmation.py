"""May the parties ask a court to confirm their people's mediation agreement (司法确认).

Source: 人民调解法 33 (both sides together, within 30 days of taking effect); 最高人民法院关于人民调解协议司法确认程序的
若干规定 4 (not for identity, adoption or marriage relations).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from twinloop.decide import Refused


class Subject(StrEnum):
    """What the agreement is about."""

    IDENTITY = "identity"
    ADOPTION = "adoption"
    MARRIAGE = "marriage"
    OTHER = "other"


class ConfirmationRefusal(StrEnum):
    LACKS = "confirm_lacks"
    NOT_FOR = "confirm_not_for"
    NOT_PEOPLE = "confirm_not_people"
    LATE = "confirm_late"


class ConfirmationLack(StrEnum):
    SUBJECT = "confirm_subject"
    JOINTLY = "confirm_jointly"
    EFFECTIVE = "confirm_effective"


_ITEM = {Subject.IDENTITY: 2, Subject.ADOPTION: 3, Subject.MARRIAGE: 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """``due_at`` is that of the clock ``judicial_confirmation``; ``None``: the agreement has not taken effect."""

    by_people_mediation: bool
    subject: Subject | None = None
    jointly: bool = False
    due_at: datetime | None = None


def check_confirmation(facts: Facts, at: datetime) -> None:
    """Raise ``Refused`` with a :class:`ConfirmationRefusal`: what the law bars first, then all that is missing."""
    if not facts.by_people_mediation:
        raise Refused(ConfirmationRefusal.NOT_PEOPLE, articles=("人民调解法 33",))
    if facts.subject in _ITEM:
        article = f"司法确认规定 4({_ITEM[facts.subject]})"
        raise Refused(ConfirmationRefusal.NOT_FOR, articles=(article,), subject=facts.subject)
    if facts.due_at is not None and at > facts.due_at:
        raise Refused(ConfirmationRefusal.LATE, articles=("人民调解法 33",), due=facts.due_at.date())
    held = {
        ConfirmationLack.SUBJECT: facts.subject is not None,
        ConfirmationLack.JOINTLY: facts.jointly,
        ConfirmationLack.EFFECTIVE: facts.due_at is not None,
    }
    if lacks := tuple(lack for lack, there in held.items() if not there):
        raise Refused(ConfirmationRefusal.LACKS, articles=("人民调解法 33",), lacks=lacks, count=len(lacks))

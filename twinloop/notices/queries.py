"""What somebody has been told, what they want, and what waits to leave."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from twinloop.decide import notices as decide
from twinloop.ledger.sight import Scope
from twinloop.notices.models import Letter, Notice, Preference
from twinloop.notices.telling import Telling, told_to

MOST_COUNTED = 99


@dataclass(frozen=True)
class Row:
    notice: Notice
    telling: Telling


def mine(scope: Scope) -> QuerySet[Notice]:
    """One's own only: who stands in for somebody sees their cases, not their bell."""
    return Notice.objects.filter(account=scope.account, verb__in=told_to())


def unread(scope: Scope) -> int:
    """Counted up to `MOST_COUNTED` and one more."""
    return mine(scope).filter(read_at__isnull=True)[: MOST_COUNTED + 1].count()


def rows(notices: list[Notice]) -> list[Row]:
    return [Row(notice, told_to()[notice.verb]) for notice in notices]


def preference(account: int) -> Preference:
    """As chosen, else with the defaults; not saved."""
    return Preference.objects.filter(account=account).first() or Preference(account_id=account)


def wish(chosen: Preference) -> decide.Wish:
    return decide.Wish(
        decide.Outside(chosen.outside), chosen.morning, chosen.evening, chosen.quiet_from, chosen.quiet_until
    )


def letters(state: str) -> QuerySet[Letter]:
    found = Letter.objects.select_related("account")
    return found.filter(state=state) if state else found


def letter_counts() -> dict[str, int]:
    """State → how many letters. One query."""
    return dict(Letter.objects.order_by().values_list("state").annotate(n=Count("pk")))


def oldest_waiting() -> datetime | None:
    return Letter.objects.filter(state="waiting").order_by("made_at").values_list("made_at", flat=True).first()


def is_letter(text: str) -> bool:
    """Whether a text can be the id of one."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True

"""Some days of the demo district cleared: what was open is done, handed on or carried over by name. Invented."""

from __future__ import annotations

from datetime import datetime, timedelta

from twinloop.cases.models import Dispute
from twinloop.followup.daily import actions
from twinloop.followup.daily.models import Day
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account
from twinloop.people.scope import scope_of

DAYS = 3


def fill(at: datetime) -> None:
    """Does nothing where a day was opened."""
    chief = Account.objects.filter(username="chief").first()
    if Day.objects.exists() or chief is None:
        return
    for back in range(DAYS, 0, -1):
        noon = (at - timedelta(days=back)).replace(hour=12, minute=0, second=0, microsecond=0)
        actions.turn(at=noon)
        held = scope_of(chief, at=noon)
        _say(noon + timedelta(hours=5), chief, held)
        actions.turn(at=noon.replace(hour=20, minute=1))
        if back > 1:
            _confirm(noon, chief, held)
    actions.turn(at=at)
    _cover(at, chief)


def _say(at: datetime, chief: Account, held: Scope) -> None:
    """Two of what is open are carried over with a reason; the rest nobody says anything of."""
    day = Day.objects.filter(made_at__isnull=True).first()
    rows = list(day.items.filter(end="", station__in=held.stations).order_by("pk")[:2]) if day else []
    for row, (reason, why) in zip(
        rows, (("party_away", "对方外出务工，后天回来"), ("agreed", "双方约好明天下午见")), strict=False
    ):
        until = at.date() + timedelta(days=1)
        actions.carry(row, reason, why, until, by=chief.pk, scope=held, at=at)


def _confirm(at: datetime, chief: Account, held: Scope) -> None:
    day = Day.objects.filter(made_at__isnull=False).first()
    station = chief.unit.station if chief.unit else None
    if day is not None and station is not None:
        actions.confirm(day, station, "结转的两件明天盯住", by=chief.pk, scope=held, at=at.replace(hour=21))


def _cover(at: datetime, chief: Account) -> None:
    """The officer is on leave for some days: a colleague looks after two of the cases."""
    held, officer = scope_of(chief, at=at), Account.objects.filter(username="community").first()
    other = Account.objects.filter(username="officer").first()
    mine = Dispute.objects.filter(owner=officer, station__in=held.stations).exclude(state__in=["closed", "merged"])
    numbers = list(mine.order_by("pk").values_list("number", flat=True)[:2])
    if numbers and other is not None and officer is not None and other.unit_id:
        today = at.date()
        actions.cover(numbers, other.pk, today, today + timedelta(days=4), "年休假", by=chief.pk, scope=held, at=at)

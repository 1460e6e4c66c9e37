"""What waits for the first page: one row of the day, how much in one's own name is open before the cut."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import ngettext

from twinloop.cases.waiting import Waiting
from twinloop.decide import daily
from twinloop.decide.clocks import CHINA
from twinloop.followup.daily import queries
from twinloop.ledger.sight import Scope

SOON = timedelta(hours=3)  # before the cut: earlier the rows themselves are enough


def waiting(scope: Scope, *, at: datetime) -> Iterator[Waiting]:
    """One query, two near the cut."""
    if not scope.has(*queries.POLICE):
        return
    day = queries.running()
    if day is None or day.cut_at - at > SOON:
        return
    count = queries.visible(scope).filter(day=day, end="", holder__in=sorted(scope.accounts)).count()
    if count:
        what = ngettext("日清前还有 %(n)s 件没有说法", "日清前还有 %(n)s 件没有说法", count) % {"n": count}
        yield Waiting(str(count), what, "", reverse("clear"), "", day.cut_at)


def cut_at(at: datetime) -> datetime:
    """The next cut after `at`, by the hours that are set. One query."""
    local = at.astimezone(CHINA)
    today = daily.cut_of(local.date(), local, queries.params(local.date()))
    if local < today:
        return today
    after = local.date() + timedelta(days=1)
    return daily.cut_of(after, local + timedelta(days=1), queries.params(after))

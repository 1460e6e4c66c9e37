"""The demo's campaigns: made through the actions, once, seen by the chief who can be tried; the share rises."""

from __future__ import annotations

import pytest
from django.utils import timezone

from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.follow import demo, queries, showing
from twinloop.mediation.follow.models import Nomination
from twinloop.people.models import Account
from twinloop.people.scope import scope_of


@pytest.mark.django_db
def test_the_demo_has_every_stage_and_settles_more_after_the_first_campaign() -> None:
    at = timezone.localtime()
    with see_as(SYSTEM):
        demo.fill(at)
        demo.fill(at)
        assert Nomination.objects.count() == len(demo.QUARRELS)
        scope = scope_of(Account.objects.get(username="chief"), at=at)
        cut = queries.first_day(scope)
        assert cut is not None
        before, after = queries.success(scope, cut)
        found = {code: len(cards) for code, _word, cards in showing.board(scope, at=at)}
    assert found == {"nominated": 1, "given": 1, "working": 1, "settled": 2, "ended": 1}  # of the last ninety days
    assert (before.total, after.total) == (5, 8)
    assert before.settled / before.total < after.settled / after.total

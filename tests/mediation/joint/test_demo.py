"""The demo's whistles: there after a start, once, in every state, and quick."""

from __future__ import annotations

import time

from django.utils import timezone

from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.joint import demo, queries, showing
from twinloop.mediation.joint.models import Heat, Seat, Whistle


def test_every_state_can_be_seen_and_it_is_quick(db):
    at = timezone.localtime()
    began = time.perf_counter()
    with see_as(SYSTEM):
        for _ in range(2):
            demo.fill(at)
        took = time.perf_counter() - began
        wages = Whistle.objects.get(title__contains="欠薪")
        assert wages.answers.count() == 4
        cards = showing.cards(queries.on_board(SYSTEM, at=at), SYSTEM, at=at)
        columns = {code: len(inside) for code, _word, inside in showing.columns(cards)}
        assert columns == {"objected": 1, "sent": 4, "on_way": 0, "at_work": 3, "done": 3}
        assert Heat.objects.filter(taken_at=None).count() == 1
        assert Seat.objects.exists()
    assert took < 5

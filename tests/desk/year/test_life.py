"""A few days of life through the product's own actions, in the demo district without its made-up cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from twinloop.cases.models import Dispute, Feedback, Incident, Order
from twinloop.decide.clocks import CHINA
from twinloop.desk import demo
from twinloop.desk.year.assumed import read
from twinloop.desk.year.life import Life
from twinloop.ledger.models import Event
from twinloop.ledger.queries import broken
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Duty

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]
DAYS = 3


def test_days_are_lived_through_actions_and_the_ledger_holds() -> None:
    demo.fill(life=False)
    first = date.today() - timedelta(days=DAYS)
    with see_as(SYSTEM):
        start = datetime.combine(first, datetime.min.time(), tzinfo=CHINA)
        busy = read()
        busy = replace(busy, calls=busy.calls | {"a_day": 2.0, "again_unsettled": 1.0, "again_days": [0.2, 0.8]})
        life = Life(busy, 11)
        life.live(first, DAYS)
        incidents, events = Incident.objects.all(), Event.objects.filter(stream__startswith="dispute:")
        assert incidents.count() == life.counts["calls"] > 0
        assert Dispute.objects.count() == life.counts["calls"] - life.counts["repeats"]
        assert all(start <= one.reported_at < start + timedelta(days=DAYS) for one in incidents)
        assert all(one.narrative.endswith("（演示，编造）") for one in incidents)
        assert Feedback.objects.filter(is_final=True).count() == life.counts["settled"] + life.counts["unsettled"] > 0
        assert events.filter(at__lt=start).count() == 0
        assert Order.objects.exclude(state="sent").filter(signed_at__lt=start).count() == 0
        assert Duty.objects.filter(period__startswith__lt=start + timedelta(days=1)).exists()
        assert not [code for code in life.counts if code.startswith("refused:order_")]
        assert list(broken()) == []


def test_a_person_keeps_the_same_hidden_skill() -> None:
    demo.fill(life=False)
    with see_as(SYSTEM):
        one, other = Life(read(), 5), Life(read(), 5)
        assert [one.skill(pk) for pk in (3, 4, 3)] == [other.skill(pk) for pk in (3, 4, 3)]
        assert one.skill(3) != one.skill(4)

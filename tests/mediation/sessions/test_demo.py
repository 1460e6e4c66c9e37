"""The demo's sessions find an hour beside those of the life that was lived before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.world import NOW
from twinloop.decide import Refused
from twinloop.mediation.sessions.demo import seated

HOURS = [NOW + timedelta(hours=n) for n in range(4)]


@pytest.mark.django_db
def test_the_first_hour_at_which_nobody_sits_elsewhere_is_taken():
    asked = []

    def taken_until(free, code="session_mediator_taken"):
        def act(start):
            asked.append(start)
            if start < free:
                raise Refused(code)
            return start

        return act

    assert seated(HOURS, taken_until(HOURS[2])) == HOURS[2]
    assert asked == HOURS[:3]
    with pytest.raises(Refused, match="session_mediator_taken"):
        seated(HOURS, taken_until(HOURS[3] + timedelta(hours=1)))
    with pytest.raises(Refused, match="session_facts"):
        seated(HOURS, taken_until(HOURS[2], "session_facts"))

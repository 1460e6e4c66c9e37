"""Other rooms read who is on duty and where: choosing people, visits."""

from __future__ import annotations

from datetime import timedelta

from tests.discovery.posts.keeping import planned
from tests.rosters.making import auxiliary
from tests.world import NOW
from twinloop.discovery.posts import actions as posts
from twinloop.dispatch.orders.queries.staff import staff


def test_who_is_posted_in_the_village_can_be_sent_whosever_village_it_is(crew):
    stranger = auxiliary("s1", crew.district, crew.places[1])
    near = crew.places[0]
    shift = planned(stranger, near, NOW.date())

    def found(at):
        return next((m.person for m in staff([], at=at, also=[near.pk]) if m.account == stranger), None)

    there = found(NOW)
    assert there is not None
    assert there.on_duty
    assert near.code in there.communities
    assert found(NOW + timedelta(hours=12)) is None
    posts.drop_shift(shift, by=None, at=NOW, why="换人")
    assert found(NOW) is None

"""A month that was published stays as it was; what changed since stands beside it."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests import world
from twinloop.decide import Refused
from twinloop.insight.figures import actions, queries
from twinloop.insight.figures.models import Frozen
from twinloop.ledger import actions as ledger
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as

MARCH = date(2026, 3, 1)


def on(day: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, 9, tzinfo=world.CHINA)


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        found = world.district()
        for place in (found.near, found.near, found.far):
            world.dispute(place, at=on(5))
        ledger.seal(at=on(6))
        yield found


def late_settlement(dispute, at):
    ledger.record(
        dispute.stream, "settle", by=None, at=at, before={"state": "handling", "round": 1},
        after={"state": "settled", "round": 1},
    )  # fmt: skip
    ledger.seal(at=on(20, 4))
    actions.catch_up(at=on(20, 4))


def test_a_month_is_kept_once_for_the_district_and_each_station(district):
    made = actions.freeze(MARCH, at=on(1, 4))
    assert made == Frozen.objects.count()
    of = {row.station: len(row.denominator or ()) for row in Frozen.objects.filter(indicator="resolution")}
    assert {station: count for station, count in of.items() if count} == {
        None: 3,
        district.station: 2,
        district.other: 1,
    }
    assert actions.freeze(MARCH, at=on(2, 4)) == 0
    assert Event.objects.filter(verb="figures_frozen").count() == 1


def test_a_correction_stands_beside_the_frozen_figure(district, client):
    actions.freeze(MARCH, at=on(1, 4))
    near = world.Dispute.objects.filter(place=district.near).first()
    late_settlement(near, on(30))
    with see_as(district.scope("chief")):
        ((station, lines),) = queries.corrections(MARCH, at=on(20, 4))
        line = next(one for one in lines if one.was.code == "resolution")
        assert (station, line.was.hits, line.now.hits, line.came, line.went) == (district.station, 0, 1, 1, 0)
        assert [one.was.code for one in lines if one.is_corrected] == ["resolution", "on_the_spot", "first_time"]
    client.force_login(district.people["chief"])
    text = client.get("/indicators/frozen/?month=2026-03").content.decode()
    assert "多计 1，少计 0" in text
    assert "全区" not in text  # a chief sees the station's
    client.force_login(district.people["bureau"])
    assert "全区" in client.get("/indicators/frozen/?month=zz").content.decode()


def test_before_the_first_month_the_page_says_when(district, client):
    client.force_login(district.people["bureau"])
    assert "还没有冻结过的月份" in client.get("/indicators/frozen/").content.decode()


def test_a_month_that_runs_is_refused(district):
    with pytest.raises(Refused, match="figures_month_runs"):
        actions.freeze(MARCH, at=on(31))
    assert not Frozen.objects.exists()

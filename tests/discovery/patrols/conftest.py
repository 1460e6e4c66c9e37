import pytest

from tests import world
from tests.world import NOW
from twinloop.cases.sealing import Identity
from twinloop.discovery.patrols import actions
from twinloop.ledger.sight import SYSTEM, see_as


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        return world.district()


@pytest.fixture
def spot(district):
    with see_as(SYSTEM):
        return actions.keep_spot(
            name="金海岸歌厅", sort="venue", place=district.near, address="近村街18号", at=NOW, by=None,
            contact=Identity(name="王秀兰", phone="13900000127"),
        )  # fmt: skip

import pytest
import time_machine

from tests import world
from tests.rosters.making import station
from tests.world import NOW
from twinloop.ledger.sight import SYSTEM, see_as


@pytest.fixture(autouse=True)
def _at(request):
    if "site" in request.fixturenames:  # a server of its own keeps its own time
        yield
        return
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        yield world.district()


@pytest.fixture
def crew(district):
    """Three more auxiliaries and two more villages of the near station."""
    return station(district)

import pytest

from tests import world
from twinloop.ledger.sight import SYSTEM, see_as


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        yield world.district()

"""A district, a person at the call desk, and the forms as browsers send them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from tests import world
from tests.world import NOW
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Account
from twinloop.places.models import Place


@pytest.fixture(autouse=True)
def _then():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        found = world.district()
        Place.objects.filter(pk=found.near.pk).update(pinyin="jincun jc")
        Place.objects.filter(pk=found.far.pk).update(pinyin="yuancun yc")
        yield found


def as_(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="twinloop.people.backend.AccountBackend")
    return client


def call(**changed: Any) -> dict[str, Any]:
    """What the call desk sends."""
    sent = {
        "phone": "19900000127",
        "name": "王秀兰",
        "channel": "call_110",
        "place": "近村",
        "address": "3组12号",
        "text": "邻居把排水沟堵了，水倒灌进厨房",
        "kind": "dispute",
        "once": str(uuid4()),
    }
    return {name: value for name, value in {**sent, **changed}.items() if value is not None}

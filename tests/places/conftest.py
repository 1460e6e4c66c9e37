"""A small county of our own beside whatever the demo district brought: nothing here depends on it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.places import actions
from twinloop.places.lists import Row
from twinloop.places.models import Place

AT = datetime(2026, 4, 16, 9, 30, tzinfo=UTC)
TEST_LIST = [
    Row("990101000000", "试验县"),
    Row("990101100000", "东岭镇"),
    Row("990101100001", "南街居委会"),
    Row("990101100200", "江坝村委会"),
    Row("990101100201", "正兴村村委会"),
    Row("990101200000", "北岭乡"),
    Row("990101200200", "圩背村民委员会"),
]


@pytest.fixture
def county(db: None) -> Place:
    """试验县 with two townships and four communities; nothing of it is served."""
    actions.put(TEST_LIST, by=None, at=AT, source="test")
    return Place.objects.get(code="990101000000")


def place(code: str) -> Place:
    return Place.objects.get(code=code)


def events(code: str) -> list[Event]:
    with see_as(SYSTEM):
        return list(Event.objects.filter(stream=f"place:{code}").order_by("seq"))


def verbs(code: str) -> list[str]:
    return [event.verb for event in events(code)]

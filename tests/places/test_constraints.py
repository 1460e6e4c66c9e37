"""What the database itself refuses about a place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from tests.places.conftest import AT
from twinloop.places import actions
from twinloop.places.models import Place

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("code", {"code": "990101100200"}),
        ("places_code_12_digits", {"code": "99010110099"}),
        ("places_code_12_digits", {"code": "99010110029X"}),
        ("places_kind_of_code", {"kind": "township"}),
        ("places_kind_of_code", {"code": "990101300000"}),
        ("places_kind_of_code", {"code": "990102000000", "kind": "township"}),
        ("places_kind_of_code", {"code": "990101300000", "kind": "county", "parent": None}),
        ("places_parent_but_county", {"parent": None}),
        ("places_parent_but_county", {"code": "990102000000", "kind": "county"}),
        ("places_position_whole", {"latitude": 25, "longitude": None}),
        ("places_position_whole", {"latitude": 91, "longitude": 114}),
        ("places_demo_range", {"is_demo": True}),
        ("places_schematic_position", {"is_schematic": True}),
        ("places_retired_not_served", {"is_served": True, "retired_on": date(2026, 1, 1)}),
    ],
)
def test_a_wrong_place_is_refused(county, constraint: str, fields: dict[str, Any]):
    town = Place.objects.get(code="990101100000")
    right = {"code": "990101100299", "name": "新村村委会", "short": "新村", "kind": "community", "parent": town}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Place.objects.create(**right | fields)
    Place.objects.create(**right)


def test_an_invented_place_stands_in_its_own_range(county):
    Place.objects.create(
        code="990101900000", name="管理处", short="管理处", kind="township", parent=county, is_demo=True
    )


def test_a_place_with_others_below_cannot_be_deleted(county):
    with pytest.raises(ProtectedError):
        county.delete()


def test_two_lists_at_once_are_written_one_after_the_other(fresh_db):
    from threading import Thread

    from django.db import connection

    from tests.places.conftest import TEST_LIST
    from twinloop.ledger.sight import SYSTEM, see_as

    results: list[int] = []

    def work() -> None:
        with see_as(SYSTEM):
            results.append(actions.put(TEST_LIST, by=None, at=AT, source="test").added)
        connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [0, 0, 0, 7]

"""The XLSX of the list: what is filtered and visible, masked, its formulas harmless, its taking written down."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests import world
from tests.cases.test_lists import as_, made, said
from twinloop.cases import export
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as

DANGEROUS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "＝1+1", "＋1", "－1", "＠x", '=HYPERLINK("x")')


def sheet(response):
    return load_workbook(BytesIO(response.content)).active


def test_dangerous_titles_are_plain_strings(district):
    for title in DANGEROUS:
        world.dispute(district.near, title=title)
    found = sheet(as_(district.people["bureau"]).get("/disputes/export/"))
    cells = [cell for row in found.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell.value for cell in cells if cell.value.lstrip()[:1] in tuple("=+-@＝＋－＠")]
    titles = [row[2].value for row in found.iter_rows(min_row=3)]
    assert len(titles) == len(DANGEROUS)
    assert all(title.startswith("'") for title in titles)


def test_it_holds_what_is_filtered_and_visible_and_says_who_took_it(district):
    made(district.near, 2, level=1)
    made(district.near, 1, level=2)
    made(district.far, 1, level=1)
    chief = district.people["chief"]
    response = as_(chief).get("/disputes/export/?level=1")
    rows = list(sheet(response).iter_rows(values_only=True))
    assert [row[4] for row in rows[2:]] == ["近村", "近村"]
    assert chief.name in rows[0][0]
    assert chief.username in rows[0][0]
    assert chief.username in load_workbook(BytesIO(response.content)).properties.creator
    with see_as(SYSTEM):
        event = Event.objects.get(stream=f"export:{chief.pk}")
    assert (event.verb, event.is_look, said(event)["rows"], said(event)["query"]) == ("exported", True, 2, "level=1")


def test_names_and_numbers_in_titles_are_masked(district):
    world.dispute(district.near, title="打13900000127找李强")
    rows = list(sheet(as_(district.people["bureau"]).get("/disputes/export/")).iter_rows(values_only=True))
    assert "13900000127" not in str(rows)


def test_it_ends_at_its_bound(district, monkeypatch):
    monkeypatch.setattr(export, "MOST", 3)
    made(district.near, 5)
    assert len(list(sheet(as_(district.people["bureau"]).get("/disputes/export/")).iter_rows())) == 5  # two heads


@pytest.mark.parametrize("role", ["auditor", "security_admin", "system_admin"])
def test_offices_without_cases_take_nothing_out(district, role):
    made(district.near)
    assert as_(district.people[role]).get("/disputes/export/").status_code == 403

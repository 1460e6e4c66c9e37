"""No cell of an export is ever run by a spreadsheet, and an import gets back what was exported."""

import csv
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinloop.edge.formulas import cell, is_risky, joined, neutralise, parted, restore

RISKY = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "　＝1",
    "＋1",
    "－1",
    "＠x",
    "'=1",
    "−1",
    "\ufeff=1",
]


@pytest.mark.parametrize("text", RISKY)
def test_risky_text_is_marked_and_restored(text):
    assert neutralise(text) == "'" + text
    assert restore(neutralise(text)) == text


@pytest.mark.parametrize("text", ["", "王小兰", "3组1号", "'", "it's", "'王", "a=b", "1-2"])
def test_plain_text_stays(text):
    assert neutralise(text) == text
    assert restore(text) == text


@given(st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("'=+-@ \t"))))
def test_text_comes_back_and_never_runs(text):
    shown = neutralise(text)
    assert restore(shown) == text
    assert shown.lstrip(" \t\r\n　")[:1] not in tuple("=+-@＝＋－＠")


@given(st.lists(st.text(st.sampled_from("=+-@'a王 "), min_size=1)))
def test_joined_list_comes_back(items):
    assert parted(joined(items)) == tuple(items)
    assert all(not is_risky(item) or item.startswith("'") for item in joined(items).split("；"))


def test_numbers_and_blanks_are_no_text():
    assert [cell(value) for value in (-5, 1.5, None, True, "-5")] == [-5, 1.5, None, True, "'-5"]


@pytest.mark.parametrize("text", RISKY)
def test_workbook_and_csv_hold_text(text):
    book = openpyxl.Workbook()
    book.create_sheet("a", 0).cell(1, 1, neutralise(text))
    out = io.BytesIO()
    book.save(out)
    back = openpyxl.load_workbook(io.BytesIO(out.getvalue()))["a"].cell(1, 1)
    assert back.data_type == "s"
    lines = io.StringIO(newline="")
    csv.writer(lines).writerow([cell(text)])
    assert restore(next(csv.reader(io.StringIO(lines.getvalue(), newline="")))[0]) == text

"""Lists that people have: columns, encodings, bad rows. What a file may be is proved in tests/edge/test_tables.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from twinloop.edge import tables
from twinloop.places import lists, words
from twinloop.places.lists import Row, read_list

TEXT = "代码,名称,上级\n990101100200,江坝村委会,990101100\n990101100201,正兴村村委会,990101100\n"
GOOD = [Row("990101100200", "江坝村委会"), Row("990101100201", "正兴村村委会")]


@pytest.fixture
def write(tmp_path: Path):
    def written(content: str | bytes, name: str = "list.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


def workbook(path: Path, *rows: list[Any]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.create_sheet("旧表").sheet_state = "hidden"
    book.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_a_csv_in_any_usual_encoding_reads_the_same(write, encoding):
    assert read_list(write(TEXT.encode(encoding))).rows == GOOD


def test_json_lines_read_the_same(write):
    lines = [{"code": row.code, "name": row.name, "parent": row.code[:9]} for row in GOOD]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    assert read_list(write(text, "list.jsonl")).rows == GOOD


def test_a_workbook_reads_the_same_with_codes_as_numbers_and_says_what_it_passed_over(tmp_path):
    path = workbook(
        tmp_path / "list.xlsx", ["代码", "名称"], [990101100200, "江坝村委会"], ["990101100201", "正兴村村委会"]
    )
    reading = read_list(path)
    assert reading.rows == GOOD
    assert reading.notes == ["没有读隐藏的工作表“旧表”"]


@pytest.mark.parametrize(
    ("head", "guessed"),
    [
        (["code", "name", "parent"], {"code": "code", "name": "name", "parent": "parent"}),
        (["统计用区划代码", "名称"], {"code": "统计用区划代码", "name": "名称"}),
        (["Code", "NAME", "streetCode"], {"code": "Code", "name": "NAME", "parent": "streetCode"}),
        (["甲", "乙"], {}),
    ],
)
def test_columns_are_guessed_by_their_heads(head, guessed):
    assert lists.guess_columns(head) == guessed


def test_a_column_chosen_by_a_person_goes_first():
    assert lists.guess_columns(["代码", "旧代码", "名称"], {"code": "旧代码"})["code"] == "旧代码"


def test_a_parent_is_seen_although_the_first_rows_do_not_reach_it(write):
    path = write("代码,名称,上级\n990101100200,江坝村委会\n990101100201,正兴村村委会,990101200\n")
    assert [bad.reason for bad in read_list(path).bad] == ["parent_wrong"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "empty"),
        ("%PDF-1.7 x", "kind"),
        ("甲,乙\n1,2\n", "columns_missing"),
        (b"code,name\n\xff\xff\x80", "encoding"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(write, content, code):
    with pytest.raises(tables.Unreadable) as refused:
        read_list(write(content))
    assert refused.value.code == code
    assert "%(" not in words.say_unreadable(refused.value)


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (",江坝村委会,", "code", "code_missing"),
        ("36070219120,江坝村委会,", "code", "code_form"),
        ("３６０７０２.5,江坝村委会,", "code", "code_form"),
        ("099010110020,江坝村委会,", "code", "code_form"),
        ("990101900200,江坝村委会,", "code", "code_reserved"),
        ("990202100200,江坝村委会,", "code", "other_county"),
        ("990101100200,,", "name", "name_missing"),
        ("990101100200", "name", "name_missing"),
        (f"990101100200,{'长' * 61},", "name", "name_long"),
        ("990101100200,江\x0b坝,", "name", "name_control"),
        ("990101100200,江坝村委会,990101200", "parent", "parent_wrong"),
        ("990101100200,江坝村委会,东岭镇", "parent", "parent_wrong"),
        (f"990101100200,{'长' * 22_000},", "name", "cell"),
        ("990101100200,江坝村委会,,多一格", "", "more_cells"),
    ],
)
def test_each_bad_row_has_its_row_column_and_reason(write, line, column, reason):
    path = write(f"代码,名称,上级\n{line}\n990101100201,正兴村村委会,\n")
    reading = read_list(path, county="990101")
    assert reading.rows == GOOD[1:]
    assert [(bad.row, bad.column, bad.reason) for bad in reading.bad] == [(2, column, reason)]
    assert str(reading.bad[0]).startswith("第 2 行")
    assert "%(" not in str(reading.bad[0])


def test_rows_that_differ_are_both_kept_aside_and_equal_ones_count_once(write):
    text = "代码,名称\n990101100200,江坝村委会\n990101100200,江坝村委会\n990101100201,甲村\n990101100201,乙村\n"
    reading = read_list(write(text))
    assert reading.rows == GOOD[:1]
    assert [(bad.row, bad.reason) for bad in reading.bad] == [(4, "twice"), (5, "twice")]


def test_full_width_figures_are_digits():
    assert lists.whole_code("９９０１０１") == "990101000000"

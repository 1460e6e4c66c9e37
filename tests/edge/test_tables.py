"""Files as people have them: encodings, sheets, limits, what is refused and what is said about a row."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from twinloop.edge import tablewords
from twinloop.edge.rejects import Rejects
from twinloop.edge.tables import Limits, Note, Row, Unreadable, read

TEXT = "警号,姓名\n360031,王小兰\n360032,张卫国\n"
ROWS = [{"警号": "360031", "姓名": "王小兰"}, {"警号": "360032", "姓名": "张卫国"}]


def file(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def cells(path, **limits):
    return [row.cells for row in read(path, Limits(**limits))]


def refused(path, **limits):
    with pytest.raises(Unreadable) as caught:
        list(read(path, Limits(**limits)))
    assert str(caught.value)
    assert tablewords.say(caught.value.code, "en", **caught.value.facts)
    return caught.value.code


def workbook(tmp_path, *sheets, name="t.xlsx"):
    book = Workbook()
    del book["Sheet"]
    for title, rows, state in sheets:
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / name)
    return tmp_path / name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_any_usual_encoding_is_read(tmp_path, encoding):
    assert cells(file(tmp_path, "t.csv", TEXT.encode(encoding))) == ROWS


def test_utf_16_big_endian_with_its_mark_is_read(tmp_path):
    assert cells(file(tmp_path, "t.csv", b"\xfe\xff" + TEXT.encode("utf-16-be"))) == ROWS


def test_utf_16_without_a_mark_is_refused(tmp_path):
    assert refused(file(tmp_path, "t.csv", TEXT.encode("utf-16-le"))) == "encoding"


def test_bytes_of_no_encoding_are_refused(tmp_path):
    assert refused(file(tmp_path, "t.csv", b"\xff\x81,a\n1,2\n")) == "encoding"


@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_the_mark_between_cells_is_seen_in_the_head(tmp_path, mark):
    assert cells(file(tmp_path, "t.csv", TEXT.replace(",", mark))) == ROWS


def test_numbers_are_those_that_a_spreadsheet_shows(tmp_path):
    path = file(tmp_path, "t.csv", 'a,b\n1,"x\ny"\n\n2,z\n')
    assert [(row.number, row.cells["b"]) for row in read(path)] == [(2, "x\ny"), (5, "z")]


def test_an_open_quotation_mark_spoils_its_row_only(tmp_path):
    path = file(tmp_path, "t.csv", 'a,b\n1,"x"y\n2,z\n')
    first, second = read(path)
    assert (first.bad[0].code, second.cells) == ("quotes", {"a": "2", "b": "z"})


def test_a_cell_more_than_the_head_has_is_said(tmp_path):
    (row,) = read(file(tmp_path, "t.csv", "a,b\n1,2,3\n"))
    assert row.bad[0].say("zh") == "比表头多出一格“3”"


def test_two_columns_of_one_name_are_refused(tmp_path):
    assert refused(file(tmp_path, "t.csv", "a,a\n1,2\n")) == "twice"


def test_a_large_cell_spoils_its_row_only(tmp_path):
    path = file(tmp_path, "t.csv", f"a,b\n1,{'字' * 30_000}\n2,好\n")
    first, second = read(path)
    assert [(bad.at, bad.code) for bad in first.bad] == [("b", "cell")]
    assert second.cells == {"a": "2", "b": "好"}


def test_a_line_without_an_end_is_refused(tmp_path):
    assert refused(file(tmp_path, "t.csv", "a,b\n" + "x" * (17 * 2**20))) == "line"


def test_more_rows_than_allowed_are_refused(tmp_path):
    assert refused(file(tmp_path, "t.csv", TEXT), rows=1) == "rows"


@pytest.mark.parametrize("content", ["", "\n\n", "警号,姓名\n"])
def test_a_file_without_rows_is_refused(tmp_path, content):
    assert refused(file(tmp_path, "t.csv", content)) == "empty"


def test_json_lines_are_read_and_a_broken_one_is_said(tmp_path):
    lines = '{"a":1,"b":"字"}\n{"a":2,"b\n{"a":3,"a":4}\n{"a":[1]}\n[1]\n{"a":null,"b":true}\n'
    rows = list(read(file(tmp_path, "t.jsonl", lines)))
    assert [[bad.code for bad in row.bad] for row in rows] == [
        [],
        ["json"],
        ["json_twice"],
        ["json_nested"],
        ["json"],
        [],
    ]
    assert (rows[0].cells, rows[5].cells) == ({"a": "1", "b": "字"}, {"a": "", "b": "true"})


def test_long_numbers_of_json_keep_their_digits(tmp_path):
    assert cells(file(tmp_path, "t.jsonl", '{"id":360702198105159915}')) == [{"id": "360702198105159915"}]


def test_sheets_are_read_and_hidden_ones_are_said(tmp_path):
    path = workbook(
        tmp_path,
        ("一", [["警号", "姓名"], [360031, "王小兰"]], "visible"),
        ("藏", [["警号", "姓名"], [9, "谁"]], "hidden"),
        ("二", [["警号", "姓名"], ["360032", "张卫国"]], "visible"),
        ("空", [], "visible"),
    )
    table = read(path)
    assert [(row.sheet, row.number, row.cells) for row in table] == [("一", 2, ROWS[0]), ("二", 2, ROWS[1])]
    assert table.notes == [Note("hidden_sheet", sheet="藏"), Note("empty_sheet", sheet="空")]


def test_dates_of_a_workbook_come_in_iso_form_and_lost_digits_are_said(tmp_path):
    head = ["数", "日", "时", "长"]
    path = workbook(
        tmp_path, ("一", [head, [1.5, date(2026, 3, 5), datetime(2026, 3, 5, 8, 41), 360702198105159915]], "visible")
    )
    (row,) = read(path)
    assert (row.cells["数"], row.cells["日"][:10], row.cells["时"]) == ("1.5", "2026-03-05", "2026-03-05 08:41:00")
    assert [(bad.at, bad.code) for bad in row.bad] == [("长", "digits")]


def test_a_web_page_named_xlsx_is_refused(tmp_path):
    assert refused(file(tmp_path, "t.xlsx", "<html><table><tr><td>警号</td></tr></table></html>")) == "html"


def test_a_text_named_xlsx_and_a_workbook_named_csv_are_refused(tmp_path):
    book = workbook(tmp_path, ("一", [["a"], [1]], "visible")).read_bytes()
    assert refused(file(tmp_path, "a.xlsx", TEXT)) == "renamed"
    assert refused(file(tmp_path, "b.csv", book)) == "renamed"


def test_passwords_and_old_workbooks_are_told_apart(tmp_path):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert refused(file(tmp_path, "a.xlsx", ole + "EncryptedPackage".encode("utf-16-le"))) == "password"
    assert refused(file(tmp_path, "b.xls", ole)) == "old_excel"


def test_what_unpacks_too_large_is_refused(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b"0" * 3 * 2**20)
    assert refused(file(tmp_path, "t.xlsx", buffer.getvalue()), unpacked=2 * 2**20) == "unpacked"


def test_two_cells_far_apart_are_refused_before_they_are_laid_out(tmp_path):
    book = Workbook()
    book["Sheet"]["A1"], book["Sheet"]["XFD1048576"] = "警号", "1"
    book.save(tmp_path / "t.xlsx")
    assert refused(tmp_path / "t.xlsx") == "area"


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"%PDF-1.7", b"\x89PNG\r\n"])
def test_other_kinds_are_refused(tmp_path, content):
    assert refused(file(tmp_path, "t.xlsx", content)) in {"broken", "kind"}


def test_rejects_can_be_mended_and_read_again(tmp_path):
    rows = list(read(file(tmp_path, "t.csv", "警号,姓名\n360031,=1+1\n360032,张\n")))
    with Rejects(tmp_path / "out" / "bad.csv") as rejects:
        for row in rows:
            rejects.add(row, ["姓名：不对"], ["警号", "姓名"])
    assert rejects.count == 2
    assert rejects.path.stat().st_mode & 0o777 == 0o600
    assert "'=1+1" in rejects.path.read_text("utf-8-sig")
    assert cells(rejects.path) == [dict(row.cells) | {"原因": "姓名：不对"} for row in rows]


def test_a_file_is_read_row_by_row(tmp_path):
    path = file(tmp_path, "t.csv", "a,b\n" + "1,2\n" * 200_000)
    rows = iter(read(path))
    assert next(rows) == Row(2, "", {"a": "1", "b": "2"})


@pytest.mark.parametrize("code", sorted(tablewords.TABLES))
def test_every_sentence_is_said_in_both_languages(code):
    assert all(tablewords.TABLES[code])

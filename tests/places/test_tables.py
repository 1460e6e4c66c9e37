"""Files that people have: encodings, separators, workbooks, JSON lines; and what is no table."""

from __future__ import annotations

import io

import pytest

from twinloop.places.lists import Row, guess_columns, read_list
from twinloop.places.tables import Unreadable, read_table

HEAD = "代码,名称,上级"
LINES = ["360702191,潭口镇,360702", "360702191204,江坝村委会,360702191"]
WANTED = [Row("360702191000", "潭口镇"), Row("360702191204", "江坝村委会")]
TEXT = "\n".join([HEAD, *LINES]) + "\n"


def workbook(*sheets: list[list[object]], hidden: tuple[int, ...] = ()) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"表{number + 1}")
        if number in hidden:
            sheet.sheet_state = "hidden"
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read_list(read_table(data))
    return refused.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312", "utf-16"])
def test_text_is_read_in_every_usual_encoding(encoding: str) -> None:
    assert read_list(read_table(TEXT.encode(encoding))).rows == WANTED


def test_text_in_big5_is_read() -> None:
    rows = [
        f"7110101010{n:02},{name}里,711010101" for n, name in enumerate(["國語", "龍門", "寶慶", "鐵嶺", "廣福"], 10)
    ]
    text = "\n".join(["code,name,parent", *rows]) + "\n"

    assert [row.name for row in read_list(read_table(text.encode("big5"))).rows] == [
        "國語里", "龍門里", "寶慶里", "鐵嶺里", "廣福里"
    ]  # fmt: skip


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_separator_and_line_ends_are_seen(separator: str, end: str) -> None:
    data = TEXT.replace(",", separator).replace("\n", end).encode()

    assert read_list(read_table(data)).rows == WANTED


@pytest.mark.parametrize(
    "head", ["code,name,parent", "CODE,Name,parent", "统计用区划代码,名称,上级代码", "code,name,streetCode"]
)
def test_usual_heads_are_understood(head: str) -> None:
    assert read_list(read_table("\n".join([head, *LINES]).encode())).rows == WANTED


def test_order_of_columns_and_columns_beside_do_not_matter() -> None:
    data = "备注,名称,代码\n好,潭口镇,360702191\n".encode()

    assert read_list(read_table(data)).rows == WANTED[:1]


def test_column_chosen_by_hand_goes_before_the_guess() -> None:
    assert guess_columns(["名称", "旧名", "代码"], {"name": "旧名"}) == {"code": "代码", "name": "旧名"}


def test_workbook_is_read_and_numbers_stay_codes() -> None:
    data = workbook([["代码", "名称", "上级"], [360702191, "潭口镇", 360702], ["360702191204", "江坝村委会", None]])

    assert read_list(read_table(data)).rows == WANTED


def test_first_sheet_that_shows_is_read_and_others_are_named() -> None:
    table = read_table(workbook([["x"]], [["代码", "名称"], ["360702191", "潭口镇"]], [["y"]], hidden=(0,)))

    assert read_list(table).rows == WANTED[:1]
    assert list(table.hidden) == ["表1", "表3"]


def test_json_lines_are_read() -> None:
    data = '{"code": "360702191", "name": "潭口镇"}\n\n{"name": "江坝村委会", "code": 360702191204}\n'.encode()

    assert read_list(read_table(data)).rows == WANTED


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"%PDF-1.7", "kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "kind"),
        (b"a\x00b,c", "kind"),
        (b"PK\x03\x04 and then nothing", "broken"),
        ("地址,电话\n一,二\n".encode(), "columns"),
        ("代码\n360702\n".encode(), "columns"),
        (b'{"code": "360702", "name": "x"}\n{"code": \n', "json_line"),
        (b'{"code": "360702", "name": "x"}\n[1]\n', "json_line"),
    ],
)
def test_what_is_no_list_is_refused(data: bytes, code: str) -> None:
    assert refusal(data) == code


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (",江坝村委会,360702191", "code", "code_missing"),
        ("3607021912,江坝村委会,360702191", "code", "code_form"),
        ("36070219120X,江坝村委会,360702191", "code", "code_form"),
        ("060702191204,江坝村委会,060702191", "code", "code_form"),
        ("360702991204,江坝村委会,360702991", "code", "code_reserved"),
        ("360702191204,,360702191", "name", "name_missing"),
        (f"360702191204,{'长' * 61},360702191", "name", "name_long"),
        ("360702191204,江\x07坝,360702191", "name", "name_control"),
        ("360702191204,江坝村委会,360702192", "parent", "parent_wrong"),
        ("360702191204,江坝村委会,江坝", "parent", "parent_wrong"),
        (f"360702191204,{'长' * 70_000},360702191", "name", "cell_long"),
    ],
)
def test_bad_row_says_row_column_and_reason(line: str, column: str, reason: str) -> None:
    reading = read_list(read_table("\n".join([HEAD, LINES[0], line]).encode()))

    assert reading.rows == WANTED[:1]
    assert [(bad.row, bad.column, bad.reason) for bad in reading.bad] == [(3, column, reason)]
    assert str(reading.bad[0]).startswith("第 3 行，")


def test_row_of_another_county_is_refused() -> None:
    reading = read_list(read_table(TEXT.encode()), county="360703")

    assert [bad.reason for bad in reading.bad] == ["other_county", "other_county"]


def test_same_row_twice_counts_once_and_two_names_for_one_code_are_both_refused() -> None:
    same = read_list(read_table("\n".join([HEAD, LINES[1], LINES[1]]).encode()))
    other = read_list(read_table("\n".join([HEAD, LINES[1], "360702191204,别村委会,360702191"]).encode()))

    assert (same.rows, list(same.bad)) == (WANTED[1:], [])
    assert [(bad.row, bad.reason) for bad in other.bad] == [(2, "twice"), (3, "twice")]
    assert other.rows == []


def test_full_width_figures_are_figures() -> None:
    assert read_list(read_table("代码,名称\n３６０７０２１９１,潭口镇\n".encode())).rows == WANTED[:1]


def test_row_numbers_count_lines_that_a_cell_breaks() -> None:
    data = f'{HEAD},备注\n360702191,潭口镇,360702,"两\n行"\n坏,江坝村委会,360702191,\n'.encode()

    assert [bad.row for bad in read_list(read_table(data)).bad] == [4]

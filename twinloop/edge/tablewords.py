"""Sentences for files that are no table and rows that cannot be read; plain tables, as in `words`."""

from __future__ import annotations

from collections.abc import Mapping

TABLES: Mapping[str, tuple[str, str]] = {
    # the whole file
    "empty": ("文件是空的：没有表头和数据", "The file is empty: no head and no rows"),
    "kind": ("读不了这种文件：要 CSV、XLSX 或 JSONL", "This kind of file is not read: CSV, XLSX or JSONL"),
    "old_excel": (
        "这是旧式 Excel（.xls）：另存为 .xlsx 再试",
        "An old Excel file (.xls): save it as .xlsx and try again",
    ),
    "html": (
        "这是网页，不是 Excel 工作簿（改过后缀）：用 Excel 打开，另存为 .xlsx 再试",
        "A web page, not an Excel workbook (renamed): open it in Excel, save it as .xlsx and try again",
    ),
    "renamed": (
        "后缀是 {suffix}，内容却是 {found}：改对后缀或另存一份再试",
        "Named {suffix}, but it holds {found}: give it the right name or save it again",
    ),
    "password": ("文件有密码：去掉密码，另存后再试", "The file has a password: save it without one and try again"),
    "broken": ("文件损坏，打不开", "The file is damaged and does not open"),
    "encoding": (
        "认不出文字编码：另存为 UTF-8 再试",
        "The encoding is not known: save the file as UTF-8 and try again",
    ),
    "unpacked": ("文件解开后超过 {mib} MiB", "Unpacked the file is larger than {mib} MiB"),
    "rows": ("超过 {rows} 行：分成几个文件", "More than {rows} rows: split the file"),
    "columns": ("超过 {columns} 列", "More than {columns} columns"),
    "area": (
        "工作表从头到尾有 {rows} 行、约 {columns} 列：删去远处的空单元格，或分成几个文件",
        "The sheet spans {rows} rows and about {columns} columns: delete cells far away, or split the file",
    ),
    "line": (
        "第 {row} 行长过 {mib} MiB，多半少了引号或换行",
        "Line {row} is longer than {mib} MiB: a quotation mark or line break is missing",
    ),
    "twice": ("表头里“{column}”出现两次：留一个", "The head names '{column}' twice: keep one"),
    # one row
    "cell": ("单元格超过 {kib} KiB", "The cell is larger than {kib} KiB"),
    "digits": (
        "Excel 把超过 15 位的数字存成了近似值，末几位已丢：原表把这一列设为“文本”",
        "Excel kept a number of over 15 digits as an approximation, the last ones are gone: format the column as text",
    ),
    "more_cells": ("比表头多出一格“{value}”", "One cell more than the head has: '{value}'"),
    "quotes": ("引号没有合上", "A quotation mark is not closed"),
    "json": ("不是完整的 JSON 对象", "Not a whole JSON object"),
    "json_twice": ("“{column}”在同一行出现两次", "'{column}' stands twice in one row"),
    "json_nested": ("“{column}”里是列表或对象，要一个值", "'{column}' holds a list or an object; one value is wanted"),
    # told, not refused
    "hidden_sheet": ("没有读隐藏的工作表“{sheet}”", "The hidden sheet '{sheet}' was not read"),
    "empty_sheet": ("工作表“{sheet}”是空的", "The sheet '{sheet}' is empty"),
    "encoding_is": ("文字编码：{encoding}", "Encoding: {encoding}"),
}


def say(code: str, lang: str, **facts: object) -> str:
    """English for "en…", else Chinese. KeyError for an unknown code."""
    chinese, english = TABLES[code]
    return (english if lang.startswith("en") else chinese).format(**facts)

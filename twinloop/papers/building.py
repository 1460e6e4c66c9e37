"""A sheet (plain text with marks) becomes a Word template: what ships is readable, what is replaced is Word.

Marks: `#` title · `##` heading · `>` to the right · `-` no indent · `~` a place to sign and press a finger ·
`^` a place to sign alone · `---` new page · `| a | b |3 c` a row of a table of four columns (`|3`: over three) ·
`{%p …%}`, `{%tr …%}` docxtpl.
"""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

SHEETS = Path(__file__).with_name("sheets")
COLUMNS = 4
SIGN = "：＿＿＿＿＿＿　（捺印处）　　　年　　月　　日"
SIGN_ALONE = "：＿＿＿＿＿＿　　　年　　月　　日"
WORDS, HEADINGS = "宋体", "黑体"
_CELL = re.compile(r"(?:^|\s)\|(\d?) (.*?)(?=\s\|\d? |$)")  # `{{ name|gap }}` is no border


@cache
def default(code: str) -> bytes:
    """The Word template of a kind of paper, as it ships."""
    return build((SHEETS / f"{code}.txt").read_text(encoding="utf-8"))


def build(sheet: str) -> bytes:
    from docx import Document
    from docx.shared import Mm, Pt

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    # the margins of 党政机关公文格式 GB/T 9704
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
        Mm(37),
        Mm(35),
        Mm(28),
        Mm(26),
    )
    normal = document.styles["Normal"]
    _face(normal, WORDS)
    normal.font.size = Pt(12)
    normal.paragraph_format.space_after = Pt(4)
    normal.paragraph_format.line_spacing = 1.35
    table = None
    for line in filter(None, (line.rstrip() for line in sheet.splitlines())):
        if line.startswith(("|", "{%tr")):
            table = document.add_table(0, COLUMNS, style="Table Grid") if table is None else table
            _row(table, line)
        else:
            table = None
            _paragraph(document, line)
    kept = BytesIO()
    document.save(kept)
    return kept.getvalue()


def _face(style: Any, name: str) -> None:
    from docx.oxml.ns import qn

    style.font.name = name
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _row(table: Any, line: str) -> None:
    cells = table.add_row().cells
    if line.startswith("{%tr"):
        cells[0].text = line
        return
    column = 0
    for span, text in _CELL.findall(line):
        last = column + int(span or 1) - 1
        cell = cells[column].merge(cells[last]) if last > column else cells[column]
        cell.text = text.strip()
        column = last + 1


def _paragraph(document: Any, line: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
    from docx.shared import Pt

    mark, _space, text = line.partition(" ")
    if mark == "---":
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        return
    one = document.add_paragraph()
    if mark in ("#", "##"):
        run = one.add_run(text)
        run.bold = True
        _face(run, HEADINGS)
        run.font.size = Pt(20 if mark == "#" else 12)
        if mark == "#":
            one.alignment = WD_ALIGN_PARAGRAPH.CENTER
            one.paragraph_format.space_after = Pt(12)
            one.paragraph_format.keep_with_next = True
    elif mark == ">":
        one.add_run(text)
        one.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    elif mark in ("~", "^"):
        one.add_run(text + (SIGN if mark == "~" else SIGN_ALONE))
        one.paragraph_format.space_before = Pt(10)
    elif mark == "-":
        one.add_run(text)
    else:
        one.add_run(line)
        if not line.startswith("{%p"):
            one.paragraph_format.first_line_indent = Pt(24)

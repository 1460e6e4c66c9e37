"""A sheet (plain text with marks) becomes a Word template: what ships is readable, what is replaced is Word.

Marks: `#` title · `##` heading · `>` to the right · `-` no indent · `~` a place to sign and press a finger ·
`^` a place to sign alone · `---` new page · `| a | b |3 c` a row of a table of four columns (`|3`: over three) ·
`{%p …%}`, `{%tr …%}` docxtpl. An official document (党政机关公文格式 GB/T 9704) begins with `%公文`: size 3 type on a
fixed line, `!` its red head, `=` its number over the red line, the page number between dashes.
"""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

SHEETS = Path(__file__).with_name("sheets")
COLUMNS = 4
ANNEX = (38, 17, 17, 28)  # per cent of the width, in a table of figures
SIGN = "：＿＿＿＿＿＿　（捺印处）　　　年　　月　　日"
SIGN_ALONE = "：＿＿＿＿＿＿　　　年　　月　　日"
WORDS, HEADINGS = "宋体", "黑体"
OFFICIAL_WORDS, OFFICIAL_TITLE, RED = "仿宋", "方正小标宋简体", "D7000F"
OFFICIAL = "公文"  # the category of such a document: the PDF is set by it
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
    official = sheet.startswith("%公文")
    if official:
        _official(document)
        sheet = sheet.partition("\n")[2]
    table = None
    for line in filter(None, (line.rstrip() for line in sheet.splitlines())):
        if line.startswith(("|", "{%tr")):
            is_first = table is None
            table = document.add_table(0, COLUMNS, style="Table Grid") if table is None else table
            _row(table, line)
            if official:
                _annex_row(table, is_head=is_first and line.startswith("|"))
        else:
            table = None
            _paragraph(document, line, official)
    kept = BytesIO()
    document.save(kept)
    return kept.getvalue()


def _official(document: Any) -> None:
    """Size 3 (16 pt) on lines of 28 pt; the page number between dashes at the foot."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document.core_properties.category = OFFICIAL
    normal = document.styles["Normal"]
    _face(normal, OFFICIAL_WORDS)
    normal.font.size = Pt(16)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = Pt(28)
    foot = document.sections[0].footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run("— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    foot._p.append(field)
    foot.add_run(" —")


def _red(paragraph: Any, text: str, size: int) -> None:
    """The red head, of the office that gives the paper out."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    run.bold = True
    _face(run, OFFICIAL_TITLE)
    run.font.size = Pt(size)
    run.font.color.rgb = RGBColor.from_string(RED)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.line_spacing = Pt(size * 1.5)


def _over_the_line(paragraph: Any, text: str) -> None:
    """The number of the paper, and the red line under it."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Pt

    paragraph.add_run(text)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(28)
    line = f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="12" w:space="4" w:color="{RED}"/></w:pBdr>'
    paragraph._p.get_or_add_pPr().insert_element_before(parse_xml(line), "w:spacing", "w:ind", "w:jc")


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


def _annex_row(table: Any, *, is_head: bool) -> None:
    """The last row of an annex: names wide, numbers narrow; the head comes again on the next page; no row is torn."""
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    row = table.rows[-1]
    for column, cell, share in zip(table.columns, row.cells, ANNEX, strict=True):
        column.width = cell.width = Mm(156 * share / 100)  # LibreOffice goes by the column, Word by the cell
    marks = row._tr.get_or_add_trPr()
    marks.append(OxmlElement("w:cantSplit"))
    if is_head:
        marks.append(OxmlElement("w:tblHeader"))


def _heading(one: Any, text: str, is_title: bool, official: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    run = one.add_run(text)
    run.bold = True
    _face(run, OFFICIAL_TITLE if official and is_title else HEADINGS)
    run.font.size = Pt((22 if official else 20) if is_title else 16 if official else 12)
    shape = one.paragraph_format
    if is_title:
        one.alignment = WD_ALIGN_PARAGRAPH.CENTER
        shape.space_after = Pt(12)
        shape.keep_with_next = True
    elif official:
        shape.first_line_indent = Pt(32)
        shape.keep_with_next = True


def _paragraph(document: Any, line: str, official: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
    from docx.shared import Pt

    mark, _space, text = line.partition(" ")
    if mark == "---":
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        return
    one = document.add_paragraph()
    size = 16 if official else 12
    if mark == "!":
        _red(one, text, 30)
    elif mark == "=":
        _over_the_line(one, text)
    elif mark in ("#", "##"):
        _heading(one, text, mark == "#", official)
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
            one.paragraph_format.first_line_indent = Pt(2 * size)

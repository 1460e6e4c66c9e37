"""The PDF of a Word paper: its paragraphs and tables set anew on A4, a Chinese font embedded.

No office suite stands on a police desk's server, and fpdf2 needs none. Pictures and text boxes of a replaced template
stay in the Word file alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from twinloop.papers.building import ANNEX, OFFICIAL, RED

POINT = 0.352778  # mm
LINE = 1.45  # of the size
SIZE = 12.0
KEPT = 24.0  # mm: no heading of an official document stands alone at the foot of a page
NO_START = "，。、；：？！）〕》」』”’…％%),.;:!?"  # 避头: never first on a line
NO_END = "（〔《「『“‘("  # 避尾: never last
_PIECE = re.compile(r"[A-Za-z0-9]+(?:[.,:/\-][A-Za-z0-9]+)*|.", re.DOTALL)


@dataclass(frozen=True)
class Paper:
    """One paper to be set: Word bytes, what stands at the foot of each page."""

    word: bytes
    foot: str


def pdf(papers: Sequence[Paper], *, mark: str = "", first_page: int | None = 1) -> bytes:
    """All papers, each on pages of its own, numbered from `first_page` (None: not). `mark`: at each head."""
    return _Setter(mark, first_page).set(papers)


def picture(data: bytes, name: str, *, mark: str = "", first_page: int = 1) -> bytes:
    """A photo on a page of its own, its name beneath."""
    setter = _Setter(mark, first_page)
    setter.foot = name
    setter.book.add_page()
    setter.book.image(BytesIO(data), x=28, y=30, w=156, h=230, keep_aspect_ratio=True)
    return bytes(setter.book.output())


def note(lines: Sequence[str], *, mark: str = "", first_page: int = 1) -> bytes:
    """A page that says why something is not here."""
    setter = _Setter(mark, first_page)
    setter.book.add_page()
    setter.book.set_font("words", "", SIZE)
    for line in lines:
        for part, _start in setter.lines(line, 0.0):
            setter.book.cell(0, 8, part, new_x="LMARGIN", new_y="NEXT")
    return bytes(setter.book.output())


def pages(document: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(BytesIO(document)).pages)


class _Setter:
    def __init__(self, mark: str, first_page: int | None) -> None:
        import pylopdf_fonts_zh_cn as fonts
        from fpdf import FPDF

        setter = self

        class Book(FPDF):
            def footer(self) -> None:
                setter.foot_of_page()

        self.book: Any = Book(format="A4")
        self.book.add_font("words", "", fonts.serif_path())
        self.book.add_font("headings", "", fonts.sans_path())
        self.book.set_margins(28, 30, 26)
        self.book.set_auto_page_break(True, 28)
        self.book.set_lang("zh-CN")
        self.mark, self.foot, self.number = mark, "", first_page
        self.is_official = False

    def foot_of_page(self) -> None:
        book = self.book
        book.set_font("words", "", 9)
        book.set_text_color(90)
        book.set_xy(28, 278)
        if not self.is_official:
            book.cell(120, 5, self.foot)
        book.set_xy(148, 278)
        if self.number is not None and self.is_official:
            book.set_xy(28, 278)
            book.set_font("words", "", 14)
            book.cell(0, 5, f"— {self.number} —", align="C")
            self.number += 1
        elif self.number is not None:
            book.cell(36, 5, f"第 {self.number} 页", align="R")
            self.number += 1
        if self.mark:
            book.set_xy(28, 10)
            book.cell(0, 5, self.mark, align="C")
        book.set_text_color(0)

    def set(self, papers: Sequence[Paper]) -> bytes:
        for paper in papers:
            self.add(paper)
        return bytes(self.book.output())

    def add(self, paper: Paper) -> None:
        """`paper` on pages of its own, after those that are there."""
        from docx import Document
        from docx.table import Table

        document = Document(BytesIO(paper.word))
        if self.book.page:
            self._turn()
        else:
            self.foot = paper.foot
            self.book.add_page()
        self.foot = paper.foot
        self.is_official = document.core_properties.category == OFFICIAL
        blocks = list(document.iter_inner_content())
        for number, block in enumerate(blocks):
            if isinstance(block, Table):
                self._table(block)
            else:
                self._paragraph(block, signed=_signature(blocks[number + 1 :]))

    def _turn(self) -> None:
        self.book.add_page()

    def _paragraph(self, block: Any, signed: float = 0.0) -> None:
        """`signed`: height in mm of the signature that follows; the last two lines stay with it."""
        if 'w:br w:type="page"' in block._p.xml:
            self._turn()
            return
        book, text = self.book, block.text
        size, bold = _look(block)
        shape = block.paragraph_format
        if self.is_official and bold and shape.keep_with_next and book.will_page_break(KEPT):
            self._turn()
        book.ln((shape.space_before.pt if shape.space_before else 0) * POINT)
        height = _height(block, size)
        color = _color(block)
        book.set_text_color(*color)
        if text.strip():
            book.set_font("headings" if bold else "words", "", size)
            indent = (shape.first_line_indent.pt if shape.first_line_indent else 0) * POINT
            align = {1: "C", 2: "R"}.get(block.alignment, "L")
            lines = list(self.lines(text, indent))
            for number, (line, start) in enumerate(lines):
                if signed and number == max(len(lines) - 2, 0):
                    rest = (len(lines) - number) * height + _after(block) * POINT + signed
                    if book.will_page_break(rest):
                        self._turn()
                        book.set_text_color(*color)
                        book.set_font("headings" if bold else "words", "", size)
                book.set_x(28 + start)
                book.cell(book.epw - start, height, line, align=align, new_x="LMARGIN", new_y="NEXT")
        else:
            book.ln(height)
        book.set_text_color(0)
        if "w:pBdr" in block._p.xml:
            self._red_line()
        book.ln(_after(block) * POINT)

    def _red_line(self) -> None:
        book = self.book
        book.set_draw_color(*bytes.fromhex(RED))
        book.set_line_width(0.7)
        book.line(28, book.get_y() + 2, 28 + book.epw, book.get_y() + 2)
        book.set_draw_color(0)
        book.set_line_width(0.2)

    def lines(self, text: str, indent: float) -> Iterator[tuple[str, float]]:
        """Lines that fit, with their indent: numbers and Latin words whole, no punctuation at the wrong end."""
        book = self.book
        for whole in text.split("\n"):
            line, room, start = "", book.epw - indent - 2, indent
            for piece in _PIECE.findall(whole):
                fits = book.get_string_width(line + piece) <= room
                if line and not fits and piece not in NO_START:
                    back = line[-1] if line[-1] in NO_END else ""
                    yield line.removesuffix(back) if back else line, start
                    line, room, start = back, book.epw - 2, 0.0
                line += piece
            yield line, start

    def _table(self, block: Any) -> None:
        from fpdf.fonts import FontFace

        book = self.book
        book.set_font("words", "", 11)
        rows = [list(_cells(row)) for row in block.rows]
        wide = max((sum(span for _text, span in row) for row in rows), default=0)
        if not wide:
            return
        widths = (22, 26, 20, 32) if wide == 4 else (100 / wide,) * wide
        if self.is_official and wide == 4:
            widths = ANNEX
        has_head = "w:tblHeader" in block.rows[0]._tr.xml  # comes again on the next page
        with book.table(
            col_widths=widths, first_row_as_headings=has_head, headings_style=FontFace(),
            line_height=6.2, padding=1.4, text_align="L", wrapmode="CHAR", align="L",
        ) as table:  # fmt: skip
            for row in rows:
                line = table.row()
                for text, span in row:
                    line.cell(text, colspan=span)
        book.ln(3)


def _signature(following: Sequence[Any]) -> float:
    """Height of the lines to the right that come next."""
    height = 0.0
    for block in following:
        if getattr(block, "alignment", None) != 2:
            break
        height += _height(block, _look(block)[0]) + _after(block) * POINT
    return height


def _cells(row: Any) -> Iterator[tuple[str, int]]:
    from docx.table import _Cell

    for cell in row._tr.tc_lst:
        yield _Cell(cell, row).text, cell.grid_span


def _look(block: Any) -> tuple[float, bool]:
    """Size in points and whether bold: of the first run that says something."""
    own = block.style.font.size.pt if block.style.font.size else SIZE
    for run in block.runs:
        if run.text.strip():
            return (run.font.size.pt if run.font.size else own), bool(run.bold)
    return own, False


def _after(block: Any) -> float:
    """Points of space after a paragraph."""
    for shape in (block.paragraph_format, block.style.paragraph_format):
        if shape.space_after is not None:
            return float(shape.space_after.pt)
    return 4


def _height(block: Any, size: float) -> float:
    """Of a line, in mm: a fixed one where the paragraph or its style has it."""
    for shape in (block.paragraph_format, block.style.paragraph_format):
        fixed = getattr(shape.line_spacing, "pt", None)
        if fixed:
            return float(fixed) * POINT
    return size * POINT * LINE


def _color(block: Any) -> tuple[int, int, int]:
    """Red, green, blue of the first run that has a colour; black."""
    for run in block.runs:
        if run.font.color.rgb is not None:
            return tuple(run.font.color.rgb)
    return (0, 0, 0)

"""From a sheet to Word to PDF: nothing lost, the font embedded, an upload that cannot do harm."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from twinloop.decide import Refused
from twinloop.papers import building, filling, typesetting
from twinloop.papers.kinds import KINDS

CODES = sorted(path.stem for path in building.SHEETS.glob("*.txt"))
PARTY = {
    "part": "甲方",
    "name": "王秀兰<&>",
    "id_number": "",
    "phone": "13900000127",
    "address": "近村3组",
    "by_whom": "",
}
VALUES = {
    "number": "近村人调字〔2026〕第1号", "parties": [PARTY, {**PARTY, "part": "乙方", "name": "赵建国"}],
    "agreement": {
        "facts": "为排水沟争吵多次，" * 12, "matter": "谁修", "terms": ["（一）赵建国赔 600 元。", "（二）不再堵沟。"],
        "dues": ["第（一）项2026年5月1日前"], "copies": "三", "lead": "赖桂英", "day": "2026年3月8日",
    },
    "committee": "近村人民调解委员会",
}  # fmt: skip


def text_of(pdf: bytes) -> str:
    return _text(PdfReader(BytesIO(pdf)).pages)


def _text(pages: Any) -> str:
    return "".join(page.extract_text() for page in pages).replace("\n", "").replace("\x00", "")


class Book(typesetting._Setter):
    """Papers in one book, each with pages numbered from 1: to read and to pack the fonts is most of a paper's time."""

    begins = False

    def _turn(self) -> None:
        super()._turn()  # draws the foot of the page before
        self.number, self.begins = 1 if self.begins else self.number, False

    def all(self, words: dict[str, bytes], *, foot: bool) -> dict[str, str]:
        """What stands on the pages of each paper."""
        ends = [0]
        for code, word in words.items():
            self.begins = bool(self.book.page)
            self.add(typesetting.Paper(word, code if foot else ""))
            ends.append(self.book.page)
        assert all(len(font.subset) < 256 for font in self.book.fonts.values()), "pypdf would misread it"
        pages = PdfReader(BytesIO(self.book.output())).pages
        assert len(pages) == ends[-1]
        return {code: _text(pages[first:end]) for code, first, end in zip(words, ends, ends[1:], strict=False)}


def set_together(words: dict[str, bytes], *, foot: bool) -> dict[str, str]:
    """The text of each paper, in as few books as pypdf reads: it knows no more than 255 characters of a font."""
    books: list[dict[str, bytes]] = [{}]
    used: set[str] = set()
    for code, word in words.items():
        xml = zipfile.ZipFile(BytesIO(word)).read("word/document.xml").decode()
        own = set(re.sub("<[^>]*>", "", xml)) | set(code)
        if len(used | own) > 240:
            books.append({})
            used = set()
        used |= own
        books[-1][code] = word
    return {code: text for book in books for code, text in Book("", 1).all(book, foot=foot).items()}


def _dicts(pdf: bytes) -> Any:
    return PdfReader(BytesIO(pdf)).pages


def made(sheet: str, **values: object) -> bytes:
    return filling.fill(building.build(sheet), values)


def test_every_sheet_is_a_template_and_every_mark_of_it_is_filled() -> None:
    assert set(KINDS) <= set(CODES)
    said = set_together({code: filling.fill(building.default(code), {}) for code in CODES}, foot=True)
    assert list(said) == CODES
    for code, text in said.items():
        assert "{" not in text, code
        assert text.replace(code, "").replace("第 1 页", "").strip(), code


def test_an_agreement_says_all_it_was_given_and_carries_its_font() -> None:
    word = filling.fill(building.default("agreement_people"), VALUES)
    pdf = typesetting.pdf([typesetting.Paper(word, "近村人调字")], mark="演示数据")
    said = text_of(pdf)
    for part in (
        "王秀兰<&>",
        "赵建国",
        "（一）赵建国赔 600 元。",
        "（二）不再堵沟。",
        "13900000127",
        "捺印处",
        "盖章处",
        "第 1 页",
        "演示数据",
    ):
        assert part in said, part
    assert "＿＿＿＿" in said  # what is not known is left to be written by hand
    fonts = [font for page in _dicts(pdf) for font in page["/Resources"]["/Font"].values()]
    inside = [font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert inside
    assert all("/FontFile3" in one or "/FontFile2" in one for one in inside)


def test_no_line_begins_with_a_closing_mark_and_numbers_stay_whole() -> None:
    word = made("{{ text }}", text="某某村排水沟一事，，" * 4 + "电话13900000127，" * 30)
    pdf = typesetting.pdf([typesetting.Paper(word, "")])
    lines = [
        line for page in PdfReader(BytesIO(pdf)).pages for line in page.extract_text().replace("\x00", "").splitlines()
    ]
    assert len(lines) > 6
    assert not [line for line in lines if line[:1] in typesetting.NO_START]
    assert sum(line.count("13900000127") for line in lines) == 30


def test_a_table_longer_than_a_page_goes_on_with_all_its_rows() -> None:
    sheet = "# 表\n{%tr for n in rows %}\n| 序号 | {{ n }} |2 一行\n{%tr endfor %}"
    pdf = typesetting.pdf([typesetting.Paper(made(sheet, rows=[f"R{n:03}" for n in range(120)]), "")])
    assert typesetting.pages(pdf) > 2
    said = text_of(pdf)
    assert [n for n in range(120) if f"R{n:03}" not in said] == []


@pytest.mark.parametrize(
    "trick", ["{{ ''.__class__.__mro__[1].__subclasses__() }}", "{{ cycler.__init__.__globals__.os.getpid() }}"]
)
def test_a_template_cannot_reach_beyond_what_it_is_given(trick: str) -> None:
    with pytest.raises(Refused) as no:
        made(trick)
    assert no.value.code == "template_broken"


def packed(**files: bytes) -> bytes:
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in files.items():
            zipped.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), data)
    return kept.getvalue()


def test_uploads_are_checked_before_anything_reads_them() -> None:
    for content, code in (
        (b"MZ", "template_no_word"),
        (packed(a_xml=b"x"), "template_no_word"),
        (packed(word__document_xml=b"x", word__vbaProject_bin=b"x"), "template_macro"),
        (packed(word__document_xml=b"0" * (filling.MOST_UNPACKED + 1)), "template_large"),
        (b"0" * (filling.MOST_BYTES + 1), "template_large"),
    ):
        with pytest.raises(Refused) as no:
            filling.check(content)
        assert no.value.code == code
    filling.check(building.default("cover"))


@pytest.mark.slow
@pytest.mark.skipif(
    not shutil.which("soffice"), reason="LibreOffice is not installed: apt-get install libreoffice-writer-nogui"
)
def test_libreoffice_opens_what_we_write(tmp_path: Path) -> None:
    """Every paper in one run of the office suite: its text there is the text that we set."""
    words = {code: filling.fill(building.default(code), VALUES) for code in CODES}
    for code, word in words.items():
        (tmp_path / f"{code}.docx").write_bytes(word)
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
    ]
    files = [str(tmp_path / f"{code}.docx") for code in CODES]
    subprocess.run([*command, str(tmp_path), *files], check=True, capture_output=True, timeout=240)
    for code, ours in set_together(words, foot=False).items():
        theirs = text_of((tmp_path / f"{code}.pdf").read_bytes())
        assert _letters(ours.replace("第 1 页", "").replace("第 2 页", "")) == _letters(theirs), code


def _letters(text: str) -> list[str]:
    """Characters in any order: the two break lines and cells elsewhere."""
    return sorted(text.replace(" ", "").replace("\u3000", "").replace("\u00a0", ""))

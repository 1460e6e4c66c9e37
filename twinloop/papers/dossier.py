"""One PDF of all that is on file, in the order of the thirteen parts, behind a cover and a list with page numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.utils import translation

from twinloop.cases.filed import path_of
from twinloop.cases.models import Attachment, Dispute
from twinloop.decide.dossier import MADE_WITH_IT, Line, Part
from twinloop.papers import filling, naming, typesetting, words
from twinloop.papers.building import default
from twinloop.papers.queries import Offer

PICTURES = ("image/jpeg", "image/png")


@dataclass
class Body:
    """The pieces behind the contents, numbered through: (part, first page)."""

    mark: str
    parts: list[tuple[Part, int]] = field(default_factory=list)
    content: list[bytes] = field(default_factory=list)
    page: int = 1

    def add(self, part: Part, made: bytes) -> None:
        self.parts.append((part, self.page))
        self.content.append(made)
        self.page += typesetting.pages(made)

    def paper(self, part: Part, word: bytes, foot: str) -> None:
        self.add(part, typesetting.pdf([typesetting.Paper(word, foot)], mark=self.mark, first_page=self.page))

    def file(self, one: Attachment) -> None:
        try:
            made = self._file(one)
        except Exception:  # whatever is wrong with one old file, the dossier is made and says so
            made = self._note(one, "文件打不开，不印入卷宗。")
        self.add(Part.EVIDENCE, made)

    def _file(self, one: Attachment) -> bytes:
        data = path_of(one.stored).read_bytes()
        if one.media_type in PICTURES:
            return typesetting.picture(data, one.name, mark=self.mark, first_page=self.page)
        if one.media_type == "application/pdf":
            return _joined([data])
        return self._note(one, "不是照片或 PDF，另存于系统，不印入卷宗。")

    def _note(self, one: Attachment, why: str) -> bytes:
        return typesetting.note([f"附件：{one.name}", why], mark=self.mark, first_page=self.page)


def bind(dispute: Dispute, papers: Sequence[tuple[Offer, bytes]], files: Sequence[Attachment], lines: Sequence[Line],
         *, extra: Mapping[str, Any], mark: str) -> bytes:  # fmt: skip
    """`papers`: offers with their Word; `extra`: today, moment. Pages are counted behind cover and contents."""
    body = Body(mark)
    with translation.override("zh-hans"):  # the paper is Chinese, whatever the page's language
        before, after = ([one for one in papers if (one[0].kind.part or 0) < Part.EVIDENCE],
                         [one for one in papers if (one[0].kind.part or 0) > Part.EVIDENCE])  # fmt: skip
        _papers(body, before)
        for file in files:
            body.file(file)
        _papers(body, after)
        values = naming.common(dispute) | dict(extra)
        values["missing"] = [
            f"缺：{words.PARTS[line.part]}（{words.WHY[line.why]}）" for line in lines if line.is_missing
        ]
        body.paper(Part.STATEMENT, filling.fill(default("statement"), values), "卷宗情况说明")
        front = filling.fill(default("cover"), {**values, "contents": _contents(body.parts)})
        cover = typesetting.pdf([typesetting.Paper(front, dispute.number)], mark=mark, first_page=None)
    return _joined([cover, *body.content])


def _papers(body: Body, papers: Sequence[tuple[Offer, bytes]]) -> None:
    for one, word in sorted(papers, key=lambda pair: pair[0].kind.part or 0):
        assert one.kind.part is not None
        body.paper(one.kind.part, word, one.number)


def _contents(parts: Sequence[tuple[Part, int]]) -> list[dict[str, Any]]:
    found: dict[Part, tuple[int, int]] = {}
    for part, page in parts:
        first, count = found.get(part, (page, 0))
        found[part] = (first, count + 1)
    return [
        {"number": part.value, "name": str(words.PARTS[part]), "count": found.get(part, (0, 0))[1] or "无",
         "page": found.get(part, ("", 0))[0]}
        for part in Part if part not in MADE_WITH_IT or part in found
    ]  # fmt: skip


def _joined(parts: Sequence[bytes]) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    for part in parts:
        writer.append(PdfReader(BytesIO(part)))
    kept = BytesIO()
    writer.write(kept)
    return kept.getvalue()

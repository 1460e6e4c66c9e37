"""Facts into a Word template. A template is an upload: it runs in a sandbox and prints only what it is given."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

GAP = "＿＿＿＿＿＿"  # to be filled by hand
MOST_BYTES, MOST_UNPACKED, MOST_FILES = 2_000_000, 20_000_000, 200


def day(value: date | datetime | None) -> str:
    """2026年3月5日; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(CHINA).date()
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime | None) -> str:
    return f"{day(value)} {value.astimezone(CHINA):%H:%M}" if value else ""


def fill(template: bytes, values: Mapping[str, Any]) -> bytes:
    """The paper as Word. Raises `Refused` where the template cannot be filled, naming what it stumbles over."""
    from docxtpl import DocxTemplate
    from jinja2 import TemplateError

    paper = DocxTemplate(BytesIO(template))
    try:
        paper.render(dict(values), _sandbox(), autoescape=True)
    except TemplateError as error:
        raise Refused("template_broken", why=str(error)[:120]) from None
    _keep_signature(paper.docx)
    kept = BytesIO()
    paper.save(kept)
    return kept.getvalue()


def _keep_signature(document: Any) -> None:
    """Who signs and when stand to the right at the end of the text: never on a page without a line of it."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    blocks = document.paragraphs
    for one, after in itertools.pairwise(blocks):
        if after.alignment == WD_ALIGN_PARAGRAPH.RIGHT and one._p.getnext() is after._p:
            one.paragraph_format.keep_with_next = True


def _sandbox() -> SandboxedEnvironment:
    from jinja2 import ChainableUndefined
    from jinja2.sandbox import SandboxedEnvironment

    sandbox = SandboxedEnvironment(autoescape=True, undefined=ChainableUndefined)  # what is not known prints nothing
    sandbox.filters["gap"] = lambda value: value or GAP
    return sandbox


def check(template: bytes) -> None:
    """An uploaded template: a Word file of sane size without macros that docxtpl can read. Raises `Refused`."""
    from zipfile import BadZipFile, ZipFile

    if len(template) > MOST_BYTES:
        raise Refused("template_large", most=MOST_BYTES // 1_000_000)
    try:
        with ZipFile(BytesIO(template)) as packed:
            inside = packed.infolist()
    except BadZipFile:
        raise Refused("template_no_word") from None
    names = {one.filename for one in inside}
    if "word/document.xml" not in names:
        raise Refused("template_no_word")
    if len(inside) > MOST_FILES or sum(one.file_size for one in inside) > MOST_UNPACKED:
        raise Refused("template_large", most=MOST_BYTES // 1_000_000)
    if any("vbaProject" in name or "embeddings/" in name for name in names):
        raise Refused("template_macro")


def tags(template: bytes) -> set[str]:
    """What a template asks for: {'number', 'agreement.facts', …}; its own loop variables are not among them."""
    from docxtpl import DocxTemplate
    from jinja2 import TemplateError, meta, nodes

    paper = DocxTemplate(BytesIO(template))
    paper.init_docx()
    try:
        parsed = _sandbox().parse(paper.patch_xml(paper.get_xml()))
    except TemplateError as error:
        raise Refused("template_broken", why=str(error)[:120]) from None
    outside = meta.find_undeclared_variables(parsed)
    asked = {_path(node) for node in parsed.find_all((nodes.Name, nodes.Getattr))}
    found = {path for path in asked if path and path.split(".")[0] in outside}
    return {path for path in found if not any(other.startswith(path + ".") for other in found)}


def _path(node: Any) -> str:
    """`a.b.c` of an expression made of names alone."""
    if hasattr(node, "attr"):
        before = _path(node.node)
        return f"{before}.{node.attr}" if before else ""
    return str(getattr(node, "name", ""))

"""Lists as XLSX: what the list shows, masked as it shows it; text that a spreadsheet would run stays text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from twinloop.cases import listing
from twinloop.cases.listing import Asked
from twinloop.cases.models import Dispute
from twinloop.cases.queries import type_names
from twinloop.cases.telling import language
from twinloop.cases.words import ORIGINS
from twinloop.decide.words import say
from twinloop.decide.workflow import State
from twinloop.edge.formulas import neutralise
from twinloop.edge.masks import mask_text
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account

MOST = 50_000
WIDTHS = (18, 8, 40, 14, 22, 10, 6, 12, 10, 17, 17)


def disputes(scope: Scope, asked: Asked, *, viewer: Account, at: datetime) -> tuple[bytes, int]:
    """The file and how many rows are in it, at most MOST, in the order of the list."""
    found = listing.disputes(scope, asked).select_related("place", "owner")
    rows = listing.ordered(found, asked.order)[:MOST]
    book = Workbook(write_only=True)
    book.properties.creator = book.properties.lastModifiedBy = f"{viewer.name} {viewer.username}"
    book.properties.created = book.properties.modified = at.astimezone(timezone.get_default_timezone()).replace(
        tzinfo=None
    )
    book.properties.title = _("矛盾纠纷")
    sheet = book.create_sheet(_("矛盾纠纷"))
    for letter, width in zip("ABCDEFGHIJK", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append([_text(sheet, _said_by(viewer, at))])
    sheet.append([_text(sheet, word) for word in _heads()])
    count = 0
    for count, line in enumerate(_lines(rows.iterator(chunk_size=2000)), 1):  # noqa: B007
        sheet.append([_cell(sheet, value) for value in line])
    content = BytesIO()
    book.save(content)
    return content.getvalue(), count


def _said_by(viewer: Account, at: datetime) -> str:
    facts = {"name": viewer.name, "number": viewer.username, "at": f"{timezone.localtime(at):%Y-%m-%d %H:%M}"}
    return _("导出人 %(name)s（%(number)s），%(at)s；姓名、电话、证件已遮盖，已记入日志") % facts


def _heads() -> tuple[str, ...]:
    return (
        *(_("编号"), _("等级"), _("纠纷"), _("类型"), _("地方"), _("状态"), _("轮次")),
        *(_("责任民警"), _("来源"), _("登记时间"), _("最近动态")),
    )


def _lines(rows: Iterable[Dispute]) -> Iterator[tuple[Any, ...]]:
    names, lang = type_names(), language()
    for row in rows:
        yield (
            *(row.number, row.level, mask_text(row.title), names.get(row.type_code, ""), str(row.place or "")),
            *(say(State(row.state), lang), row.round, row.owner.name if row.owner else "", str(ORIGINS[row.origin])),
            *(_moment(row.registered_at), _moment(row.touched_at)),
        )


def _moment(at: datetime) -> datetime:
    """A spreadsheet knows no offsets: the time of the law, as a date that it can sort."""
    return timezone.localtime(at).replace(tzinfo=None, microsecond=0)


def _cell(sheet: Any, value: Any) -> Any:
    return _text(sheet, value) if isinstance(value, str) else value


def _text(sheet: Any, value: str) -> Any:
    """A string whatever it begins with: the apostrophe for those who save it as CSV, the type for everybody else."""
    cell = WriteOnlyCell(sheet, "")
    cell.value = neutralise(value)
    cell.data_type = "s"
    return cell

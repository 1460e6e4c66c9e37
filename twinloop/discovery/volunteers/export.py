"""Activities as XLSX and CSV: what the list shows, masked as it shows it; text that a spreadsheet runs stays text."""

from __future__ import annotations

import csv as table
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from twinloop.discovery.volunteers import queries, words
from twinloop.discovery.volunteers.queries import Asked, Line
from twinloop.edge.formulas import cell, neutralise
from twinloop.edge.masks import mask_text
from twinloop.ledger.sight import Scope

MOST = 50_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _heads() -> tuple[str, ...]:
    return (
        *(_("日期"), _("开始"), _("结束"), _("类型"), _("专项行动"), _("村和社区"), _("地点"), _("队伍"), _("人次")),
        *(_("服务时长（小时）"), _("到场和受众"), _("帮助"), _("报告纠纷"), _("做了什么")),
    )


def _rows(scope: Scope, asked: Asked) -> Iterator[tuple[Any, ...]]:
    for one in queries.listed(scope, asked)[:MOST].iterator(chunk_size=2000):
        starts, ends = timezone.localtime(one.starts_at), timezone.localtime(one.ends_at)
        yield (
            *(one.on, f"{starts:%H:%M}", f"{ends:%H:%M}", str(words.SORTS[one.sort]), str(one.campaign or "")),
            *(one.place.short, mask_text(one.spot), str(one.team or ""), one.people),
            *(round(one.spent.total_seconds() / 3600, 1), one.reached, one.helped, one.leads, mask_text(one.words)),
        )


def csv(scope: Scope, asked: Asked) -> bytes:
    text = StringIO(newline="")
    rows = table.writer(text)
    rows.writerow(_heads())
    for row in _rows(scope, asked):
        rows.writerow([cell(value) for value in row])
    return text.getvalue().encode("utf-8-sig")


def xlsx(scope: Scope, asked: Asked) -> bytes:
    """The list, and a sheet of its figures."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("志愿活动"))
    sheet.append([_text(sheet, word) for word in _heads()])
    for row in _rows(scope, asked):
        sheet.append([_text(sheet, value) if isinstance(value, str) else value for value in row])
    _figures(book.create_sheet(_("合计")), *queries.figures(scope, asked))
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _figures(sheet: Any, total: Line, tables: dict[str, list[Line]]) -> None:
    heads = ("", _("活动"), _("人次"), _("服务时长（小时）"), _("到场和受众"), _("帮助"), _("报告纠纷"))
    for dimension, lines in tables.items():
        sheet.append([_text(sheet, str(words.DIMENSIONS[dimension])), *(_text(sheet, head) for head in heads[1:])])
        for label, line in [*((line.label, line) for line in lines), (_("合计"), total)]:
            numbers = (line.activities, line.people, line.hours, line.reached, line.helped, line.leads)
            sheet.append([_text(sheet, label), *numbers])
        sheet.append([])


def _text(sheet: Any, value: str) -> Any:
    """A string whatever it begins with: the apostrophe for those who save it as CSV, the type for everybody else."""
    made = WriteOnlyCell(sheet, "")
    made.value = neutralise(value)
    made.data_type = "s"
    return made

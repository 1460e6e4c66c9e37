"""Activities as XLSX and CSV: what the list shows, masked as it shows it; text that a spreadsheet runs stays text."""

from __future__ import annotations

import csv as table
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from twinloop.discovery.volunteers import queries, words
from twinloop.discovery.volunteers.queries import Asked, Line
from twinloop.edge.formulas import cell
from twinloop.edge.masks import mask_text
from twinloop.edge.written import workbook
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account

MOST = 50_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = (12, 7, 7, 10, 20, 12, 18, 22, 6, 10, 10, 8, 8, 50)


def _heads() -> tuple[str, ...]:
    return (
        *(_("日期"), _("开始"), _("结束"), _("类型"), _("专项行动"), _("村和社区"), _("地点"), _("队伍"), _("人次")),
        *(_("服务小时"), _("到场和受众"), _("帮助"), _("报告纠纷"), _("做了什么")),
    )


def _rows(scope: Scope, asked: Asked) -> Iterator[tuple[Any, ...]]:
    rows: Iterator[Any] = queries.listed(scope, asked)[:MOST].iterator(chunk_size=2000)
    for one in rows:
        starts, ends = timezone.localtime(one.starts_at), timezone.localtime(one.ends_at)
        yield (
            *(f"{one.on:%Y-%m-%d}", f"{starts:%H:%M}", f"{ends:%H:%M}", str(words.SORTS[one.sort])),
            *(str(one.campaign or ""), one.place.short, mask_text(one.spot), str(one.team or ""), one.people),
            *(round(one.spent.total_seconds() / 3600, 2), one.reached, one.helped, one.leads, mask_text(one.words)),
        )


def csv(scope: Scope, asked: Asked) -> tuple[bytes, int]:
    """The list for programs that read no workbook, and how many rows are in it."""
    text, count = StringIO(newline=""), 0
    rows = table.writer(text)
    rows.writerow(_heads())
    for count, row in enumerate(_rows(scope, asked), 1):  # noqa: B007
        rows.writerow([cell(value) for value in row])
    return text.getvalue().encode("utf-8-sig"), count


def xlsx(scope: Scope, asked: Asked, *, viewer: Account, at: datetime) -> tuple[bytes, int]:
    """The list as a workbook, and how many rows are in it."""
    rows = _rows(scope, asked)
    return _book(_("志愿活动"), _heads(), rows, viewer=viewer, at=at, widths=WIDTHS)


def figures(scope: Scope, asked: Asked, *, viewer: Account, at: datetime) -> tuple[bytes, int]:
    """The counts by type, campaign, community and month as a workbook."""
    total, tables = queries.figures(scope, asked)
    heads = (_("按"), _("项"), _("活动"), _("人次"), _("服务小时"), _("到场和受众"), _("帮助"), _("报告纠纷"))
    rows = [
        (str(words.DIMENSIONS[dimension]), label, *_numbers(line))
        for dimension, lines in tables.items()
        for label, line in [*((line.label, line) for line in lines), (_("合计"), total)]
    ]
    return _book(_("志愿活动合计"), heads, iter(rows), viewer=viewer, at=at, widths=(12, 26, 8, 8, 10, 10, 8, 8))


def _numbers(line: Line) -> tuple[float, ...]:
    return (
        line.activities,
        line.people,
        round(line.spent.total_seconds() / 3600, 2),
        line.reached,
        line.helped,
        line.leads,
    )


def _book(
    title: str, heads: tuple[str, ...], rows: Iterator[tuple[Any, ...]], *, viewer: Account, at: datetime,
    widths: tuple[float, ...],
) -> tuple[bytes, int]:  # fmt: skip
    facts = {"name": viewer.name, "number": viewer.username, "at": f"{timezone.localtime(at):%Y-%m-%d %H:%M}"}
    said = _("导出人 %(name)s（%(number)s），%(at)s；文字里的姓名、电话、证件已遮盖，已记入日志") % facts
    local = timezone.localtime(at).replace(tzinfo=None, microsecond=0)
    creator = f"{viewer.name} {viewer.username}"
    return workbook(title, said, heads, rows, creator=creator, at=local, widths=widths)

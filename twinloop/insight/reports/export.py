"""A report's figures as one sheet; taking it out is written down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from twinloop.edge.written import workbook
from twinloop.insight.reports import saying, words
from twinloop.insight.reports.models import Report
from twinloop.ledger.actions import record
from twinloop.people.models import Account


def workbook_of(report: Report, by: Account, *, at: datetime) -> bytes:
    said = _("{name}，第 {version} 版，{by} 于 {at} 导出").format(
        name=saying.name(report), version=report.version, by=by.name, at=f"{at:%Y-%m-%d %H:%M}"
    )
    heads = (_("表"), _("项"), _("本期"), _("上期"), _("分子"), _("分母"), _("期末化解"), _("警情"), _("去年同期"))
    content, _count = workbook(
        saying.span(report.period), said, heads, _lines(report), creator=by.name, at=at.replace(tzinfo=None),
        widths=(12, 28, 10, 10, 10, 10, 10, 10, 10),
    )  # fmt: skip
    record(report.stream, "report_taken", by=by.pk, at=at, is_look=True, format="xlsx")
    return content


def _lines(report: Report) -> Iterator[tuple[Any, ...]]:
    facts, names = report.facts, saying.Names()
    known = bool(facts["before_days"])
    for line in saying.totals(facts):
        earlier = line.earlier if known else None
        yield str(words.TABLES["totals"]), line.name, line.now, earlier, None, None, None, None, line.year_ago
    for now, _then, _change in saying.indicators(facts):
        yield str(words.TABLES["indicators"]), now.name, now.share, None, now.hits, now.of, None, None
    for side, title in words.SIDES.items():
        for row in saying.parts(facts, side, names):
            earlier = row.earlier if known else None
            yield str(title), row.name, row.now, earlier, None, None, row.settled, row.calls
    for name, asked, due, met in facts["agencies"]:
        yield str(words.TABLES["agencies"]), name, asked, None, met, due, None, None
    for _pk, number, calls, is_open in facts["repeats"]:
        yield _("重复报警"), number, calls, None, None, None, 0 if is_open else 1, calls

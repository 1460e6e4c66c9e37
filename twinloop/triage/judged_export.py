"""Suggestions and overrulings as a workbook."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from twinloop.edge.written import workbook
from twinloop.ledger.sight import Scope
from twinloop.triage import judged

MOST = 20_000
WIDTHS = (17, 8, 17, 10, 26, 10, 26, 40, 16)


def workbook_of(scope: Scope, asked: judged.Asked, *, who: str, at: datetime) -> tuple[bytes, int]:
    """The XLSX file of what a list shows, at most 20,000 rows, and how many it holds. `at`: local."""
    heads = [_("时间"), _("哪一样"), _("编号"), _("谁说的"), _("说什么"), _("结果"), _("为什么"), _("理由"), _("参数")]
    rows = (
        [
            timezone.localtime(row.at).replace(tzinfo=None), row.kind, row.case_no, row.who or _("系统"), row.answer,
            row.outcome, row.why, _("；").join(row.reasons), row.version,
        ]
        for row in judged.lines(judged.listed(scope, asked)[:MOST])
    )  # fmt: skip
    said = _("%(who)s 导出于 %(at)s；一行是一条建议或一句改判") % {"who": who, "at": f"{at:%Y-%m-%d %H:%M}"}
    return workbook(_("建议和改判"), said, heads, rows, creator=who, at=at.replace(tzinfo=None), widths=WIDTHS)

"""Facts for the kit page: invented rows that show every component once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from twinloop.desk import todo


def of_components(request: HttpRequest, *, at: datetime) -> dict[str, Any]:
    def minutes(count: int) -> datetime:
        return at + timedelta(minutes=count)

    chen = {
        "rank": 1, "name": "陈立群", "unit": _("接处警一队"), "meta": _("空闲 · 2.1 公里 · 约 6 分钟"),
        "reasons": [_("邻里类专长，近 90 天 11 起化解 10 起"), ("-", _("30 天已派 26 起，高于平均 19 起"))],
    }  # fmt: skip
    row = todo.Todo(
        _("签收二次处置指令"), _("第 4 次报警，上次协议未履行"), "JF260209-004", "#todo", "柳塘村3组", _("邻里排水"),
        todo.Clock(_("签收"), minutes(1), minutes(3)), "#todo", _("签收"), level=2, primary=True,
    )  # fmt: skip
    return {
        "ok": (minutes(7), minutes(5)), "warn": (minutes(1), minutes(-1)), "late": (minutes(-2), minutes(-3)),
        "took": timedelta(seconds=41), "person": chen, "row": row,
        "points": [
            (20, _("协议第 2 条未履行"), _("协议 3-05")),
            (15, _("口头威胁"), _("来电 4-16")),
            (10, _("90 天内第 4 次"), _("来电 4 条")),
        ],
        "visits": ["calm", "calm", ""], "uneasy": ["calm", "uneasy", ""],
        "steps": [_("登记"), _("分流"), _("派单"), _("二次处置"), _("化解"), _("回访"), _("销号")],
        "page": Paginator(range(327), 25).get_page(request.GET.get("page", 2)),
        "why": [("call", _("要打电话")), ("check", _("核对身份")), ("paper", _("写文书")), ("other", _("别的"))],
        "today": at, "earlier": at - timedelta(days=40), "last_year": at - timedelta(days=420),
        "spans": [timedelta(seconds=192), timedelta(hours=3, minutes=17), timedelta(days=2, hours=5)],
    }  # fmt: skip

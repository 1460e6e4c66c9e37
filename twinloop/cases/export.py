"""Lists as XLSX: what the list shows, masked as it shows it; text that a spreadsheet would run stays text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from twinloop.cases import listing
from twinloop.cases.listing import Asked
from twinloop.cases.models import Dispute
from twinloop.cases.queries import type_names
from twinloop.cases.telling import language
from twinloop.cases.words import ORIGINS
from twinloop.decide.words import say
from twinloop.decide.workflow import State
from twinloop.edge.masks import mask_text
from twinloop.edge.written import workbook
from twinloop.ledger.sight import Scope
from twinloop.people.models import Account

MOST = 50_000
WIDTHS = (18, 8, 40, 14, 22, 10, 6, 12, 10, 17, 17)


def disputes(scope: Scope, asked: Asked, *, viewer: Account, at: datetime) -> tuple[bytes, int]:
    """The file and how many rows are in it, at most MOST, in the order of the list."""
    found = listing.disputes(scope, asked).select_related("place", "owner")
    rows = listing.ordered(found, asked.order)[:MOST]
    return workbook(
        _("矛盾纠纷"),
        _said_by(viewer, at),
        _heads(),
        _lines(rows.iterator(chunk_size=2000)),
        creator=f"{viewer.name} {viewer.username}",
        at=_moment(at),
        widths=WIDTHS,
    )


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

"""A rota as a workbook, as the stations know it: villages down, days across, a name in each field; people below."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from twinloop.discovery.posts.words import WEEKDAYS
from twinloop.edge.written import workbook
from twinloop.people.models import Account
from twinloop.rosters.models import Rota
from twinloop.rosters.queries.reading import Grid, Line

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def xlsx(rota: Rota, grid: Grid, state: str, *, viewer: Account, at: datetime) -> tuple[bytes, int]:
    """The file and its rows."""
    title = _("驻村排班表")
    said = _("%(first)s 至 %(last)s · %(state)s · %(who)s %(at)s 导出") % {
        "first": f"{rota.first:%Y-%m-%d}", "last": f"{rota.last:%Y-%m-%d}", "state": state, "who": viewer.name,
        "at": f"{at:%Y-%m-%d %H:%M}",
    }  # fmt: skip
    heads = [_("村和社区"), *(f"{on:%m-%d} {WEEKDAYS[on.weekday()]}" for on in rota.days), _("天数"), _("周末")]
    widths = (14, *(9 for _on in rota.days), 6, 6)
    local = at.replace(tzinfo=None)
    return workbook(title, said, heads, _rows(grid), creator=viewer.name, at=local, widths=widths)


def _rows(grid: Grid) -> Iterator[list[Any]]:
    for line in grid.villages:
        yield _row(line, [box.account.name if box.account else "" for box in line.boxes])
    yield [""]
    yield [_("辅警")]
    for line in grid.people:
        yield _row(line, [box.place.short if box.place else "" for box in line.boxes])


def _row(line: Line, fields: list[str]) -> list[Any]:
    return [str(line.head), *fields, line.days, line.weekends]

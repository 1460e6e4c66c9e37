"""Pages of a list that may be long: counted as far as somebody would turn them."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.functional import cached_property

MOST = 10_000  # rows: whoever looks for something older filters


class BoundedPaginator(Paginator[Any]):
    """Like Django's, for a queryset; beyond MOST rows it stops counting, `said` says 10,000+, and pages end there."""

    @cached_property
    def _found(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: MOST + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self._found, MOST)

    @property
    def said(self) -> str:
        """What the pager says instead of the number; "" where the number is whole."""
        return f"{MOST:,}+" if self._found > MOST else ""


class LatePaginator(BoundedPaginator):
    """Finds the rows of a page by their ids alone and reads what they show for these, not for all that are sorted.

    `known`: how many there are, where that was counted already.
    """

    def __init__(self, rows: Any, per_page: int, known: int | None = None) -> None:
        super().__init__(rows, per_page)
        if known is not None:
            self._found = known

    def page(self, number: int | str) -> Page[Any]:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows: Any = self.object_list
        narrow = rows.select_related(None).values("pk")
        wide = rows.filter(pk__in=narrow[start : min(start + self.per_page, self.count)])
        return Page(wide, number, self)

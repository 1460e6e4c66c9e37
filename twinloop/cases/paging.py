"""Pages of a list that may be long: counted as far as somebody would turn them."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.utils.functional import cached_property

T = TypeVar("T", bound=Model)
LEAST = 1_000
MOST = 10_000  # rows: whoever looks for something older filters


def late(rows: QuerySet[T], start: int, stop: int) -> QuerySet[T]:
    """These of all rows: numbers are sorted, often from an index alone, and only what the page shows is read."""
    return rows.filter(pk__in=rows.select_related(None).values("pk")[start:stop])


class BoundedPaginator(Paginator[Any]):
    """Like Django's, for a queryset; beyond `most` rows it stops counting, `said` says 10,000+, and pages end there.

    `in_order`: rows are counted in their order, where the first ones are found quickly and others are not.
    """

    most = MOST
    in_order = False

    @cached_property
    def _found(self) -> int:
        rows: Any = self.object_list
        return int((rows if self.in_order else rows.order_by())[: self.most + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self._found, self.most)

    @property
    def said(self) -> str:
        """What the pager says instead of the number; "" where the number is whole."""
        return f"{self.most:,}+" if self._found > self.most else ""


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
        wide = late(rows, start, min(start + self.per_page, self.count))
        return Page(wide, number, self)


class GrowingPaginator(LatePaginator):
    """Of a long history: counted in its order to 1,000, or to one page beyond the one that is asked for."""

    in_order = True

    def __init__(self, rows: Any, per_page: int, number: str | None) -> None:
        super().__init__(rows, per_page)
        guess = int(number) if number and number.isdecimal() and len(number) < 5 else 1
        self.most = min(max(LEAST, (guess + 1) * per_page), MOST)

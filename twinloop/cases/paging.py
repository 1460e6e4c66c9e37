"""Pages of a list that may be long: counted as far as somebody would turn them."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
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

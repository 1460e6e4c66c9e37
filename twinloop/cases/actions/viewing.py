"""Saved views of a list: a person's own names for sets of filters."""

from __future__ import annotations

from datetime import datetime

from twinloop.cases.models import SavedView
from twinloop.ledger.actions import record
from twinloop.ledger.whole import whole


@whole()
def save_view(page: str, name: str, query: str, *, by: int, at: datetime) -> SavedView:
    """Under a name that one has already, the new filters take the old ones' place."""
    view, _made = SavedView.objects.update_or_create(account_id=by, page=page, name=name, defaults={"query": query})
    record(f"account:{by}", "view_saved", by=by, at=at, page=page, name=name)
    return view


@whole()
def remove_view(pk: int, *, by: int, at: datetime) -> None:
    """One's own; anybody else's stays."""
    view = SavedView.objects.filter(pk=pk, account_id=by).first()
    if view is not None:
        view.delete()
        record(f"account:{by}", "view_removed", by=by, at=at, page=view.page, name=view.name)

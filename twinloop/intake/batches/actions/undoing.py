"""A batch taken back: what nobody went on with goes, the rest stays and is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from twinloop.decide import Refused
from twinloop.intake.batches.kinds import forms_of
from twinloop.intake.batches.models import Batch, Item
from twinloop.intake.batches.records import Acting, Form
from twinloop.intake.batches.spool import CHUNK
from twinloop.ledger.actions import record
from twinloop.ledger.sight import Scope

NAMED = 200  # numbers of what stayed that a batch keeps


def undo(
    batch: Batch, *, by: int | None, scope: Scope | None, at: datetime, why: str,
    tick: Callable[[int], None] = lambda _done: None,
) -> tuple[int, list[str]]:  # fmt: skip
    """(how many went, the numbers that stay). A thousand a transaction: killed, the same command goes on."""
    if not why.strip():
        raise Refused("batch_why")
    if batch.state not in ("done", "running"):
        raise Refused("batch_not_done")
    acting = Acting(batch.pk, by, scope, at)
    gone, stay = 0, []
    for form in reversed(forms_of(batch.kind)):
        last = 0
        while items := list(Item.objects.filter(batch=batch, form=form.code, pk__gt=last).order_by("pk")[:CHUNK]):
            last = items[-1].pk
            left = _take_back(form, items, acting, why)
            gone += len(items) - len(left)
            stay += [item.number for item in left]
            tick(gone)
    _close(batch, acting, why, gone, stay)
    return gone, stay


@transaction.atomic
def _take_back(form: Form, items: list[Item], acting: Acting, why: str) -> list[Item]:
    went = set(form.taken_back([item.made for item in items], acting, why))
    Item.objects.filter(pk__in=[item.pk for item in items if item.made in went]).delete()
    return [item for item in items if item.made not in went]


@transaction.atomic
def _close(batch: Batch, acting: Acting, why: str, gone: int, stay: list[str]) -> None:
    facts = {"undone_by_id": acting.by, "undone_at": acting.at, "undone_why": why[:200], "kept": stay[:NAMED]}
    if not Batch.objects.filter(pk=batch.pk, state=batch.state).update(state="undone", **facts):
        raise Refused("batch_over")
    record(batch.stream, "batch_undone", by=acting.by, at=acting.at, why=why, gone=gone, stayed=len(stay))

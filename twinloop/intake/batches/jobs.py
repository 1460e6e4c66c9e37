"""What was confirmed on the page is brought in by the worker, so that a browser need not wait for it."""

from __future__ import annotations

from contextlib import suppress

import structlog
from django.utils import timezone
from procrastinate.contrib.django import app

from twinloop.cases.telling import sentence
from twinloop.decide import Refused
from twinloop.intake.batches import actions, parked
from twinloop.intake.batches.models import Batch
from twinloop.ledger.again import again
from twinloop.ledger.sight import SYSTEM, Scope, see_as
from twinloop.people.models import Account
from twinloop.people.scope import scope_of

log = structlog.get_logger(__name__)


@app.task(queue="imports", lock="batches-bring")
@again
def bring(batch: int) -> None:
    """Bring in a confirmed batch; started again after a crash, it goes on where it was."""
    with see_as(SYSTEM):
        found = Batch.objects.filter(pk=batch, state="running").first()
        if found is None:
            return
        at = timezone.localtime()

        def tick(read: int, written: int) -> None:
            Batch.objects.filter(pk=batch).update(read=read, written=written)

        try:
            with parked.taken(batch) as sources:
                actions.bring(
                    found, sources, by=found.by_id, scope=_scope(found), at=at, mapping=found.mapping, tick=tick
                )
        except Refused as refused:
            Batch.objects.filter(pk=batch, state="running").update(state="failed", refused=sentence(refused)[:400])
        with suppress(OSError):
            parked.drop(batch)


@app.task(queue="imports", lock="batches-bring")
@again
def undo(batch: int, by: int, why: str) -> None:
    """Take a batch back."""
    with see_as(SYSTEM):
        found = Batch.objects.get(pk=batch)
        at = timezone.localtime()
        scope = scope_of(Account.objects.get(pk=by), at=at)
        try:
            actions.undo(found, by=by, scope=scope, at=at, why=why)
        except Refused as refused:
            log.info("undo refused", batch=batch, code=refused.code)


@app.task(queue="imports", lock="batches-judge")
@again
def judge(batch: int) -> None:
    """Sort, compare and weigh what a batch brought; started again after a crash, it goes on where it was."""
    with see_as(SYSTEM):
        found = Batch.objects.filter(pk=batch, judge_at__isnull=False, judged_at__isnull=True).first()
        if found is not None:
            actions.judge(found, by=found.judge_by_id, clock=timezone.localtime)


def _scope(batch: Batch) -> Scope | None:
    return scope_of(batch.by, at=timezone.localtime()) if batch.by else None

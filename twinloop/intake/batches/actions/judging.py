"""What a batch brought is judged like what comes over the desk: type, repeats, level; a person decides later.

Only when somebody asks: a judgement is kept for good, and an incident that has one can no longer be taken back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from twinloop.cases.models import Incident
from twinloop.decide import Refused
from twinloop.intake.batches.models import Batch, Item
from twinloop.ledger.actions import record
from twinloop.triage.judging import judge_many
from twinloop.triage.models import Judgement
from twinloop.triage.together import AT_ONCE

JUDGED = {"jjd": "call", "messages": "message"}  # kinds of files whose rows are reports → their form


def waiting(batch: Batch) -> QuerySet[Incident]:
    """Incidents of the batch that nobody had judged, the newest first: those may still be helped."""
    made = Item.objects.filter(batch=batch, form=JUDGED.get(batch.kind, "")).values("made")
    judged = Judgement.objects.filter(incident=OuterRef("pk"), what="sorting")
    return Incident.objects.filter(~Exists(judged), pk__in=made).order_by("-received_at", "-id")


@transaction.atomic
def ask(batch: Batch, *, by: int | None, at: datetime) -> None:
    """Somebody wants it judged. Raises `Refused` where it is no batch of reports, or under way."""
    if batch.kind not in JUDGED or batch.state != "done":
        raise Refused("batch_no_reports")
    if not waiting(batch).exists():
        raise Refused("batch_judged")
    free = Batch.objects.filter(pk=batch.pk, state="done").exclude(judge_at__isnull=False, judged_at__isnull=True)
    if not free.update(judge_by=by, judge_at=at, judged_at=None):
        raise Refused("batch_judging")
    record(batch.stream, "batch_judge_asked", by=by, at=at)


def judge(
    batch: Batch, *, by: int | None, clock: Callable[[], datetime], tick: Callable[[int], None] = lambda _done: None
) -> int:
    """Judge what waits; how many got an answer. Killed, the same call goes on where it was.

    `clock`: the moment of each chunk's judgements, since a large batch takes a while.
    """
    done, left = 0, list(waiting(batch).values_list("pk", flat=True))
    for start in range(0, len(left), AT_ONCE):
        found = Incident.objects.select_related("place").in_bulk(left[start : start + AT_ONCE])
        chunk = [found[pk] for pk in left[start : start + AT_ONCE]]
        done += judge_many(chunk, by=by, at=clock())
        tick(done)
    at = clock()
    with transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(judged_at=at)
        record(batch.stream, "batch_judged", by=by, at=at, judged=done)
    return done

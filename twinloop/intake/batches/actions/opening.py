"""A batch begins: by a command at once, on the page as a draft that somebody confirms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from twinloop.decide import Refused
from twinloop.intake.batches.kinds import forms_of
from twinloop.intake.batches.models import Batch
from twinloop.intake.batches.reading import digest_of_files
from twinloop.intake.batches.results import Source
from twinloop.ledger.actions import record


@transaction.atomic
def open_batch(
    kind: str, sources: Sequence[Source], *, by: int | None, at: datetime, state: str = "running"
) -> tuple[Batch, bool]:
    """A new batch, or the one that was killed while it brought in the very same files (True)."""
    forms_of(kind)
    digest = digest_of_files([source.path for source in sources])
    broken = Batch.objects.filter(kind=kind, digest=digest, state="running").first()
    if state == "running" and broken is not None:
        return broken, True
    names = "、".join(source.name for source in sources)[:400]
    batch = Batch.objects.create(kind=kind, names=names, digest=digest, state=state, by_id=by, at=at)
    record(batch.stream, "batch_opened", by=by, at=at, kind=kind, names=names, sha256=digest)
    return batch, False


@transaction.atomic
def confirm(batch: Batch, *, mapping: Mapping[str, str], by: int, at: datetime) -> None:
    """A draft is to be brought in; a job does it. Raises `Refused` when it was confirmed already."""
    if Batch.objects.filter(kind=batch.kind, digest=batch.digest, state="running").exclude(pk=batch.pk).exists():
        raise Refused("batch_busy")
    if not Batch.objects.filter(pk=batch.pk, state="draft").update(state="running", mapping=dict(mapping)):
        raise Refused("batch_over")
    record(batch.stream, "batch_confirmed", by=by, at=at, mapping=dict(mapping))

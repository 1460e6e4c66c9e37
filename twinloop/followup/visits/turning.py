"""What visits do by themselves: follow what happened, look ahead each morning, tell what is late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from twinloop.cases.models import Dispute
from twinloop.decide.clocks import CHINA
from twinloop.decide.visits import Plan, plan
from twinloop.followup.visits import actions, queries
from twinloop.followup.visits.models import Callback, Reach, Watch
from twinloop.ledger.actions import record

CHUNK = 500


def follow(*, at: datetime) -> int:
    """Reckon every dispute that changed since the last time; a worker that was down catches up in one go."""
    reach = Reach.objects.filter(pk=1).values_list("at", flat=True).first()
    since = reach - timedelta(minutes=2) if reach else datetime(2000, 1, 1, tzinfo=CHINA)
    if since > at:  # the clock was set back: nothing is owed twice, and nothing is forgotten
        since = at - timedelta(days=1)
    changed = list(queries.to_plan(since, at).values_list("pk", flat=True))
    _reckon_all(changed, at)
    Reach.objects.update_or_create(pk=1, defaults={"at": at})
    return len(changed)


def roll(*, at: datetime) -> int:
    """Once a day: days that came nearer (festivals, anniversaries) and whatever was missed."""
    ids = list(queries.rolling(at.astimezone(CHINA).date()).values_list("pk", flat=True))
    _reckon_all(ids, at)
    return len(ids)


def _reckon_all(ids: Sequence[int], at: datetime) -> None:
    for start in range(0, len(ids), CHUNK):
        for dispute in _outdated(ids[start : start + CHUNK], at):
            actions.reckon(dispute, at=at)


def _outdated(ids: Sequence[int], at: datetime) -> Iterator[Dispute]:
    """Those whose plan is not what their record asks for today: four queries for all of them, no lock.

    A look ahead only: `reckon` judges each anew under its lock.
    """
    today = at.astimezone(CHINA).date()
    days = actions.festivals(today)
    watches = Watch.objects.in_bulk(ids)
    owed = {row.dispute_id: row for row in Callback.objects.filter(dispute__in=ids, state="planned").order_by("-pk")}
    made: dict[int, list[Callback]] = defaultdict(list)
    for row in queries.made_of(ids):
        made[row.dispute_id].append(row)
    for dispute in Dispute.objects.filter(pk__in=ids).order_by("pk"):
        watch = watches.get(dispute.pk)
        if watch is None:
            yield dispute
            continue
        facts = queries.facts_of(dispute, watch, days, today, made[dispute.pk])
        if _differs(plan(facts) if facts else None, watch, owed.get(dispute.pk), made[dispute.pk]):
            yield dispute


def _differs(wanted: Plan | None, watch: Watch, owed: Callback | None, made: Sequence[Callback]) -> bool:
    if bool(wanted and wanted.is_over) != (watch.over_at is not None):
        return True
    if wanted is None or wanted.due_on is None or wanted.reason is None:
        return owed is not None
    tried = [row.on for row in made if row.state == "missed" and row.on]
    due = actions.after_tries(wanted.due_on, max(tried, default=None))
    return owed is None or (owed.reason, owed.due_on) != (wanted.reason.value, due)


def climb(*, at: datetime) -> int:
    """A visit that nobody made by its day is told to the chief, once."""
    told = 0
    for row in queries.overdue(at.astimezone(CHINA).date()).select_related("dispute"):
        with transaction.atomic():
            if Callback.objects.filter(pk=row.pk, state="planned", late_at__isnull=True).update(late_at=at):
                record(row.dispute.stream, "visit_late", by=None, at=at, callback=row.pk, due=row.due_on)
                told += 1
    return told

"""Counts of the public pages are thrown away when their span is over."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from twinloop.discovery.leads import pace
from twinloop.ledger.again import again


@app.periodic(cron="7 * * * *")
@app.task(queue="leads", queueing_lock="leads-forget", lock="leads-forget")
@again
def forget_counts(timestamp: int) -> None:
    pace.forget(at=timezone.now())

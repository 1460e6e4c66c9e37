"""Plans that take longer than a request, and offers to swap that nobody answered."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from twinloop.cases.telling import sentence
from twinloop.decide import Refused
from twinloop.ledger.again import again
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.rosters import actions
from twinloop.rosters.models import Rota


@app.task(queue="rotas", lock="rosters-plan")
@again
def plan(rota: int) -> None:
    """Plan a rota that somebody asked for; one at a time, within the seconds they gave."""
    with see_as(SYSTEM):
        found = Rota.objects.select_related("current", "station").filter(pk=rota, asked_at__isnull=False).first()
        if found is None:
            return
        at = timezone.localtime()
        try:
            actions.plan(found, by=found.asked_by_id, at=at, seconds=found.asked_seconds)
        except Refused as refused:
            actions.give_up(found, refused, sentence(refused), at=at)


@app.periodic(cron="5 0 * * *")
@app.task(queue="rotas", queueing_lock="rosters-lapse", lock="rosters-lapse")
@again
def lapse(timestamp: int) -> None:
    with see_as(SYSTEM):
        actions.lapse(at=timezone.localtime())

"""Sessions that ended are forgotten; allauth's list of devices goes with them."""

from __future__ import annotations

from django.core.management import call_command
from procrastinate.contrib.django import app

from twinloop.ledger.again import again


@app.periodic(cron="41 3 * * *")
@app.task(queue="people", queueing_lock="people-sessions", lock="people-sessions")
@again
def forget_sessions(timestamp: int) -> None:
    from allauth.usersessions.models import UserSession
    from django.contrib.sessions.models import Session

    from twinloop.ledger.sight import SYSTEM, see_as

    with see_as(SYSTEM):
        call_command("clearsessions", verbosity=0)
        UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()

"""What the worker forgets at night."""

from __future__ import annotations

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from tests import world
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people import jobs


def test_ended_sessions_and_their_devices_are_forgotten(db):
    now = timezone.now()
    with see_as(SYSTEM):
        someone = world.account("night", "officer")
    for key, ends in (("over", now - timedelta(hours=1)), ("open", now + timedelta(hours=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
        facts = {"ip": "127.0.0.1", "created_at": now, "last_seen_at": now, "user_agent": "x", "data": {}}
        UserSession.objects.create(user=someone, session_key=key, **facts)
    jobs.forget_sessions(timestamp=0)
    assert set(Session.objects.values_list("session_key", flat=True)) == {"open"}
    assert set(UserSession.objects.values_list("session_key", flat=True)) == {"open"}

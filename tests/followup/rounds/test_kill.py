"""A worker killed in the middle of a turn of the rounds: what it had done stays once, the rest is done once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests import world
from tests.followup.rounds.test_rounds import HOUR, handled, unsettled
from tests.world import NOW
from twinloop.cases.models import Dispute
from twinloop.followup.rounds import actions
from twinloop.followup.rounds.models import Reach
from twinloop.ledger.models import Event
from twinloop.ledger.queries import broken
from twinloop.ledger.sight import SYSTEM, see_as

COUNT = 8
WORKER = """
import sys, time
import django
django.setup()
from datetime import datetime
from twinloop.followup.rounds.actions import turning
from twinloop.ledger.sight import SYSTEM, see_as
moved = turning.cases.move
def slowly(*args, **kwargs):
    found = moved(*args, **kwargs)
    print("moved", flush=True)
    time.sleep(float(sys.argv[2]))  # killed here: the move is made and not committed
    return found
turning.cases.move = slowly
with see_as(SYSTEM):
    turning.follow(at=datetime.fromisoformat(sys.argv[1]))
print("done", flush=True)
"""


def _worker(url: str, at: datetime) -> subprocess.Popen[str]:
    env = os.environ | {"TWINLOOP_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "twinloop.settings"}
    command = [sys.executable, "-c", WORKER, at.isoformat(), "1.0"]
    return subprocess.Popen(
        command, env=env, cwd=Path(__file__).resolve().parents[3], stdout=subprocess.PIPE, text=True
    )


@pytest.mark.slow
def test_a_worker_killed_between_two_reviews_opens_none_twice_and_misses_none(fresh_db):
    app = conninfo_to_dict(json.loads(os.environ["PYTEST_TWINLOOP_URLS"])["app"])
    url = f"postgresql://{app['user']}:{app['password']}@/{fresh_db}?host={app['host']}&port={app['port']}"
    with see_as(SYSTEM):
        district = world.district()
        made = [unsettled(district) for _n in range(COUNT)]
        quiet = handled(district)  # nothing of it is due
    at = NOW + HOUR
    killed = _worker(url, at)
    assert killed.stdout is not None
    for _ in range(3):  # two are committed, the third is moved and not committed
        assert killed.stdout.readline() == "moved\n"
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    with see_as(SYSTEM):
        time.sleep(0.5)  # the server notices a dead client after a moment
        opened = Event.objects.filter(verb="open_review")
        assert opened.count() == 2
        assert Dispute.objects.filter(state="review").count() == 2
        assert not Reach.objects.exists()  # how far the turn came is written last
        assert actions.follow(at=at + HOUR) == COUNT - 2
        assert sorted(opened.values_list("stream", flat=True)) == sorted(one.stream for one in made)
        for one in made:
            one.refresh_from_db()
            assert (one.state, one.round) == ("review", 2)
        quiet.refresh_from_db()
        assert quiet.state == "handling"
        count = Event.objects.count()
        assert actions.follow(at=at + 2 * HOUR) == 0
        assert Event.objects.count() == count
        assert list(broken()) == []

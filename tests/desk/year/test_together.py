"""Two processes live one district, each its own places; where one dies nobody waits; a year cut off is not gone on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from psycopg.conninfo import conninfo_to_dict

from twinloop.cases.models import Dispute, Incident, Order
from twinloop.desk import demo
from twinloop.desk.year.assumed import read
from twinloop.dispatch.orders.queries import board
from twinloop.dispatch.pushes import queries as pushes
from twinloop.followup.visits.models import Callback
from twinloop.insight.figures.models import Course
from twinloop.insight.reports.models import Report
from twinloop.intake.doors import demo as doors
from twinloop.ledger.queries import broken
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Account
from twinloop.people.scope import scope_of
from twinloop.triage.models import Judgement

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
HERE = Path(__file__).with_name("living.py")


def lived(database: str, *more: str) -> subprocess.CompletedProcess[str]:
    app = conninfo_to_dict(json.loads(os.environ["PYTEST_TWINLOOP_URLS"])["app"])
    url = f"postgresql://{app['user']}:{app['password']}@/{database}?host={app['host']}&port={app['port']}"
    env = os.environ | {"TWINLOOP_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "twinloop.settings"}
    return subprocess.run(
        [sys.executable, str(HERE), *more], env=env, cwd=HERE.parents[3], capture_output=True, text=True, check=False,
        timeout=240,
    )  # fmt: skip


def test_two_processes_live_their_own_places_of_one_district(fresh_db):
    done = lived(fresh_db)
    assert done.returncode == 0, done.stderr[-2000:]
    counts = json.loads(done.stdout.splitlines()[-1])
    with see_as(SYSTEM):
        towns = set(Incident.objects.values_list("place__parent", flat=True))
        assert {town % 2 for town in towns if town} == {0, 1}
        assert Incident.objects.filter(channel="call_110").count() == counts["calls"] > 0
        assert Dispute.objects.filter(origin="backlog").count() == counts["backlog"] == 84
        assert list(broken()) == []


def test_the_small_demo_lives_a_share_of_it(fresh_db):
    """Of the same district; its stories are told beside that life, and the ledger holds."""
    done = lived(fresh_db, "--small")
    assert done.returncode == 0, done.stderr[-2000:]
    with see_as(SYSTEM):
        assert Dispute.objects.filter(origin="backlog").count() == read().small["backlog"]
        lived_through = Incident.objects.count()
        assert 0 < lived_through < 20
        at = timezone.localtime()
        demo.live(at, beside=True)
        assert Incident.objects.count() > lived_through
        for story in ("地界毁苗反复争吵纠纷", "工地欠薪，十二名工人讨薪纠纷", "两家共用水沟被堵"):
            assert Dispute.objects.filter(title=story).count() == 1
        assert list(broken()) == []
        assert not Callback.objects.filter(state="planned", due_on__lt=at.date()).exists()
        old = Dispute.objects.get(title="田埂界址五年纠纷")  # settled long before that life began
        assert Callback.objects.filter(dispute=old, state="done").exists()
        # a story of two hours ago owes one by the end of its day: soon after midnight that is up to two hours late
        assert not [one for one in pushes.owed(SYSTEM) if one.due < at - timedelta(hours=2)]
        assert Report.objects.count() == 2
        assert Course.objects.count() >= Dispute.objects.count() // 2  # what is judged was read first
        taken = Order.objects.get(incident__narrative=doors.TAKEN.text)
        assert (taken.to_account.username, taken.state) == ("officer", "arrived"), "a newcomer has something to report"
        scope = scope_of(Account.objects.get(username="dispatcher"), at=at)
    with see_as(scope):
        waits = board.lines(scope, at=at)
    fresh = [line for line in waits if line.incident.registered_at > at - timedelta(minutes=10)]
    assert len(fresh) == len(doors.WAITING) + 1  # the quarrel of the ditch comes back
    assert {line.level for line in fresh} >= {1, 3}
    with see_as(SYSTEM):
        for line in fresh:
            assert Judgement.objects.filter(incident=line.incident, what="sorting").exists()


def test_whole_months_lie_between_two_days():
    assert demo.whole_months(date(2025, 11, 28), date(2026, 2, 28)) == [date(2025, 12, 1), date(2026, 1, 1)]
    assert demo.whole_months(date(2025, 12, 1), date(2026, 2, 1)) == [date(2025, 12, 1), date(2026, 1, 1)]
    assert demo.whole_months(date(2026, 1, 31), date(2026, 2, 27)) == []


def test_where_one_dies_the_other_ends_too(fresh_db):
    done = lived(fresh_db, "--die")
    assert done.returncode == 1
    assert "BrokenBarrierError" in done.stderr


def test_a_year_that_was_cut_off_is_not_gone_on_with(settings, tmp_path):
    settings.ENV = settings.ENV.model_copy(update={"data": tmp_path})
    (tmp_path / demo.BEGUN).touch()
    with pytest.raises(demo.Unfinished):
        demo.fill(days=3)

"""The day gathers what is open, draws the list of 08:00, and is cut once: nothing twice, nothing missed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests import world
from tests.followup.daily.conftest import CUT, furnish, sorted_, turned
from tests.world import NOW
from twinloop.cases import daybook
from twinloop.cases.models import Dispute, Order
from twinloop.discovery.leads.models import Lead
from twinloop.followup.daily import actions
from twinloop.followup.daily.models import Day, Item
from twinloop.ledger.models import Event
from twinloop.ledger.queries import broken
from twinloop.ledger.sight import SYSTEM, see_as

NEXT = timedelta(days=1)


def keys(day: Day, **wanted) -> set[str]:
    return set(day.items.filter(**wanted).values_list("kind", flat=True))


def test_every_room_is_asked_and_each_thing_has_one_key(street):
    street.ordered(street.other)
    Lead.objects.create(number="XS260416-001", source="police", text="争吵", reported_at=NOW,
                        place=street.district.near, station=street.district.station)  # fmt: skip
    call = world.incident(street.district.near, at=NOW)
    street.clocked(CUT)
    street.clocked(CUT + NEXT, rule="penalty")
    found = list(daybook.open_items(NOW, CUT))
    kinds = sorted(one.kind for one in found)
    assert kinds == sorted(["unsorted", "unsigned", "lead", "unsent", "step"])  # and not what is due tomorrow
    assert len({one.key for one in found}) == len(found)
    assert {one.number for one in found if one.incident} == {call.number}
    rooms = {collect.__module__ for collect in daybook.collectors()}
    assert {"twinloop.cases.day", "twinloop.dispatch.orders.day", "twinloop.mediation.joint.day"} <= rooms


def test_a_day_knows_what_is_open_by_name_and_follows_it(street):
    order = street.ordered(street.other)
    day = turned(NOW)
    mine = street.item()
    assert (mine.kind, mine.holder, mine.level) == ("unsorted", street.owner, None) or mine.kind == "unsigned"
    row = Item.objects.get(key=f"order:{order.pk}")
    assert (row.kind, row.holder, row.station) == ("unsigned", street.other, street.district.station)
    Order.objects.filter(pk=order.pk).update(state="signed", signed_at=NOW)
    turned(NOW + timedelta(minutes=1))
    row.refresh_from_db()
    assert (row.kind, row.end, day.items.count()) == ("not_arrived", "", 2)  # the same thing, further on


def test_what_is_done_closes_and_what_opens_again_is_open(street):
    day = turned(NOW)
    Dispute.objects.filter(pk=street.dispute.pk).update(state="handling")
    turned(NOW + timedelta(minutes=1))
    assert keys(day, end="closed") == {"unsorted"}
    Dispute.objects.filter(pk=street.dispute.pk).update(state="unsettled")
    turned(NOW + timedelta(minutes=2))
    assert keys(day, end="") == {"review"}
    assert day.items.count() == 1


def test_the_cut_ends_every_item_once_and_names_whose_it_was(street):
    day = turned(NOW)
    assert turned(CUT - timedelta(seconds=1)) == day
    found = actions.turn(at=CUT)
    assert (found.cut, found.carried, found.day) == (day.day, 1, day.day + NEXT)
    day.refresh_from_db()
    assert (day.made_at, day.is_late, day.through) == (CUT, False, day.day)
    row = day.items.get()
    assert (row.end, row.reason, row.until, row.ended_by) == ("carried", "unexplained", day.day + NEXT, None)
    told = Event.objects.get(verb="day_unexplained")
    assert (told.stream, told.data["holder"]) == (street.dispute.stream, street.owner.name)
    assert Event.objects.get(verb="day_cut").data["unexplained"] == 1
    following = Day.objects.get(day=day.day + NEXT)
    again = following.items.get()
    assert (again.carries, again.first_on, again.holder) == (1, day.day, street.owner)
    assert actions.turn(at=CUT + timedelta(minutes=1)).cut is None


def test_what_comes_up_after_the_cut_is_the_next_days(street):
    turned(NOW)
    world.dispute(street.district.near, at=CUT + timedelta(minutes=5), title="第二件")
    actions.turn(at=CUT + timedelta(minutes=6))
    first, second = Day.objects.order_by("day")
    assert (first.items.count(), second.items.count()) == (1, 2)


def test_the_list_of_the_morning_is_drawn_once(street):
    before = NOW.replace(hour=7, minute=59)
    Dispute.objects.filter(pk=street.dispute.pk).update(registered_at=before - timedelta(hours=1))
    day = turned(before)
    assert day.handover_at is None
    eight = NOW.replace(hour=8, minute=0)
    assert turned(eight).handover_at == eight
    late = world.dispute(street.district.near, at=NOW, title="第二件")
    turned(NOW)
    assert set(day.items.filter(is_on_handover=True).values_list("dispute", flat=True)) == {street.dispute.pk}
    assert not street.item(late).is_on_handover
    assert Event.objects.filter(verb="handover_drawn").count() == 1


def test_a_worker_that_was_down_over_cuts_makes_up_once_and_says_so(street):
    day = turned(NOW)
    back = CUT + timedelta(days=2, hours=14)  # three cuts later, in the morning
    found = actions.turn(at=back)
    assert (found.cut, found.day) == (day.day, date(2026, 4, 19))
    day.refresh_from_db()
    assert (day.is_late, day.through, day.made_at) == (True, date(2026, 4, 18), back)
    assert day.items.get().until == date(2026, 4, 19)
    assert Event.objects.get(verb="day_cut").data["late"] is True
    assert Day.objects.count() == 2  # and no row for the days between
    assert Day.objects.get(made_at=None).items.get().carries == 1  # carried once, not three times


def test_a_clock_set_back_opens_no_cleared_day(street):
    turned(NOW)
    actions.turn(at=CUT)
    for moment in (NOW, CUT - timedelta(minutes=1), NOW - 3 * NEXT):
        assert actions.turn(at=moment).day == date(2026, 4, 17)
    assert list(Day.objects.order_by("day").values_list("day", flat=True)) == [date(2026, 4, 16), date(2026, 4, 17)]
    assert Item.objects.filter(end="carried").count() == 1


def test_two_workers_turn_one_day(fresh_db):
    """The second finds the lock taken and does nothing."""
    import psycopg
    from django.db import connection

    with see_as(SYSTEM):
        furnish()
        settings = connection.settings_dict
        there = psycopg.connect(
            host=settings["HOST"], port=settings["PORT"], dbname=settings["NAME"], user=settings["USER"],
            password=settings["PASSWORD"], autocommit=True,
        )  # fmt: skip
        with there:
            there.execute("SELECT pg_advisory_lock(7107005)")
            actions.turn(at=NOW)
            assert not Day.objects.exists()
            there.execute("SELECT pg_advisory_unlock(7107005)")
        actions.turn(at=NOW)
        assert Day.objects.count() == 1


WORKER = """
import sys, time
import django
django.setup()
from datetime import datetime
from twinloop.followup.daily.actions import turning
from twinloop.ledger.sight import SYSTEM, see_as
turning.CHUNK = 3
told = turning.record_many
def slowly(*args, **kwargs):
    told(*args, **kwargs)
    print("chunk", flush=True)
    time.sleep(float(sys.argv[2]))  # killed here: before this chunk is committed
turning.record_many = slowly
with see_as(SYSTEM):
    turning.turn(at=datetime.fromisoformat(sys.argv[1]))
print("done", flush=True)
"""


def _worker(url: str, at, pause: float) -> subprocess.Popen[str]:
    env = os.environ | {"TWINLOOP_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "twinloop.settings"}
    command = [sys.executable, "-c", WORKER, at.isoformat(), str(pause)]
    return subprocess.Popen(
        command, env=env, cwd=Path(__file__).resolve().parents[3], stdout=subprocess.PIPE, text=True
    )


@pytest.mark.slow
def test_a_worker_killed_at_the_cut_carries_nothing_twice_and_misses_nothing(fresh_db):
    app = conninfo_to_dict(json.loads(os.environ["PYTEST_TWINLOOP_URLS"])["app"])
    url = f"postgresql://{app['user']}:{app['password']}@/{fresh_db}?host={app['host']}&port={app['port']}"
    with see_as(SYSTEM):
        street = furnish()
        made = [world.dispute(street.district.near, title=f"第 {n} 件", at=NOW - NEXT) for n in range(10)]
        turned(NOW)
        done = sorted_(made[0])
    killed = _worker(url, CUT, 1.0)
    for _ in range(3):  # two chunks are committed, the third is under way
        assert killed.stdout is not None
        assert killed.stdout.readline() == "chunk\n"
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    with see_as(SYSTEM):
        day = Day.objects.get()
        assert day.made_at is None
        assert 0 < Item.objects.filter(end="carried").count() < 10
        for _ in range(100):  # the server notices a dead client after a moment
            if actions.turn(at=CUT + timedelta(minutes=1)).cut:
                break
            time.sleep(0.1)
        day.refresh_from_db()
        assert day.made_at == CUT + timedelta(minutes=1)
        ends = dict(day.items.values_list("dispute", "end"))
        assert ends.pop(done.pk) == "closed"
        assert ends == dict.fromkeys([street.dispute.pk, *(one.pk for one in made[1:])], "carried")
        told = list(Event.objects.filter(verb="day_unexplained").values_list("stream", flat=True))
        assert sorted(told) == sorted(f"dispute:{pk}" for pk in ends)  # one event each
        assert Event.objects.filter(verb="day_cut").count() == 1
        assert actions.turn(at=CUT + timedelta(minutes=2)).carried == 0
        assert Item.objects.filter(day=day).count() == 11
        assert list(broken()) == []

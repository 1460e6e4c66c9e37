"""All of it made anew: what is right stays untouched, what is wrong is mended; cut off halfway, sums and rows agree."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from tests import world
from tests.insight.figures.test_tallies import AT, fill, sums
from twinloop.cases.models import Dispute
from twinloop.insight.figures import actions, lots, summing, tallies
from twinloop.insight.figures.models import Course, Kept, Settled, Tally
from twinloop.ledger.locks import Lock
from twinloop.ledger.sight import SYSTEM, see_as


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        yield world.district()


def one_by_one() -> Counter[tuple[object, ...]]:
    """What the function says of each dispute that has a row, in the shape of `sums`."""
    found: Counter[tuple[object, ...]] = Counter()
    with connection.cursor() as cursor:
        for pk in Course.objects.values_list("pk", flat=True):
            cursor.execute("SELECT * FROM figures_tallied(%s)", [[pk]])
            for *key, n in cursor.fetchall():
                found[tuple(key)] += n
    return Counter({key: n for key, n in found.items() if n})


def of_disputes() -> Counter[tuple[object, ...]]:
    return Counter({key: n for key, n in sums().items() if key[0] not in tallies.WITH_CLOCKS})


def test_folding_touches_only_what_was_corrected_since(district):
    fill(district, random.Random(8), 20)
    actions.rebuild(at=AT)
    last = summing.fold(0)
    before, numbered = sums(), dict(Tally.objects.values_list("pk", "n"))
    assert last == max(numbered)
    assert summing.fold(0, since=last) == last
    made = Dispute.objects.filter(place=district.near).order_by("pk")[0]
    for type_code in ("C3", made.type_code, "C4"):
        Dispute.objects.filter(pk=made.pk).update(type_code=type_code)
    moved = sums()
    assert moved != before
    assert summing.fold(1_000_000, since=last) == last
    kept = dict(Tally.objects.filter(pk__lte=last).values_list("pk", "n"))
    assert kept == numbered
    assert summing.fold(0, since=last) > last
    assert sums() == moved
    assert Tally.objects.count() == len(moved)
    kept = set(Tally.objects.filter(pk__lte=last).values_list("pk", flat=True))
    assert kept < set(numbered)
    assert len(kept) > len(numbered) / 2


def told() -> list[object]:
    """Every row as it is, whichever number it has."""
    settled = [field.attname for field in Settled._meta.fields if field.name != "id"]
    return [*Course.objects.order_by("pk").values(), *Settled.objects.values(*settled)]


def rows() -> list[tuple[object, ...]]:
    """Each row with the transaction that wrote it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text, c::text FROM figures_course c ORDER BY 2")
        found = cursor.fetchall()
        cursor.execute("SELECT xmin::text, s::text FROM figures_settled s ORDER BY 2")
        return [*found, *cursor.fetchall()]


@pytest.mark.parametrize("seed", range(3))
def test_sums_of_many_at_once_are_those_of_each(district, seed, monkeypatch):
    fill(district, random.Random(seed), 45)
    monkeypatch.setattr(lots, "FEW", 0)
    actions.rebuild(at=AT)
    kinds = {(key[0], key[2]) for key in sums()}
    assert {("backlog_success", "type"), ("repeat_rate", "method"), ("durable_90:young", "method")} <= kinds
    assert ("backlog_success", "out_violence") in {(key[0], key[6]) for key in sums()}
    assert of_disputes() == one_by_one()


def test_what_is_right_stays_untouched(district):
    fill(district, random.Random(4), 12)
    actions.rebuild(at=AT)
    before = rows(), sorted(Tally.objects.values_list("pk", "n"))
    assert before[0]
    assert before[1]
    actions.rebuild(at=AT)
    assert (rows(), sorted(Tally.objects.values_list("pk", "n"))) == before


@pytest.mark.parametrize("few", [0, 200])
def test_what_is_wrong_is_mended_with_its_sums(district, few, monkeypatch):
    monkeypatch.setattr(lots, "FEW", few)
    fill(district, random.Random(6), 20)
    actions.rebuild(at=AT)
    right = told(), sums()
    one, other, third = Course.objects.order_by("pk")[:3]
    Course.objects.filter(pk=one.pk).update(is_backlog=not one.is_backlog, heard=[])
    Settled.objects.filter(dispute__in=[other.pk, third.pk]).delete()
    Course.objects.filter(pk=third.pk).delete()
    Tally.objects.filter(code__in=("resolution", "clocks_met")).update(n=7)
    assert told() != right[0]
    actions.rebuild(at=AT)
    assert (told(), sums()) == right
    assert of_disputes() == one_by_one()


class CutError(Exception):
    pass


def test_who_is_cut_off_leaves_sums_that_agree_and_the_next_one_goes_on(district, monkeypatch):
    fill(district, random.Random(8), 20)
    monkeypatch.setattr(actions, "CHUNK", 5)
    add, done = summing.add, []

    def cut(ids: list[int]) -> None:
        if len(done) == 2:
            raise CutError
        done.append(ids)
        add(ids)

    with monkeypatch.context() as patch:
        patch.setattr(summing, "add", cut)
        with pytest.raises(CutError):
            actions.rebuild(at=AT)
    assert Course.objects.count() == 10
    assert of_disputes() == one_by_one()
    actions.rebuild(at=AT)
    assert Course.objects.count() == Dispute.objects.count()
    assert of_disputes() == one_by_one()


KILLED = """import time
import django
django.setup()
from tests.insight.figures.test_tallies import AT
from twinloop.insight.figures import actions, summing
from twinloop.ledger.sight import SYSTEM, see_as
add, done = summing.add, []
def slow(ids):
    add(ids)
    done.append(ids)
    if len(done) == 3:  # the third is written and not yet kept
        print("there", flush=True)
        time.sleep(120)
actions.CHUNK, summing.add = 5, slow
with see_as(SYSTEM):
    actions.rebuild(at=AT)
"""


def test_who_is_killed_leaves_sums_that_agree_and_the_next_one_goes_on(fresh_db):
    with see_as(SYSTEM):
        fill(world.district(), random.Random(8), 20)
    app = conninfo_to_dict(json.loads(os.environ["PYTEST_TWINLOOP_URLS"])["app"])
    url = f"postgresql://{app['user']}:{app['password']}@/{fresh_db}?host={app['host']}&port={app['port']}"
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True,
        env=os.environ | {"TWINLOOP_DATABASE_URL": url}, cwd=Path(__file__).resolve().parents[3],
    )  # fmt: skip
    assert child.stdout is not None
    with child.stdout:
        assert child.stdout.readline() == "there\n"
        child.kill()
        child.wait()
    with see_as(SYSTEM):
        assert Course.objects.count() == 10
        assert of_disputes() == one_by_one()
        actions.rebuild(at=AT)
        assert Course.objects.count() == Dispute.objects.count()
        assert of_disputes() == one_by_one()


def test_nobody_catches_up_while_somebody_else_keeps_the_figures(district, owner):
    fill(district, random.Random(2), 3)
    owner.execute("SELECT pg_advisory_lock(%s)", [Lock.FIGURES.value])
    assert actions.catch_up(at=AT) == 0
    owner.execute("SELECT pg_advisory_unlock(%s)", [Lock.FIGURES.value])
    assert not Kept.objects.exists()


def test_two_hands_make_what_one_makes(fresh_db, monkeypatch):
    with see_as(SYSTEM):
        fill(world.district(), random.Random(11), 20)
        monkeypatch.setattr(actions, "CHUNK", 4)
        actions.rebuild(at=AT, hands=2)
        right = told(), sums()
        assert of_disputes() == one_by_one()
        Course.objects.update(is_backlog=True)
        actions.rebuild(at=AT, hands=2)
        assert (told(), sums()) == right
        actions.rebuild(at=AT)
        assert (told(), sums()) == right

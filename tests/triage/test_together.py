"""Many reports at once are judged as one by one: the same judgements, pairs and events, on random batches."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests import world
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.models import Incident
from twinloop.intake.doors.actions import receive
from twinloop.intake.doors.checking import Said
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.triage import actions, repeats_finding, together
from twinloop.triage.judging import judge_many
from twinloop.triage.models import Judgement
from twinloop.triage.repeat_pairs import RepeatPair

NAMES = ("何大富", "王秀兰", "赖水根", "陈卫东")
MATTERS = (
    "楼上{name}半夜打麻将到三点，砸地板，说了三次不听还要打人",
    "{name}砌猪栏，粪水流进我家厨房，邻居拿菜刀讲要砍死我",
    "包工头{name}欠我三个月工钱一万二，电话不接",
    "请问社保怎么转",
    "老公{name}又打我，孩子吓得直哭",
)


class _UndoneError(Exception):
    pass


def said(judge):
    """What `judge` leaves behind, and nothing of it stays."""
    held = []
    try:
        with transaction.atomic():
            before = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
            last = Judgement.objects.order_by("-id").values_list("id", flat=True).first() or 0
            judge()
            rows = (
                Judgement.objects.filter(pk__gt=last)
                .order_by("incident", "what")
                .values_list(
                    "incident", "what", "dispute", "answer", "reasons", "params_version", "by", "at", "overrules", "why"
                )
            )
            pairs = RepeatPair.objects.order_by("incident", "earlier").values_list(
                "incident", "earlier", "probability", "reasons", "kind", "source", "state", "made_at"
            )
            events = (
                Event.objects.filter(id__gt=before)
                .order_by("stream", "seq")
                .values_list("stream", "seq", "verb", "by", "at", "body")
            )
            held += [list(rows), list(pairs), list(events)]
            raise _UndoneError
    except _UndoneError:
        return held


def filled(district, dice):
    """Reports with callers, some in one township's own row, some that belong to disputes, some spoken about already."""
    places = [district.near, district.far, district.near.parent]
    rows = []
    for number in range(24):
        name = dice.choice(NAMES)
        given = Said(
            text=dice.choice(MATTERS).format(name=name) + "。" * dice.randint(0, 2), channel="call_110",
            place=dice.choice((district.near, district.far)).code,
            address=f"{dice.randint(1, 3)}组{dice.randint(1, 3)}号",
            phone=f"1990000{dice.randint(1, 5):04d}", name=dice.choice(NAMES), is_confidential=dice.random() < 0.1,
        )  # fmt: skip
        row = receive(given, door="call", by=None, at=NOW - timedelta(days=number * 11))
        if dice.random() < 0.2:
            Incident.objects.filter(pk=row.pk).update(place=places[2])
        if dice.random() < 0.3:
            cases.open_dispute(title="纠纷", by=None, at=NOW, incident=row, place=row.place)
        rows.append(row.pk)
    return rows


@pytest.mark.parametrize("seed", range(4))
def test_together_says_what_one_by_one_says(db, seed, monkeypatch):
    dice = random.Random(seed)
    with see_as(SYSTEM):
        district = world.district()
        asked = dice.sample(filled(district, dice), 15)
        fresh = [world.incident(district.near, narrative=dice.choice(MATTERS).format(name="何大富"), at=NOW).pk
                 for _ in range(5)]  # fmt: skip

        monkeypatch.setattr(repeats_finding, "_counted", {})  # both by one count: a batch of new reports counts anew

        def rows():
            found = Incident.objects.select_related("place").in_bulk([*asked, *fresh])
            return [found[pk] for pk in (*asked, *fresh)]

        singly = said(lambda: [actions.weigh(row, by=None, at=NOW) for row in rows()])
        at_once = said(lambda: together.weigh_many(rows(), by=None, at=NOW))
    assert [len(part) for part in at_once] == [len(part) for part in singly]
    assert at_once == singly
    assert len(singly[1]) > 3
    assert {what for _i, what, *_rest in singly[0]} == {"sorting", "level", "repeats"}


def test_the_statements_do_not_grow_with_the_reports(db, monkeypatch):
    monkeypatch.setattr(repeats_finding, "_counted", {})
    monkeypatch.setattr(repeats_finding, "monotonic", lambda: 0.0)  # a count of forty holds for nine seconds only
    with see_as(SYSTEM):
        district = world.district()
        rows = [world.incident(district.near, narrative=MATTERS[n % 5].format(name=NAMES[n % 4])) for n in range(40)]
        together.weigh_many(rows[:1], by=None, at=NOW)  # words are counted once an hour and process
        counts = []
        for some in (rows[1:11], rows[11:40]):
            with CaptureQueriesContext(connection) as asked:
                together.weigh_many(some, by=None, at=NOW)
            counts.append(len(asked))
    assert counts[0] == counts[1] <= 30


def test_a_report_that_cannot_be_judged_harms_no_other(db, monkeypatch):
    with see_as(SYSTEM):
        district = world.district()
        rows = [world.incident(district.near, narrative=text) for text in ("楼上吵得睡不着", "坏", "欠钱不还")]
        real = together.sorting.sort

        def sort(text, *given, **more):
            if text == "坏":
                raise ValueError(text)
            return real(text, *given, **more)

        monkeypatch.setattr("twinloop.decide.sorting.sort", sort)
        assert judge_many(rows, by=None, at=NOW) == 2
        assert set(Judgement.objects.filter(what="sorting").values_list("incident", flat=True)) == {
            rows[0].pk, rows[2].pk
        }  # fmt: skip

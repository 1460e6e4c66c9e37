"""What is summed by months equals what the rows say: for every figure, window, part and role; kept up or made anew."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import connection

from tests import world
from tests.insight.figures.test_counting import START, called, history, told
from twinloop.cases.models import Clock, Dispute
from twinloop.decide.figures import Window
from twinloop.followup.visits.models import Callback
from twinloop.insight.figures import actions, queries, summing, tallies, windows
from twinloop.insight.figures.models import Kept, Tally, Torn
from twinloop.insight.figures.rules import OPEN_AT_END, RULES
from twinloop.insight.figures.tallies import Asked
from twinloop.insight.reports.rows import ROWS
from twinloop.ledger import actions as ledger
from twinloop.ledger.sight import SYSTEM, see_as

AT = datetime(2026, 6, 20, 15, tzinfo=world.CHINA)


def day(month: int, number: int) -> datetime:
    return datetime(2026, month, number, tzinfo=world.CHINA)


WINDOWS = [
    Window(day(1, 1), day(6, 21)), Window(day(2, 1), day(4, 1)), Window(day(1, 20), day(6, 21)),
    Window(day(2, 10), day(5, 1)), Window(day(1, 1), day(4, 15)), Window(day(6, 1), day(7, 1)),
]  # fmt: skip
LONG = Window(day(1, 1), day(6, 1))
CODES = [code for code in RULES if code not in ("hazards_righted", "agency_answered")]
# codes whose months are summed; the rest is always asked of the rows
SUMMED = tallies.SETTLING | tallies.SPANNING | tallies.AGES.keys() | tallies.CLOCKS


def gone(dice: random.Random, made: Dispute) -> None:
    """Some are taken over by another unit, of those some merged there; some come back."""
    day_ = dice.uniform(166, 168)
    told(made, day_, "transfer", "handling", "transferred", 1, 1)
    if dice.random() < 0.4:
        told(made, day_ + 1, "merge", "transferred", "merged", 1, 1)
    elif dice.random() < 0.5:
        told(made, day_ + 1, "return", "transferred", "handling", 1, 1)


def fill(district: world.District, dice: random.Random, count: int) -> None:
    for _ in range(count):
        fact = history(dice, dice.choice([district.near, district.near, district.far]))
        made = Dispute.objects.get(pk=int(fact.id))
        Dispute.objects.filter(pk=made.pk).update(type_code=dice.choice(["", "A1", "B2"]))
        if fact.merged_at is None and dice.random() < 0.2:
            gone(dice, made)
    for place in (district.near, district.far):  # one's own, wherever it lies
        mine = Dispute.objects.filter(place=place).order_by("pk").values("pk")[:1]
        Dispute.objects.filter(pk__in=mine).update(owner=district.people["chief"])
    for _ in range(count // 3):
        called(dice, dice.choice([district.near, district.far]))


def by_rows(questions: list[Asked], monkeypatch: pytest.MonkeyPatch) -> list[dict[str, dict[str, int]]]:
    with monkeypatch.context() as patch:
        patch.setattr(tallies, "_is_summed", lambda _one: False)
        patch.setattr(tallies, "FAMILIES", ())  # each figure by its own rule alone
        return tallies.ask(questions, at=AT)


def questions() -> list[Asked]:
    return [
        Asked(code, window, by)
        for window in WINDOWS for by in ("", "place", "type", "month", "method") for code in CODES
        if by != "method" or code in tallies.BY_METHOD
    ]  # fmt: skip


def compare(district: world.District, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = questions()
    for role in ("bureau", "chief", "community_officer", "mediator"):
        with see_as(district.scope(role)):
            for start in range(0, len(asked), 40):
                some = asked[start : start + 40]
                for one, ours, rows in zip(some, tallies.ask(some, at=AT), by_rows(some, monkeypatch), strict=True):
                    assert ours == rows, (role, one)


def sums() -> Counter[tuple[object, ...]]:
    found: Counter[tuple[object, ...]] = Counter()
    for *key, n in Tally.objects.values_list("code", "station", "by", "part", "month", "turned", "verdict", "n"):
        found[tuple(key)] += n
    return Counter({key: n for key, n in found.items() if n})


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        yield world.district()


@pytest.mark.parametrize("seed", range(2))
def test_sums_say_what_the_rows_say_to_every_role(district, seed, monkeypatch):
    fill(district, random.Random(seed), 24)
    actions.rebuild(at=AT)
    assert Tally.objects.filter(code="backlog_success", verdict__startswith="out_").exists()
    compare(district, monkeypatch)


def test_what_is_open_is_found_by_index_at_any_moment_as_by_reading_all(district):
    fill(district, random.Random(5), 24)
    actions.rebuild(at=AT)
    plain = ROWS["open"].replace(OPEN_AT_END, "true")
    assert plain != ROWS["open"]
    seen = set()
    for role in ("bureau", "chief", "community_officer", "mediator"):
        with see_as(district.scope(role)), connection.cursor() as cursor:
            for moment in (day(1, 20), day(2, 15), day(4, 1), day(5, 10), day(6, 17), AT):
                found = []
                for sql in (ROWS["open"], plain):
                    cursor.execute(f"SELECT dispute_id FROM ({sql}) AS r ORDER BY 1", {"end": moment})
                    found.append(cursor.fetchall())
                assert found[0] == found[1], (role, moment)
                seen.add(len(found[0]))
    assert len(seen) > 3


def test_a_long_window_is_read_from_sums_and_not_from_rows(district, monkeypatch):
    fill(district, random.Random(3), 14)
    for rule in ("first_feedback", "callback_level_1"):
        made = Dispute.objects.order_by("pk").first()
        Clock.objects.create(rule=rule, dispute=made, started_at=day(2, 3), due_at=day(2, 4))
    actions.rebuild(at=AT)
    before = tallies.ask([Asked(code, LONG) for code in sorted(SUMMED)], at=AT)
    Tally.objects.update(n=7)
    after = tallies.ask([Asked(code, LONG) for code in sorted(SUMMED)], at=AT)
    for code, old, new in zip(sorted(SUMMED), before, after, strict=True):
        assert old != new, code


def test_sums_that_kept_up_equal_those_made_anew(district, monkeypatch):
    dice = random.Random(9)
    for _ in range(4):
        fill(district, dice, 5)
        ledger.seal(at=AT)
        actions.catch_up(at=AT)
        for made in dice.sample(
            list(Dispute.objects.order_by("pk")), 2
        ):  # another station, another type: at once, by a trigger
            place = dice.choice([district.near, district.far])
            station = district.station if place == district.near else district.other
            Dispute.objects.filter(pk=made.pk).update(place=place, station=station, type_code="C3")
    kept_up = sums()
    compare(district, monkeypatch)
    summing.fold(0)
    assert sums() == kept_up
    assert Tally.objects.count() == len(kept_up)
    actions.rebuild(at=AT)
    assert sums() == kept_up


def test_a_dispute_that_moves_is_counted_where_it_is_at_once(district):
    made = world.dispute(district.near, at=day(2, 3))
    actions.rebuild(at=AT)
    Dispute.objects.filter(pk=made.pk).update(place=district.far, station=district.other)
    with see_as(district.scope("chief")):
        assert queries.measure("resolution", LONG, at=AT).of == 0
    assert [name for name, _one in queries.parted("resolution", "place", LONG, at=AT)] == ["远村"]


def test_a_clock_changed_long_afterwards_tears_its_month_open_until_it_is_summed_again(district):
    made = world.dispute(district.near, at=day(2, 3))
    clock = Clock.objects.create(rule="first_feedback", dispute=made, started_at=day(2, 3), due_at=day(2, 4))
    actions.rebuild(at=AT)
    assert [one.month.month for one in Kept.objects.all()] == [2, 3, 4]
    assert queries.measure("clocks_met", LONG, at=AT).hits == 0
    Clock.objects.filter(pk=clock.pk).update(met_at=day(2, 3) + timedelta(hours=1))
    assert Torn.objects.exists()
    assert queries.measure("clocks_met", LONG, at=AT).hits == 1
    actions.catch_up(at=AT)
    assert not Torn.objects.exists()
    assert queries.measure("clocks_met", LONG, at=AT).hits == 1


def test_a_visit_written_down_late_counts(district):
    made = world.dispute(district.near, at=day(2, 3))
    start = day(2, 3)
    Clock.objects.create(
        rule="callback_level_1", dispute=made, started_at=start, due_at=day(2, 10), met_at=day(2, 9)
    )  # fmt: skip
    actions.rebuild(at=AT)
    assert queries.measure("callbacks_satisfied", LONG, at=AT).hits == 0
    Callback.objects.create(
        dispute=made, reason="visit_callback", due_on=day(2, 10).date(), planned_at=start, way="call", state="done",
        on=day(2, 8).date(), at=day(2, 8), satisfaction=5, outcome="settled", terms="none",
    )  # fmt: skip
    assert queries.measure("callbacks_satisfied", LONG, at=AT).hits == 1
    actions.catch_up(at=AT)
    assert queries.measure("callbacks_satisfied", LONG, at=AT).hits == 1


def test_who_sees_no_station_reads_no_sum(district):
    world.dispute(district.near, at=day(2, 3))
    actions.rebuild(at=AT)
    counts = {"bureau": True, "chief": True, "community_officer": False, "volunteer": False, "mediator": False}
    for role, sees in counts.items():
        with see_as(district.scope(role)):
            assert Tally.objects.exists() is sees, role
    with see_as(district.scope("chief")):
        assert set(Tally.objects.values_list("station", flat=True)) == {district.station.pk}
        with connection.cursor() as cursor:
            cursor.execute("UPDATE figures_tally SET n = 0")
            assert cursor.rowcount == 0


def test_months_begin_at_midnight_of_plus_eight():
    assert windows.month_start(day(3, 1)) == day(3, 1)
    assert windows.month_start(day(3, 1) - timedelta(microseconds=1)) == day(2, 1)
    assert day(1, 1) == START

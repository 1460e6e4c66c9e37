"""What is summed by months equals what the rows say: for every figure, window, part and role; kept up or made anew."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection

from tests import world
from tests.insight.figures.test_counting import START, called, history, told
from twinloop.cases.models import Clock, Dispute, Incident, IncidentLink, Involvement, Order
from twinloop.decide.figures import Window
from twinloop.followup.visits.models import Callback
from twinloop.insight.figures import actions, pieces, queries, selecting, summing, tallies, windows
from twinloop.insight.figures.models import Course, Days, Kept, KeptDay, Tally, Torn, TornDay
from twinloop.insight.figures.rules import OPEN_AT_END, RULES
from twinloop.insight.figures.tallies import Asked
from twinloop.insight.reports.rows import ROWS
from twinloop.ledger import actions as ledger
from twinloop.ledger.sight import SYSTEM, Scope, see_as

AT = datetime(2026, 6, 20, 15, tzinfo=world.CHINA)


def day(month: int, number: int) -> datetime:
    return datetime(2026, month, number, tzinfo=world.CHINA)


WINDOWS = [
    Window(day(1, 1), day(6, 21)), Window(day(2, 1), day(4, 1)), Window(day(1, 20), day(6, 21)),
    Window(day(2, 10), day(5, 1)), Window(day(1, 1), day(4, 24)), Window(day(6, 1), day(7, 1)),
    Window(day(5, 9), day(6, 1)), Window(day(5, 20), day(6, 18)), Window(day(1, 20), day(4, 15)),
    Window(day(4, 3), day(4, 20)), Window(day(2, 9), day(5, 12)),
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


def strayed(district: world.District) -> None:
    """What an officer of a community sees elsewhere: their own, what they work on, calls they took or were sent."""
    officer = district.people["community_officer"]
    far = [world.dispute(district.far, at=START + timedelta(days=35 + n)) for n in range(3)]
    Dispute.objects.filter(pk=far[0].pk).update(owner=officer)
    Involvement.objects.create(dispute=far[1], account=officer, part="handler", since=AT)
    for number, link in enumerate((far[1], far[2], None)):  # seen by its dispute, as who took it, as who was sent
        moment = START + timedelta(days=40 + 50 * number)
        call = world.incident(district.far, by=officer if number == 1 else None, at=moment)
        if link:
            IncidentLink.objects.create(incident=call, dispute=link, linked_at=moment)
        else:
            Order.objects.create(incident=call, to_account=officer, sent_at=moment, text="到场")
        Clock.objects.create(rule="first_feedback", incident=call, started_at=moment, due_at=moment)


def officers(district: world.District) -> dict[str, Scope]:
    """Who sees communities and no station: one, two, and one with what is theirs elsewhere."""
    held = district.scope("community_officer")
    return {"one": held, "two": replace(held, places=frozenset({district.near.pk, district.far.pk})),
            "other": replace(held, places=frozenset({district.far.pk}))}  # fmt: skip


def rung(district: world.District, dice: random.Random) -> None:
    """A clock of a call alone, or of a dispute as well, seen here, there, by both, or by who took the call."""
    here = dice.choice([district.near, district.far])
    taken = dice.choice([None, None, district.people["chief"]])
    call = world.incident(here, by=taken, at=START + timedelta(days=dice.uniform(0, 150)))
    mine = list(Dispute.objects.order_by("pk"))
    if dice.random() < 0.5:
        ended = call.received_at if dice.random() < 0.2 else None
        IncidentLink.objects.create(
            incident=call, dispute=dice.choice(mine), linked_at=call.received_at, unlinked_at=ended,
            unlinked_by=district.people["dispatcher"] if ended else None,
        )  # fmt: skip
    due = call.received_at + timedelta(days=dice.uniform(0, 25))
    Clock.objects.create(
        rule="first_feedback", incident=call, dispute=dice.choice([None, None, *mine[:2]]), due_at=due,
        started_at=call.received_at, met_at=dice.choice([None, due - timedelta(hours=1), due + timedelta(days=2)]),
    )  # fmt: skip


def fill(district: world.District, dice: random.Random, count: int) -> None:
    for _ in range(count):
        fact = history(dice, dice.choice([district.near, district.near, district.far]))
        made = Dispute.objects.get(pk=int(fact.id))
        level = (None, 1, 2, 3)[made.pk % 4]
        Dispute.objects.filter(pk=made.pk).update(type_code=dice.choice(["", "A1", "B2"]), level=level)
        if fact.merged_at is None and dice.random() < 0.2:
            gone(dice, made)
    for place in (district.near, district.far):  # one's own, wherever it lies
        mine = Dispute.objects.filter(place=place).order_by("pk").values("pk")[:1]
        Dispute.objects.filter(pk__in=mine).update(owner=district.people["chief"])
    strayed(district)
    for _ in range(count // 3):
        called(dice, dice.choice([district.near, district.far]))
    for _ in range(count // 2):
        rung(district, dice)


def by_rows(questions: list[Asked], monkeypatch: pytest.MonkeyPatch) -> list[dict[str, dict[str, int]]]:
    with monkeypatch.context() as patch:
        for module in (tallies, pieces):
            patch.setattr(module, "is_summed", lambda _one: False)
        patch.setattr(tallies, "is_near", lambda _code: False)
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
    viewers = {role: district.scope(role) for role in ("bureau", "chief", "mediator")} | officers(district)
    viewers["both"] = replace(viewers["chief"], places=frozenset({district.far.pk}))  # stands in for an officer there
    for role, held in viewers.items():
        with see_as(held):
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
        Days.objects.update(since=day(1, 1))
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


def test_a_window_that_ended_in_the_midst_of_a_month_asks_only_what_changed_since_it_began(district, monkeypatch):
    fill(district, random.Random(12), 40)
    actions.rebuild(at=AT)
    codes = sorted(tallies.SETTLING | tallies.SPANNING | tallies.AGES.keys())
    for end in (day(2, 2), day(5, 30), day(4, 15), day(4, 19)):  # from the month's begin, from its end
        asked = [Asked(code, Window(day(1, 1), end), "place") for code in codes]  # by day they turn as a whole alone
        before = tallies.ask(asked, at=AT)
        assert before == by_rows(asked, monkeypatch)
        if end < day(4, 15) or end > day(4, 19):
            continue
        with monkeypatch.context() as patch:
            patch.setattr(selecting, "CHANGED", "false")
            now = tallies.ask(asked, at=AT)
        found = {one.code for one, was, is_ in zip(asked, before, now, strict=True) if was != is_}
        assert found >= {"resolution", "repeat_rate"}, end
    Tally.objects.update(n=7)
    after = tallies.ask(asked, at=AT)
    assert {one.code for one, was, now in zip(asked, before, after, strict=True) if was != now} == set(codes)


def test_of_a_cut_month_its_shorter_side_is_asked(district, monkeypatch):
    """What a window leaves out of its first month is taken away from the month's sum, and not the rest added."""
    fill(district, random.Random(12), 40)
    made = Dispute.objects.filter(place=district.near).order_by("pk").first()
    for number in (1, 2, 27):
        for rule in ("first_feedback", "callback_level_1"):
            due = day(2, number)
            Clock.objects.create(rule=rule, dispute=made, started_at=day(2, 1), due_at=due, met_at=due)
    actions.rebuild(at=AT)
    Days.objects.update(since=day(6, 1))  # clocks by community are by day too
    asked = [Asked(code, Window(day(2, 2), day(5, 1)), "place") for code in sorted(SUMMED)]
    before = tallies.ask(asked, at=AT)
    assert before == by_rows(asked, monkeypatch)
    Tally.objects.filter(month=day(2, 1).date()).update(n=7)  # unless it is counted row by row
    after = tallies.ask(asked, at=AT)
    for one, was, now in zip(asked, before, after, strict=True):
        assert was != now, one


@pytest.mark.parametrize("role", ["bureau", "chief"])
def test_a_window_that_ended_in_the_midst_of_a_month_is_read_from_days_of_turns(district, role, monkeypatch):
    fill(district, random.Random(12), 40)
    actions.rebuild(at=AT)
    codes = sorted(tallies.TURNING - tallies.TOTALS)
    asked = [Asked(code, Window(day(1, 1), day(4, 15))) for code in codes]
    with see_as(district.scope(role)):
        before = tallies.ask(asked, at=AT)
        assert before == by_rows(asked, monkeypatch)
        monkeypatch.setattr(selecting, "CHANGED", "false")  # asks no rows for what happened since
        assert tallies.ask(asked, at=AT) == before
    Tally.objects.filter(by="turn").update(n=7)
    with see_as(district.scope(role)):
        after = tallies.ask(asked, at=AT)
    changed = {one.code for one, was, now in zip(asked, before, after, strict=True) if was != now}
    assert changed >= {"resolution", "repeat_rate", "backlog_success", "first_time"}


@pytest.mark.parametrize("role", ["bureau", "chief"])
def test_a_window_that_begins_in_the_midst_of_a_month_is_read_from_days(district, role):
    fill(district, random.Random(7), 40)
    made = Dispute.objects.filter(place=district.near).order_by("pk").first()
    for rule in ("first_feedback", "callback_level_1"):
        Clock.objects.create(rule=rule, dispute=made, started_at=day(2, 13), due_at=day(2, 14))
    actions.rebuild(at=AT)
    cut = Window(day(2, 10), day(5, 1))
    with see_as(district.scope(role)):
        before = tallies.ask([Asked(code, cut) for code in sorted(SUMMED)], at=AT)
    Tally.objects.filter(by="day").update(n=7)
    with see_as(district.scope(role)):
        after = tallies.ask([Asked(code, cut) for code in sorted(SUMMED)], at=AT)
    changed = {code for code, old, new in zip(sorted(SUMMED), before, after, strict=True) if old != new}
    assert changed >= (SUMMED if role == "bureau" else {"resolution", "clocks_met", "durable_30", "repeat_rate"})


def test_the_oldest_days_are_let_go_and_asked_of_the_rows(district, monkeypatch):
    fill(district, random.Random(3), 12)
    actions.rebuild(at=AT)
    later = AT + tallies.SPAN - timedelta(days=100)
    summing.move_days(later)
    assert Days.objects.get().since == day(3, 1).date()
    assert Tally.objects.filter(by="day", month__lt=day(2, 1).date()).exists()  # somebody may be reading them
    compare(district, monkeypatch)
    summing.move_days(later + timedelta(days=31))
    assert not Tally.objects.filter(by="day", month__lt=day(3, 1).date()).exists()
    assert not KeptDay.objects.filter(day__lt=day(3, 1).date()).exists()
    turns = Tally.objects.filter(by="turn").order_by("turned").values_list("turned", flat=True)
    assert turns[0] >= day(3, 1).date()
    summing.anew()
    compare(district, monkeypatch)


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
    compare(district, monkeypatch)
    actions.catch_up(at=AT)  # what moved tore months of clocks open
    kept_up = sums()
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


def test_a_clock_changed_after_its_day_tears_the_day_open(district):
    made = world.dispute(district.near, at=day(6, 3))
    clock = Clock.objects.create(rule="first_feedback", dispute=made, started_at=day(6, 3), due_at=day(6, 4))
    actions.rebuild(at=AT)
    assert [one.day for one in KeptDay.objects.order_by("-day")[:1]] == [day(6, 19).date()]
    assert not TornDay.objects.exists()
    window = Window(day(6, 1), day(7, 1))
    assert queries.measure("clocks_met", window, at=AT).hits == 0
    Clock.objects.filter(pk=clock.pk).update(rung="owner")  # says nothing of any figure
    assert not TornDay.objects.exists()
    Clock.objects.filter(pk=clock.pk).update(met_at=day(6, 3) + timedelta(hours=1))
    assert [one.day for one in TornDay.objects.all()] == [day(6, 4).date()]
    assert queries.measure("clocks_met", window, at=AT).hits == 1
    actions.catch_up(at=AT)
    assert not TornDay.objects.exists()
    assert queries.measure("clocks_met", window, at=AT).hits == 1


def test_a_call_that_moves_or_is_linked_takes_its_clocks_along(district, monkeypatch):
    made = world.dispute(district.near, at=day(2, 3))
    call = world.incident(district.far, at=day(2, 3))
    Clock.objects.create(rule="first_feedback", incident=call, started_at=day(2, 3), due_at=day(2, 4))
    actions.rebuild(at=AT)

    def seen() -> tuple[int, int]:
        with see_as(district.scope("chief")):
            now = queries.measure("clocks_met", LONG, at=AT).of
        actions.catch_up(at=AT)
        assert not Torn.objects.exists()
        assert not TornDay.objects.exists()
        compare(district, monkeypatch)
        with see_as(district.scope("chief")):
            return now, queries.measure("clocks_met", LONG, at=AT).of

    assert seen() == (0, 0)
    link = IncidentLink.objects.create(incident=call, dispute=made, linked_at=day(2, 5))
    assert seen() == (1, 1)
    link.unlinked_at, link.unlinked_by = day(2, 6), district.people["dispatcher"]
    link.save()
    assert seen() == (0, 0)
    Incident.objects.filter(pk=call.pk).update(station=district.station)
    assert seen() == (1, 1)


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


def test_a_sum_is_read_by_who_sees_all_of_its_rows(district):
    world.dispute(district.near, at=day(2, 3)), world.dispute(district.far, at=day(2, 3))
    actions.rebuild(at=AT)
    counts = {"bureau": True, "chief": True, "community_officer": True, "volunteer": False, "mediator": False}
    for role, sees in counts.items():
        with see_as(district.scope(role)):
            assert Tally.objects.exists() is sees, role
    with see_as(district.scope("chief")):
        assert set(Tally.objects.values_list("station", flat=True)) == {district.station.pk}
        with connection.cursor() as cursor:
            cursor.execute("UPDATE figures_tally SET n = 0")
            assert cursor.rowcount == 0
    with see_as(district.scope("community_officer")):
        assert set(Tally.objects.values_list("by", "part")) == {("place", str(district.near.pk))}


def test_a_community_officer_reads_sums_of_the_communities_and_not_rows(district):
    fill(district, random.Random(7), 40)
    made = Dispute.objects.filter(place=district.near).order_by("pk").first()
    for rule in ("first_feedback", "callback_level_1"):
        Clock.objects.create(rule=rule, dispute=made, started_at=day(2, 3), due_at=day(2, 4))
    actions.rebuild(at=AT)
    asked = [Asked(code, LONG, by) for by in ("", "place") for code in sorted(SUMMED)]
    with see_as(district.scope("community_officer")):
        before = tallies.ask(asked, at=AT)
    Tally.objects.filter(by__in=("place", "dplace")).update(n=7)
    with see_as(district.scope("community_officer")):
        after = tallies.ask(asked, at=AT)
    for one, old, new in zip(asked, before, after, strict=True):
        assert old != new, one


def test_months_begin_at_midnight_of_plus_eight():
    assert windows.month_start(day(3, 1)) == day(3, 1)
    assert windows.month_start(day(3, 1) - timedelta(microseconds=1)) == day(2, 1)
    assert day(1, 1) == START


def test_what_is_ones_own_elsewhere_is_looked_up_once_a_statement(district):
    """And again for the next one, and for whoever looks then."""
    chief, officer = (district.people[role] for role in ("chief", "community_officer"))
    made = [world.dispute(place, at=day(2, 3)) for place in (district.near, district.far)]
    actions.rebuild(at=AT)

    def own() -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT (SELECT array_agg(o) FROM figures_own() o), (SELECT count(*) FROM figures_own())")
            found, count = cursor.fetchone()
        assert count == len(found or [])
        return found or []

    for dispute in made:
        Dispute.objects.filter(pk=dispute.pk).update(owner=chief)
    with see_as(district.scope("chief")):
        assert own() == [made[1].pk]  # the other one their station shows
        assert set(Course.objects.values_list("pk", flat=True)) == {one.pk for one in made}
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('figures.own')")
            assert cursor.fetchone() == (f"{{{made[1].pk}}}",)
        with see_as(SYSTEM):
            Dispute.objects.filter(pk=made[1].pk).update(owner=officer)
        assert own() == []
        assert Course.objects.count() == 1
    with see_as(district.scope("community_officer")):
        assert own() == [made[1].pk]
        assert Course.objects.count() == 2


def test_what_is_ones_own_is_asked_anew_once_something_was_committed(fresh_db):
    """Each statement its own transaction: what is kept is kept for the snapshot, whoever commits next ends it."""
    with see_as(SYSTEM):
        district = world.district()
        made = world.dispute(district.far, at=day(2, 3))
        scope = district.scope("chief")

    def own() -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce((SELECT array_agg(o) FROM figures_own() o), '{}'::bigint[])")
            return list(cursor.fetchone()[0])

    def asked() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('figures.own_asked')")
            return str(cursor.fetchone()[0])

    for role, found in (("officer", []), ("chief", [made.pk]), ("officer", [])):
        with see_as(SYSTEM):
            Dispute.objects.filter(pk=made.pk).update(owner=district.people[role])
        with see_as(scope):
            assert own() == own() == found
        assert re.match(r"\d+:\d+:", asked())

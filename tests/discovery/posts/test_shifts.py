"""Planning, checking in and out, noting: what is refused, what comes late, what the database itself forbids."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from psycopg.types.range import Range

from tests import world
from tests.discovery.posts.keeping import HOUR, TODAY, auxiliary, kept, planned
from tests.world import NOW
from twinloop.decide import Refused
from twinloop.decide.posts import week_of
from twinloop.discovery.posts import actions, demo, queries
from twinloop.discovery.posts.actions import Position, Post
from twinloop.discovery.posts.models import HelpGiven, JointCheck, Shift
from twinloop.ledger.models import Event
from twinloop.people.models import Account, Leave, RoleGrant

DAY = timedelta(days=1)


@pytest.fixture
def me(district):
    return district.people["auxiliary"]


def events(shift):
    return list(Event.objects.filter(stream=shift.stream).order_by("seq"))


def mine():
    """The demo has shifts of its own; a test's are in the test county."""
    return Shift.objects.filter(place__code__startswith="99")


# --- planning ----------------------------------------------------------------------------------------------------


def test_a_shift_is_planned_with_its_station_day_and_event(district, me):
    made = actions.plan_shift(Post(me, district.near, TODAY), by=district.people["chief"].pk, at=NOW)
    assert (made.on, made.station, made.in_at) == (TODAY, district.station, None)
    (event,) = events(made)
    assert (event.verb, event.after["on"], event.after["place"]) == ("shift_planned", "2026-04-16", district.near.code)


def test_an_early_shift_belongs_to_the_law_s_day(district, me):
    made = planned(me, district.near, TODAY + DAY, starts=time(0, 30), ends=time(6, 0))  # 16:30 of the day before, UTC
    assert made.on == TODAY + DAY


REFUSED = {
    "post_times": {"starts": time(12), "ends": time(12)},
    "post_past": {"on": TODAY - DAY},
    "post_far": {"on": TODAY + timedelta(weeks=27)},
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_cannot_be_planned_is_refused(district, me, code):
    told = {"on": TODAY, **REFUSED[code]}
    with pytest.raises(Refused, match=code):
        actions.plan_shift(Post(me, district.near, **told), by=None, at=NOW)
    assert not mine().exists()


def test_only_auxiliaries_with_the_role_go_to_communities_of_the_district(district, me):
    def plan(account, place=district.near):
        return actions.plan_shift(Post(account, place, TODAY), by=None, at=NOW)

    for account in (district.people["officer"], world.account("other", "officer", kind="auxiliary")):
        with pytest.raises(Refused, match="post_person"):
            plan(account)
    with pytest.raises(Refused, match="post_place"):
        plan(me, district.near.parent)
    RoleGrant.objects.filter(account=me).update(period=DateRange(date(2020, 1, 1), TODAY))  # ends today
    with pytest.raises(Refused, match="post_person"):
        plan(me)


def test_nobody_is_posted_while_away(district, me):
    Leave.objects.create(account=me, kind="annual", period=Range(NOW + 3 * HOUR, NOW + 30 * HOUR))
    with pytest.raises(Refused, match="post_leave"):
        planned(me, district.near)
    assert planned(me, district.near, ends=time(12))


def test_one_person_is_in_one_village_a_day_and_nowhere_twice(district, me):
    planned(me, district.near, ends=time(12))
    with pytest.raises(Refused, match="post_overlap"):
        planned(me, district.near, starts=time(11), ends=time(16))
    with pytest.raises(Refused, match="post_other_village") as no:
        planned(me, district.far, starts=time(14), ends=time(16))
    assert no.value.facts["place"] == "近村"
    planned(me, district.near, starts=time(14), ends=time(16))
    planned(me, district.far, TODAY + DAY)
    assert mine().count() == 3


def test_a_dropped_shift_frees_the_day_and_a_kept_one_stays(district, me):
    made = planned(me, district.near)
    with pytest.raises(Refused, match="post_why"):
        actions.drop_shift(made, by=None, at=NOW, why=" ")
    actions.drop_shift(made, by=None, at=NOW, why="改到远村")
    again = planned(me, district.far)
    with pytest.raises(Refused, match="post_dropped"):
        actions.drop_shift(made, by=None, at=NOW, why="再撤")
    actions.check_in(again, by=me.pk, at=NOW)
    with pytest.raises(Refused, match="post_kept"):
        actions.drop_shift(again, by=None, at=NOW, why="撤")
    with pytest.raises(Refused, match="post_dropped"):
        actions.check_in(made, by=me.pk, at=NOW)


def test_a_week_is_repeated_as_far_as_it_goes_and_once(district, me):
    other = auxiliary("aux2", district, district.far)
    for on in (TODAY - 7 * DAY, TODAY - 6 * DAY):
        planned(me, district.near, on)
        planned(other, district.far, on, starts=time(9), ends=time(15))
    Leave.objects.create(account=other, kind="annual", period=Range(NOW + DAY, NOW + 3 * DAY))
    week, places = week_of(TODAY), [district.near, district.far]
    count, refused = actions.repeat_week(week, places, by=None, at=NOW)
    assert (count, [no.code for no in refused]) == (3, ["post_leave"])
    assert {s.period.lower.astimezone(NOW.tzinfo).hour for s in mine().filter(account=other, on=TODAY)} == {9}
    again, _refused = actions.repeat_week(week, places, by=None, at=NOW)
    assert again == 0
    with pytest.raises(Refused, match="post_nothing"):
        actions.repeat_week(week.later(5), places, by=None, at=NOW)


# --- check-in and check-out ----------------------------------------------------------------------------------------


def test_hours_run_from_check_in_to_check_out(district, me):
    shift = planned(me, district.near)
    where = Position(Decimal("25.831"), Decimal("114.935"))
    actions.check_in(shift, by=me.pk, at=NOW, position=where)
    done = actions.check_out(shift, by=me.pk, at=NOW + 7.5 * HOUR)
    assert (done.length, done.in_latitude, done.out_latitude) == (7.5 * HOUR, Decimal("25.831"), None)
    assert [event.verb for event in events(shift)] == ["shift_planned", "shift_in", "shift_out"]
    assert "25.831" not in "".join(event.body for event in events(shift))  # the ledger never forgets a place


def test_what_was_tapped_without_a_signal_keeps_its_moment_and_says_so(district, me):
    shift = planned(me, district.near)
    tapped = NOW - 40 * timedelta(minutes=1)
    made = actions.check_in(shift, by=me.pk, at=NOW, tapped_at=tapped)
    assert (made.in_at, made.in_sent_at, actions.is_late(made.in_at, made.in_sent_at)) == (tapped, NOW, True)
    assert events(shift)[-1].data["late"] is True
    out = actions.check_out(shift, by=me.pk, at=NOW + DAY, tapped_at=NOW + 8 * HOUR)  # sent the next day
    assert out.length == 8 * HOUR + timedelta(minutes=40)


def test_a_phone_s_clock_may_be_a_little_ahead_but_not_far(district, me):
    shift = planned(me, district.near)
    with pytest.raises(Refused, match="post_moment"):
        actions.check_in(shift, by=me.pk, at=NOW, tapped_at=NOW + HOUR)
    made = actions.check_in(shift, by=me.pk, at=NOW, tapped_at=NOW + timedelta(minutes=5))
    assert made.in_at == NOW
    assert not actions.is_late(made.in_at, made.in_sent_at)


def test_check_in_is_on_the_day_and_once_check_out_after_it(district, me):
    shift = planned(me, district.near)
    for act, code in (
        (lambda: actions.check_out(shift, by=me.pk, at=NOW), "post_not_in"),
        (lambda: actions.check_in(shift, by=me.pk, at=NOW + DAY), "post_day"),
        (lambda: actions.check_in(shift, by=me.pk, at=NOW, tapped_at=NOW - DAY), "post_day"),
    ):
        with pytest.raises(Refused, match=code):
            act()
    actions.check_in(shift, by=me.pk, at=NOW)
    with pytest.raises(Refused, match="post_in_already") as no:
        actions.check_in(shift, by=me.pk, at=NOW + HOUR)
    assert no.value.facts["at"] == "09:00"
    with pytest.raises(Refused, match="post_out_before"):
        actions.check_out(shift, by=me.pk, at=NOW + HOUR, tapped_at=NOW)
    with pytest.raises(Refused, match="post_out_late"):
        actions.check_out(shift, by=me.pk, at=NOW + 17 * HOUR)
    actions.check_out(shift, by=me.pk, at=NOW + 15 * HOUR)  # past midnight
    with pytest.raises(Refused, match="post_out_already"):
        actions.check_out(shift, by=me.pk, at=NOW + 16 * HOUR)


@pytest.mark.parametrize("where", [(Decimal(91), Decimal(0)), (Decimal(0), Decimal(181))])
def test_a_place_is_on_earth(where):
    with pytest.raises(Refused, match="post_position"):
        Position(*where)


def test_times_are_mended_with_a_reason_and_a_mark(district, me):
    shift = kept(me, district.near, TODAY - DAY, hours=None)
    start, end = shift.period.lower, shift.period.upper
    with pytest.raises(Refused, match="post_why"):
        actions.mend_shift(shift, start, end, by=None, at=NOW, why="")
    for wrong in ((end, start), (None, end), (start, end + DAY), (start - DAY, end)):
        with pytest.raises(Refused, match="post_mend_times"):
            actions.mend_shift(shift, *wrong, by=None, at=NOW, why="忘了签离")
    made = actions.mend_shift(shift, start, end, by=district.people["chief"].pk, at=NOW, why="忘了签离")
    assert (made.length, made.is_mended) == (9 * HOUR, True)
    gone = actions.mend_shift(shift, None, None, by=None, at=NOW, why="其实没有来")
    assert (gone.in_at, gone.out_at) == (None, None)
    assert [event.verb for event in events(shift)][-2:] == ["shift_mended", "shift_mended"]


# --- what was done -------------------------------------------------------------------------------------------------


def test_only_who_is_there_has_helped_or_looked(district, me):
    shift = planned(me, district.near)
    for act in (
        lambda: actions.note_help(shift, "errand", 1, "", by=me.pk, at=NOW),
        lambda: actions.note_check(shift, ["cadre"], ["fire"], "没有发现问题", by=me.pk, at=NOW),
    ):
        with pytest.raises(Refused, match="post_not_in"):
            act()


def test_help_and_checks_are_noted_and_withdrawn(district, me):
    shift = kept(me, district.near, TODAY - DAY)
    made = actions.note_help(shift, "errand", 2, "代取药", by=me.pk, at=NOW)
    check = actions.note_check(shift, ["grid_worker", "cadre"], ["fire"], "飞线充电", by=me.pk, at=NOW)
    assert (check.partners, made.people) == (["cadre", "grid_worker"], 2)
    for sort, people, code in (("dance", 1, "post_help_sort"), ("errand", 0, "post_help_people")):
        with pytest.raises(Refused, match=code):
            actions.note_help(shift, sort, people, "", by=me.pk, at=NOW)
    for partners, looked, text, code in (
        ([], ["fire"], "x", "post_check_with"), (["mayor"], ["fire"], "x", "post_check_with"),
        (["cadre"], [], "x", "post_check_looked"), (["cadre"], ["fire"], " ", "post_check_findings"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=code):
            actions.note_check(shift, partners, looked, text, by=me.pk, at=NOW)
    actions.withdraw_entry(made, by=me.pk, at=NOW, why="记错")
    with pytest.raises(Refused, match="post_entry_gone"):
        actions.withdraw_entry(made, by=me.pk, at=NOW, why="记错")
    assert [event.verb for event in events(shift)][-3:] == ["help_given", "joint_check", "help_withdrawn"]


# --- what the database forbids by itself ---------------------------------------------------------------------------


def broken(act, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        act()


def test_constraints_hold_without_the_actions(district, me):
    shift = planned(me, district.near)
    here = Shift.objects.filter(pk=shift.pk)
    low, high = shift.period.lower, shift.period.upper

    def another(place, period):
        return Shift.objects.create(account=me, place=place, period=period, planned_at=NOW)

    broken(lambda: another(district.near, Range(low + HOUR, high + HOUR)), "posts_shift_one_at_a_time")
    broken(lambda: another(district.far, Range(high + HOUR, high + 2 * HOUR)), "posts_shift_one_village_a_day")
    broken(lambda: here.update(period=Range(low, None)), "posts_shift_has_ends")
    broken(lambda: here.update(in_at=NOW), "posts_shift_in_whole")
    broken(lambda: here.update(in_at=NOW, in_sent_at=NOW, dropped_at=NOW, dropped_why="x"), "posts_shift_in_whole")
    broken(lambda: here.update(out_at=NOW, out_sent_at=NOW), "posts_shift_out_after_in")
    inside = {"in_at": NOW, "in_sent_at": NOW, "out_sent_at": NOW}
    broken(lambda: here.update(**inside, out_at=NOW), "posts_shift_out_after_in")
    broken(lambda: here.update(**inside, out_at=NOW + 25 * HOUR), "posts_shift_out_after_in")
    came = {"in_at": NOW, "in_sent_at": NOW}
    broken(lambda: here.update(in_latitude=25, in_longitude=114), "posts_shift_in_position")
    broken(lambda: here.update(**came, in_latitude=25), "posts_shift_in_position")
    broken(lambda: here.update(**came, in_latitude=95, in_longitude=114), "posts_shift_in_position")
    broken(lambda: here.update(**came, out_latitude=25, out_longitude=114), "posts_shift_out_position")
    broken(lambda: here.update(dropped_at=NOW), "posts_shift_dropped_why")
    broken(lambda: here.update(dropped_why="因为"), "posts_shift_dropped_why")
    noted = {"shift": shift, "at": NOW}
    broken(lambda: HelpGiven.objects.create(sort="dance", **noted), "posts_help_sort")
    broken(lambda: HelpGiven.objects.create(sort="errand", people=0, **noted), "posts_help_people")
    check = {**noted, "partners": ["cadre"], "looked": ["fire"], "findings": "x"}
    broken(lambda: JointCheck.objects.create(**{**check, "partners": []}), "posts_check_with")
    broken(lambda: JointCheck.objects.create(**{**check, "looked": ["moon"]}), "posts_check_looked")
    broken(lambda: JointCheck.objects.create(**{**check, "findings": ""}), "posts_check_says_something")
    here.update(dropped_at=NOW, dropped_why="x")
    assert another(district.far, Range(low, high)).pk  # a dropped shift holds nobody


# --- the rule over the records, a village's figures, the demo -------------------------------------------------------


def test_the_grid_says_who_is_short_while_it_can_be_mended(district, me):
    monday = TODAY - 3 * DAY
    kept(me, district.near, monday)
    grid = queries.grid(district.scope("chief"), week_of(TODAY), today=TODAY)
    (line,) = grid.lines
    assert (line.place, line.standing.state, line.standing.lacks, line.people) == (district.near, "short", 1, [me])
    assert line.standing.left == (TODAY, TODAY + DAY, TODAY + 2 * DAY, TODAY + 3 * DAY)
    planned(me, district.near)
    assert queries.grid(district.scope("chief"), week_of(TODAY), today=TODAY).of("on_course")
    made = mine().get(on=TODAY)
    actions.drop_shift(made, by=None, at=NOW, why="病了")
    assert queries.grid(district.scope("chief"), week_of(TODAY), today=TODAY).of("short")
    assert queries.grid(district.scope("chief"), week_of(TODAY), today=TODAY + 4 * DAY).of("missed")


def test_a_village_s_year_counts_kept_shifts_of_this_year_only(district, me):
    other = auxiliary("aux2", district, district.near)
    kept(me, district.near, TODAY - DAY, hours=8)
    kept(other, district.near, TODAY - DAY, hours=4)
    kept(me, district.near, date(2025, 12, 31), hours=8)
    open_one = kept(me, district.near, TODAY - 2 * DAY, hours=None)
    planned(me, district.near, TODAY - 3 * DAY)  # nobody came
    actions.note_help(open_one, "errand", 3, "", by=me.pk, at=NOW)
    gone = actions.note_help(open_one, "errand", 9, "", by=me.pk, at=NOW)
    actions.withdraw_entry(gone, by=me.pk, at=NOW, why="重")
    nxt = planned(me, district.near, TODAY + DAY)
    found = queries.village(district.scope("chief"), district.near, at=NOW)
    assert (found.year.days, found.year.spent, found.year.people, found.year.helped) == (2, 12 * HOUR, 2, 3)
    assert (found.next, len(found.weeks)) == (nxt, 9)
    assert {account.username for account in found.people} == {"t-auxiliary", "aux2"}


def test_what_waits_for_an_auxiliary_today(district, me):
    shift, scope = planned(me, district.near), district.scope("auxiliary")
    planned(me, district.near, TODAY + DAY)
    assert queries.waiting(scope, at=NOW) == [(shift, "in")]
    actions.check_in(shift, by=me.pk, at=NOW)
    assert [what for _shift, what in queries.waiting(scope, at=NOW)] == ["out"]
    actions.check_out(shift, by=me.pk, at=NOW + HOUR)
    assert queries.waiting(scope, at=NOW) == []
    assert queries.waiting(district.scope("chief"), at=NOW) == []


def test_the_demo_has_a_month_of_posts_and_is_not_filled_twice(district):
    found = Shift.objects.exclude(place__code__startswith="99")
    assert 300 < found.count() < 700
    assert found.filter(out_at__isnull=False).count() > 200
    assert HelpGiven.objects.count() > 100
    assert JointCheck.objects.count() > 30
    assert demo.fill(NOW) == 0
    named = Account.objects.get(username="auxiliary")  # who tries the demo as an auxiliary is in the village today
    assert found.filter(account=named, in_at__isnull=True).exists()

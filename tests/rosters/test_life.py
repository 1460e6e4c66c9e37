"""Draft, discussed, published, changed: what each step writes, what it refuses, and that the old rota stays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.discovery.posts.keeping import planned
from tests.rosters.making import DAY, MONDAY, auxiliary, away, drafted, fresh, moment, published, spots
from tests.world import NOW
from twinloop.cases.models import HolidayYear
from twinloop.cases.telling import sentence
from twinloop.decide import Refused
from twinloop.discovery.posts import actions as posts
from twinloop.discovery.posts.models import Shift
from twinloop.ledger.models import Event
from twinloop.people import actions as people
from twinloop.people.models import Duty
from twinloop.rosters import actions
from twinloop.rosters.actions import Spot
from twinloop.rosters.models import Cell, Told, Version
from twinloop.rosters.queries.facts import frame


def live(crew):
    rows = Shift.objects.filter(place__in=crew.places, dropped_at__isnull=True, on__gte=MONDAY)
    return {Spot(one.on, one.account_id, one.place_id) for one in rows}


def test_a_month_is_the_iso_weeks_that_begin_in_it():
    assert actions.month_of(date(2026, 4, 16)) == (date(2026, 4, 6), 4)
    assert actions.month_of(date(2026, 6, 1)) == (date(2026, 6, 1), 5)
    assert actions.month_of(date(2027, 2, 3)) == (date(2027, 2, 1), 4)


def test_a_plan_is_a_version_with_what_was_proven_and_why_each_load(crew):
    rota = drafted(crew)
    report = rota.current.report
    assert (rota.state, rota.current.sort, rota.current.no) == ("draft", "plan", 1)
    assert report["holds"]
    assert report["proof"] == "proof_optimal"
    per_week = {}
    for one in spots(rota):
        per_week.setdefault((one.place, (one.on - MONDAY).days // 7), set()).add(one.on)
    assert {len(days) for days in per_week.values()} == {2}
    assert len(per_week) == len(crew.places) * 2
    assert {load["person"] for load in report["loads"]} == {one.pk for one in crew.people}
    assert all(load["reasons"] for load in report["loads"])
    assert live(crew) == set()  # nothing holds before it is published


def test_publishing_writes_the_shifts_that_people_check_in_to_and_tells_everybody(crew):
    rota = published(crew)
    assert live(crew) == spots(rota)
    told = {one.account_id: one.days for one in Told.objects.filter(version=rota.current)}
    assert set(told) == {one.account for one in spots(rota)}
    mine = [one for one in spots(rota) if one.account == crew.people[0].pk]
    assert [day[0] for day in told[crew.people[0].pk]] == sorted(f"{one.on}" for one in mine)
    verbs = list(Event.objects.filter(stream=rota.stream).order_by("id").values_list("verb", flat=True))
    assert verbs == ["rota_begun", "rota_planned", "rota_published"]
    assert Event.objects.filter(stream=f"account:{crew.people[0].pk}", verb="rota_days_changed").count() == 1


def test_what_was_planned_by_hand_before_gives_way_and_what_was_kept_stays(crew):
    stray = planned(crew.people[0], crew.places[0], MONDAY + 6 * DAY)
    rota = drafted(crew)
    actions.publish(rota, by=None, at=NOW)
    stray.refresh_from_db()
    assert (stray.dropped_at is None) == (Spot(stray.on, stray.account_id, stray.place_id) in spots(rota))


def test_hand_edits_are_fixed_kept_when_planned_anew_and_each_discussed_state_is_kept(crew):
    rota = drafted(crew)
    actions.discuss(rota, by=None, at=NOW)
    one = sorted(spots(rota))[0]
    free = next(on for on in rota.days if not any(s.on == on and s.account == one.account for s in spots(rota))
                and not any(s.on == on and s.place == one.place for s in spots(rota)))  # fmt: skip
    moved = Spot(free, one.account, one.place)
    actions.edit(fresh(rota), [moved], [one], by=None, at=NOW)
    assert Version.objects.filter(rota=rota).count() == 2
    first = rota.versions.get(no=1)
    assert actions.spots(first.cells.all()) - spots(rota) == {one}
    actions.plan(fresh(rota), by=None, at=NOW)
    assert moved in spots(rota)
    assert Cell.objects.get(version=fresh(rota).current, on=free, account=one.account).is_fixed


def test_an_edit_that_breaks_a_rule_is_refused_with_the_rule_the_person_and_the_day(crew):
    rota = drafted(crew)
    found = spots(rota)
    one, other = next((s, p.pk) for s in sorted(found) for p in crew.places
                      if not any((t.on, t.place) == (s.on, p.pk) for t in found))  # fmt: skip
    with pytest.raises(Refused) as no:
        actions.edit(rota, [Spot(one.on, one.account, other)], by=None, at=NOW)
    name = next(p.name for p in crew.people if p.pk == one.account)
    assert sentence(no.value) == f"{name} {one.on} ：一天只能去一个村"
    assert Version.objects.filter(rota=rota).count() == 1


def test_the_past_is_not_rewritten(crew):
    rota = published(crew)
    one = sorted(spots(rota))[0]
    with pytest.raises(Refused, match="rota_day_past"):
        actions.change(rota, [], [one], "病了", by=None, at=moment(one.on + DAY, 9))
    with pytest.raises(Refused, match="rota_why"):
        actions.change(rota, [], [one], " ", by=None, at=NOW)


def test_a_change_after_publication_is_a_version_moves_the_shift_and_tells_only_whom_it_concerns(crew):
    rota = published(crew)
    one = sorted(spots(rota))[-1]
    stand_in = next(p for p in crew.people if not any(s.account == p.pk and s.on == one.on for s in spots(rota)))
    before = spots(rota)
    made = actions.change(rota, [Spot(one.on, stand_in.pk, one.place)], [one], "家里有事", by=None, at=NOW)
    assert (made.no, made.sort, made.state) == (2, "hand", "kept")
    assert before ^ spots(rota) == {one, Spot(one.on, stand_in.pk, one.place)}
    assert live(crew) == spots(rota)
    assert {t.account_id for t in Told.objects.filter(version=made)} == {one.account, stand_in.pk}
    place = next(p.short for p in crew.places if p.pk == one.place)
    assert Told.objects.get(version=made, account=stand_in).days == [[f"{one.on}", "", place]]


def test_two_rotas_of_one_time_are_not_both_published_also_across_station_and_district(crew):
    published(crew)
    again = drafted(crew)
    with pytest.raises(Refused, match="rota_overlaps"):
        actions.publish(again, by=None, at=NOW)
    whole = actions.begin(None, MONDAY + 7 * DAY, 1, by=None, at=NOW)
    actions.plan(whole, by=None, at=NOW)
    with pytest.raises(Refused, match="rota_overlaps"):
        actions.publish(fresh(whole), "试", by=None, at=NOW)
    assert fresh(whole).state == "draft"


def test_a_dropped_rota_takes_its_coming_shifts_along_and_says_so(crew):
    rota = published(crew)
    actions.drop(rota, "人手变了", by=None, at=NOW)
    assert live(crew) == set()
    assert fresh(rota).state == "dropped"
    assert set(Told.objects.filter(version=rota.current).values_list("days__0__2", flat=True)) == {""}


@pytest.mark.parametrize(("first", "weeks"), [(MONDAY + DAY, 2), (MONDAY, 0), (MONDAY, 14)])
def test_a_span_is_whole_weeks(crew, first, weeks):
    with pytest.raises(Refused, match="rota_span"):
        actions.begin(crew.district.station, first, weeks, by=None, at=NOW)


def test_what_is_over_is_not_planned(crew):
    with pytest.raises(Refused, match="rota_past"):
        actions.begin(crew.district.station, MONDAY - 14 * DAY, 1, by=None, at=NOW)


# --- bad input ------------------------------------------------------------------------------------------------------


def test_fewer_people_than_posts_say_which_villages_lack_days_and_what_would_help_and_the_old_rota_stays(crew):
    old = published(crew, weeks=1)
    stood = live(crew)
    for one in crew.people[1:]:
        type(one).objects.filter(pk=one.pk).update(is_active=False)
    rota = drafted(crew, weeks=1)
    report = rota.current.report
    assert not report["holds"]
    assert sum(clash["lacks"] for clash in report["clashes"]) == 1  # five days a week for six
    assert [one["rule"] for one in report["relax"]] == ["roster_days_a_week"]
    with pytest.raises(Refused, match="rota_short_why"):
        actions.publish(rota, by=None, at=NOW)
    assert live(crew) == stood
    assert fresh(old).state == "published"


def test_contradictory_rules_name_whom_they_keep_from_where(crew):
    for one in crew.people:
        actions.bar(one, crew.places[0], "relatives", by=None, at=NOW)
    report = drafted(crew, weeks=1).current.report
    clash = next(c for c in report["clashes"] if c["village"] == crew.places[0].pk)
    against = {rule: sorted(who) for rule, who in clash["against"]}
    assert against["roster_barred"] == sorted(p.pk for p in crew.people)
    assert {one["rule"] for one in report["relax"]} == {"roster_village_days"}  # nobody may: somebody else is needed


def test_a_village_that_is_removed_leaves_the_plan_and_its_shifts_go_with_the_repair(crew):
    rota = published(crew)
    gone = crew.places[2]
    type(gone).objects.filter(pk=gone.pk).update(is_served=False)
    made = actions.propose(rota, by=None, at=NOW)
    assert any(s.place == gone.pk for s in live(crew))  # until somebody confirms it
    actions.confirm_repair(made, by=None, at=NOW)
    assert not any(s.place == gone.pk for s in live(crew))


def test_a_year_without_a_holiday_calendar_is_planned_and_said(crew):
    first = date(2031, 3, 3)
    rota = actions.begin(crew.district.station, first, 1, by=None, at=moment(first - DAY))
    assert frame(rota).years == (2031,)
    made = actions.plan(rota, by=None, at=moment(first - DAY))
    assert made.report["years"] == [2031]
    assert made.report["holds"]
    HolidayYear.objects.create(year=2031, holidays=[date(2031, 3, 5)], workdays=[], source="试")
    found = frame(rota)
    assert (found.years, found.problem.holidays) == ((), frozenset({date(2031, 3, 5)}))


# --- apart ----------------------------------------------------------------------------------------------------------


def duty(account, unit, on, kind="calls"):
    period = (moment(on, 8), moment(on + DAY, 8))
    return Duty.objects.create(account=account, unit=unit, kind=kind, period=period)


def test_a_post_and_a_duty_at_one_time_are_impossible_whoever_writes_them(crew):
    duty(crew.people[0], crew.district.station, MONDAY)
    with pytest.raises(Refused, match="post_bound"):
        planned(crew.people[0], crew.places[0], MONDAY)
    with pytest.raises(IntegrityError, match="rosters_hold_apart"), transaction.atomic():
        posts.plan_shifts([posts.Post(crew.people[0], crew.places[0], MONDAY)], at=NOW)
    planned(crew.people[0], crew.places[0], MONDAY + 3 * DAY)
    shift = people.Shift(crew.people[0], crew.district.station, "calls", moment(MONDAY + 3 * DAY, 8),
                         moment(MONDAY + 3 * DAY, 20))  # fmt: skip
    with pytest.raises(Refused, match="duty_bound"):
        people.put_on_duty(shift, by=None, at=NOW)
    duty(crew.people[0], crew.district.station, MONDAY + 3 * DAY, kind="community")  # is what a post is


def test_a_dropped_post_and_a_dropped_duty_bind_nobody(crew):
    shift = planned(crew.people[0], crew.places[0], MONDAY)
    posts.drop_shift(shift, by=None, at=NOW, why="换人")
    one = duty(crew.people[0], crew.district.station, MONDAY)
    with pytest.raises(Refused, match="post_bound"):
        planned(crew.people[0], crew.places[0], MONDAY)
    one.delete()
    planned(crew.people[0], crew.places[0], MONDAY)


def test_leave_is_never_refused_puts_posts_aside_and_gives_them_back_when_it_ends(crew):
    planned(crew.people[0], crew.places[0], MONDAY)
    leave = away(crew.people[0], MONDAY, MONDAY)  # nobody is kept from being ill
    duty_day = duty(crew.people[0], crew.district.station, MONDAY + DAY)
    with pytest.raises(Refused, match="post_leave"):
        planned(crew.people[0], crew.places[0], MONDAY)
    people.end_leave(leave, by=None, at=NOW)
    with pytest.raises(IntegrityError, match="rosters_hold_apart"), transaction.atomic():
        Duty.objects.filter(pk=duty_day.pk).update(period=(moment(MONDAY, 8), moment(MONDAY, 20)))


def test_planning_goes_round_leave_duty_and_rest_days(crew):
    away(crew.people[1], MONDAY, MONDAY + 3 * DAY)
    duty(crew.people[2], crew.district.station, MONDAY + DAY)
    actions.set_terms(crew.people[3], [1, 6, 7], 2, by=None, at=NOW)
    found = spots(drafted(crew))
    assert not {s.on for s in found if s.account == crew.people[1].pk} & {MONDAY + n * DAY for n in range(4)}
    assert MONDAY + DAY not in {s.on for s in found if s.account == crew.people[2].pk}
    assert {s.on.isoweekday() for s in found if s.account == crew.people[3].pk} <= {2, 3, 4, 5}
    weeks = [(s.on - MONDAY).days // 7 for s in found if s.account == crew.people[3].pk]
    assert all(weeks.count(week) <= 2 for week in weeks)


def test_what_the_core_knows_of_the_past(crew):
    me, place = crew.people[0], crew.places[0]
    for back in (3, 9, 17):
        day = MONDAY - back * DAY
        Shift.objects.create(account=me, place=place, planned_at=NOW, period=(moment(day, 8), moment(day, 17)))
    rota = actions.begin(crew.district.station, MONDAY, 2, by=None, at=NOW)
    found = frame(rota).problem.by_person[str(me.pk)]
    assert (found.history.days, found.known, found.worked) == (3, {str(place.pk): 3}, frozenset({MONDAY - 3 * DAY}))
    newcomer = auxiliary("r9", crew.district, place)
    type(newcomer).objects.filter(pk=newcomer.pk).update(joined_on=MONDAY - timedelta(days=30))
    type(me).objects.filter(pk__in=[p.pk for p in crew.people[1:]]).update(is_active=False)
    assert frame(rota).problem.by_person[str(newcomer.pk)].history.days == 3  # not nearly everything for the new one

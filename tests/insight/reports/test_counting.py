"""The figures of April, as `district.py` has them by hand; each number is the rows that open behind it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from tests.insight.reports.district import AT, alone, build, on, told
from twinloop.decide import Refused
from twinloop.decide.periods import ReportKind
from twinloop.discovery.posts.models import Shift
from twinloop.insight.figures import actions as figures
from twinloop.insight.reports import actions, counting, queries
from twinloop.insight.reports.models import Report
from twinloop.ledger import actions as ledger
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Unit

APRIL = date(2026, 4, 15)


@pytest.fixture
def april(db):
    with see_as(SYSTEM):
        yield build()


def make(kind=ReportKind.MONTH, day=APRIL, station=None, place=None, **more):
    return actions.make(kind, day, station, place, **{"scope": SYSTEM, "by": None, "at": AT, **more})


def test_april_counted_by_hand(april):
    _district, made = april
    report, is_new = make()
    totals = {code: (now, earlier) for code, now, earlier in report.facts["totals"]}
    assert is_new
    assert totals["calls"] == (6, 1)  # 3 + 1 + 1 of disputes and the accident; March: one
    assert totals["dispute_calls"] == (5, 1)
    assert totals["new"] == (3, 1)
    assert totals["settled"] == (1, 1)  # dispute 3; that of dispute 4 did not hold until the end
    assert totals["reopened"] == (1, 0)
    assert totals["open"] == (2, 0)  # 2 and 4
    assert totals["crimes"] == (0, 0)
    shares = {code: (hits, of) for code, hits, of, *_before in report.facts["indicators"]}
    assert shares["resolution"] == (1, 3)
    assert shares["repeat_rate"] == (1, 3)
    assert shares["durable_30"] == (1, 1)  # dispute 1, settled 03-20: its 30 days ended on 04-19
    assert report.facts["types"] == [["B1", 2, 0, 1, 0], ["C1", 1, 0, 0, 0], ["A1", 0, 1, 0, 1]]
    assert report.facts["places"] == [["近村", 2, 1, 1, 1], ["远村", 1, 0, 0, 0]]
    slots = {part: (now, calls) for part, now, *_rest, calls in report.facts["slots"]}
    assert len(slots) == 12
    assert (slots["08"], slots["12"], slots["20"]) == ((2, 4), (0, 1), (1, 1))
    weekdays = {part: (now, calls) for part, now, *_rest, calls in report.facts["weekdays"]}
    # calls: Thursday 04-02, Friday 04-10, Monday 04-20, Tuesday, Wednesday, Sunday
    assert weekdays == {
        "1": (0, 1), "2": (1, 1), "3": (1, 1), "4": (1, 1), "5": (0, 1), "6": (0, 0), "7": (0, 1),
    }  # fmt: skip
    assert report.facts["repeats"] == [[made[2].pk, made[2].number, 3, True]]
    assert report.facts["findings"] == []
    assert next(one["rule"] for one in report.facts["suggestions"]) == "advice_repeats"
    assert (report.facts["usual_days"], report.facts["before_days"]) == (22, 0)  # nothing is known before 03-10


def test_every_number_opens_the_rows_that_add_up_to_it(april):
    report, _new = make()
    with see_as(counting.scope_of(None, None)):
        for code, now, _earlier in report.facts["totals"]:
            assert queries.rows(report, "totals", code, SYSTEM, first=0, most=99)[2] == now, code
        for side in ("types", "places", "slots", "weekdays"):
            for part, now, *_rest in report.facts[side]:
                found, count, amount = queries.rows(report, side, part, SYSTEM, first=0, most=99)
                assert len(found) == count == amount == now, (side, part)
        for code, hits, of, *_before in report.facts["indicators"]:
            lines, share = queries.indicator_rows(report, code, "in", SYSTEM, first=0, most=99)
            assert (len(lines), share.hits, share.of) == (hits, hits, of), code


def test_stations_and_communities_add_up_to_the_district(april):
    district, _made = april
    whole, _new = make()
    parts = [make(station=unit)[0] for unit in (district.station, district.other)]
    places = [make(place=place)[0] for place in (district.near, district.far)]
    for n, (code, now, _earlier) in enumerate(whole.facts["totals"]):
        for found in (parts, places):
            assert sum(one.facts["totals"][n][1] for one in found) == now, code
    assert [one.station for one in places] == [district.station, district.other]
    assert parts[0].facts["village_weeks"] == [0, 0]  # nobody was planned for a post yet


def test_village_weeks_count_from_the_first_week_in_which_somebody_was_planned_for_a_post(april):
    district, _made = april
    span = DateTimeTZRange(on(4, 14), on(4, 15))
    Shift.objects.create(
        account=district.people["officer"],
        place=district.near,
        station=district.station,
        period=span,
        planned_at=on(4, 1),
    )
    found = make(station=district.station)[0]
    assert found.facts["village_weeks"] == [2, 0]  # 04-13, 04-20; the week of 04-27 runs into May


def test_the_same_counts_make_no_new_version_and_a_late_correction_does(april):
    _district, made = april
    first, _new = make()
    assert make(at=on(5, 20)) == (first, False)
    assert Event.objects.filter(verb="report_made").count() == 1
    told(made[2], on(4, 28), "settle", "handling", "settled")  # entered late
    ledger.seal(at=on(5, 21))
    figures.rebuild(at=on(5, 21))
    second, is_new = make(at=on(5, 21))
    assert (is_new, second.version) == (True, 2)
    found = {(one.table, one.code): (one.was, one.now) for one in queries.changes(first.facts, second.facts)}
    assert found[("totals", "settled")] == ("1", "2")
    assert found[("totals", "open")] == ("2", "1")
    assert found[("indicators", "resolution")] == ("1/3", "2/3")
    assert ("totals", "calls") not in found
    assert [one.version for one in queries.versions(second)] == [2, 1]
    assert list(queries.newest(SYSTEM)) == [second]
    assert queries.changes(second.facts, second.facts) == []


def test_a_period_that_runs_and_a_foreign_area_are_refused(april):
    district, _made = april
    with pytest.raises(Refused, match="report_runs"):
        make(day=date(2026, 5, 4))
    chief = district.scope("chief", AT)
    for station, place in ((None, None), (district.other, None), (None, district.far)):
        with pytest.raises(Refused, match="report_area"):
            make(station=station, place=place, scope=chief)
    officer = district.scope("community_officer", AT)
    with pytest.raises(Refused, match="report_area"):
        make(station=district.station, scope=officer)
    assert make(place=district.near, scope=officer)[1]
    assert make(place=district.near, scope=chief)[1] is False


def test_row_level_security_shows_ones_own_area_only(april):
    district, _made = april
    for station in (None, district.station, district.other):
        make(station=station)
    make(place=district.far)
    for role, seen in (("bureau", 4), ("chief", 1), ("community_officer", 0), ("officer", 0)):
        with see_as(district.scope(role, AT)) as held:
            assert Report.objects.count() == queries.visible(held).count() == seen, role
        with see_as(SYSTEM):
            assert queries.visible(held).count() == seen, role


def test_the_schedule_makes_each_period_once_and_catches_up(april):
    alone(april[0])
    areas = 1 + Unit.objects.filter(kind="station", closed_on__isnull=True).count()
    assert areas == 3
    made = actions.catch_up(at=AT)
    # 7 days, 4 weeks, of 3 months March and April in which something is known, the first quarter, no year
    assert made == areas * (7 + 4 + 2 + 1)
    assert Report.objects.count() == made
    assert actions.catch_up(at=AT) == 0
    assert Report.objects.filter(made_by__isnull=True, version=1).count() == made
    assert actions.catch_up(at=on(5, 8)) == areas * 2  # two days later: two days more
    # the first quarter began before anything was known, and is made all the same
    assert Report.objects.filter(kind="quarter", first=date(2026, 1, 1)).count() == areas


def test_nothing_is_owed_where_nothing_happened(db):
    with see_as(SYSTEM):
        assert actions.catch_up(at=AT) == 0

"""Key places, plans, visits, hazards, help, training: each change, each refusal, and the tables' own rules."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from tests import world
from tests.world import NOW, refused
from twinloop.cases.filed import path_of
from twinloop.cases.sealing import Identity
from twinloop.discovery.leads.models import Lead
from twinloop.discovery.patrols import actions, heavy, queries
from twinloop.discovery.patrols.models import (
    Hazard,
    HazardPhoto,
    HazardStep,
    HelpService,
    KeyPlace,
    Plan,
    Training,
    Visit,
)
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Unit

TODAY = NOW.date()  # a Thursday
WEEK = TODAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def _all(db):
    with see_as(SYSTEM):
        yield


def photo(name="a.jpg"):
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "JPEG")
    return SimpleUploadedFile(name, data.getvalue(), "image/jpeg")


def hazard(district, **facts) -> Hazard:
    given = {"sort": "fire", "gravity": 2, "text": "消防通道堵了", "deadline": WEEK, "place": district.near} | facts
    return actions.find(by=district.people["officer"].pk, at=NOW, **given)


# --- places -----------------------------------------------------------------------------------------------------------


def test_a_contact_is_sealed_and_its_mask_shown(spot, district):
    assert (spot.contact_name_masked, spot.contact_phone_masked) == ("王*兰", "139****0127")
    assert "王秀兰" not in str(KeyPlace.objects.filter(pk=spot.pk).values().get())
    found = actions.open_contact(spot, reason="contact", by=district.people["chief"].pk, at=NOW)
    assert (found.name, found.phone) == ("王秀兰", "13900000127")
    look = Event.objects.get(stream=spot.stream, verb="unmasked")
    assert (look.is_look, "王秀兰" in look.body) == (True, False)
    refused("contact_reason", lambda: actions.open_contact(spot, reason="", by=None, at=NOW))
    refused("contact_none", lambda: actions.open_contact(hazard(district), reason="contact", by=None, at=NOW))


def test_a_place_is_listed_once_until_it_is_closed(spot, district):
    def again(**facts):
        given = {"name": "金海岸歌厅", "sort": "venue", "place": district.near} | facts
        return actions.keep_spot(by=None, at=NOW, **given)

    refused("spot_twice", again, name="金海岸歌厅")
    refused("spot_name", lambda: again(name=" "))
    refused("spot_sort", lambda: again(sort="x"))
    refused("spot_place", lambda: again(place=None))
    actions.close_spot(spot, by=None, at=NOW)
    refused("spot_closed", lambda: actions.close_spot(spot, by=None, at=NOW))
    assert again().station == district.station


def test_planned_weekdays_make_visits_due(spot, district):
    held = district.scope("officer")
    plan = actions.plan_visits(spot, weekdays=[4, 1, 4], since=TODAY, by=None, at=NOW)
    assert plan.weekdays == [1, 4]
    assert [d.spot for d in queries.due_on(TODAY, held)] == [spot]
    assert queries.due_on(TODAY + timedelta(days=1), held) == []
    made = actions.visit(spot, found="well", text="一切正常", by=district.people["officer"].pk, at=NOW)
    assert queries.due_on(TODAY, held)[0].visit == made
    actions.end_plan(plan, by=None, at=NOW)
    assert queries.due_on(TODAY + timedelta(days=7), held) == []
    refused("plan_over", lambda: actions.end_plan(plan, by=None, at=NOW))


def test_a_plan_names_people_of_the_station_and_is_one_at_a_time(spot, district):
    def plan(**facts):
        return actions.plan_visits(spot, **{"weekdays": [1], "since": TODAY} | facts, by=None, at=NOW)

    refused("plan_days", lambda: plan(weekdays=[9]))
    refused("plan_person", lambda: plan(account=district.people["mediator"]))
    made = plan(account=district.people["officer"])
    assert made.account == district.people["officer"]
    refused("plan_twice", plan, since=TODAY)
    monday = TODAY + timedelta(days=4)
    assert [d.who for d in queries.due_on(monday, district.scope("officer"), mine=True)] == ["测t-officer"]
    assert queries.due_on(monday, district.scope("auxiliary"), mine=True) == []


def test_a_dispute_seen_on_patrol_is_a_lead_at_once(spot, district):
    by = district.people["officer"].pk
    made = actions.visit(
        spot, found="dispute", text="两家为停车吵", by=by, at=NOW, position=(Decimal("25.8"), Decimal("114.9"))
    )
    lead = Lead.objects.get()
    assert (made.lead, lead.source, lead.context, lead.place) == (lead, "patrol", f"patrol:{made.pk}", district.near)
    refused("visit_words", lambda: actions.visit(spot, found="well", text=" ", by=by, at=NOW))
    refused("visit_found", lambda: actions.visit(spot, found="", text="x", by=by, at=NOW))
    actions.close_spot(spot, by=None, at=NOW)
    refused("spot_closed", lambda: actions.visit(spot, found="well", text="x", by=by, at=NOW))


# --- hazards ----------------------------------------------------------------------------------------------------------


def test_a_hazard_from_photo_to_gone(spot, district):
    made = hazard(district, spot=spot, owner=Identity(name="李大强", phone="13800000455"), photos=[photo(), photo()])
    assert (made.number, made.state, made.owner_name_masked) == ("YH260416-001", "open", "李*强")
    assert all(path_of(p.stored).is_file() for p in HazardPhoto.objects.all())
    actions.notify(made, by=None, at=NOW)
    actions.rectify(made, "已清空", by=None, at=NOW, photos=[photo()])
    assert made.state == "rectified"
    refused("hazard_deadline", lambda: actions.recheck(made, False, "还有杂物", by=None, at=NOW))
    actions.recheck(made, False, "还有杂物", by=None, at=NOW, deadline=WEEK + timedelta(days=3))
    assert (made.state, made.round, made.deadline) == ("open", 2, WEEK + timedelta(days=3))
    actions.rectify(made, "全清了", by=None, at=NOW)
    actions.recheck(made, True, "看过，清了", by=None, at=NOW)
    assert (made.state, made.closed_at) == ("closed", NOW)
    told = list(HazardStep.objects.filter(hazard=made).order_by("pk").values_list("kind", flat=True))
    assert told == ["found", "notice", "rectified", "failed", "rectified", "passed"]


def test_hazards_out_of_turn_are_refused(district):
    made = hazard(district)
    for act in (lambda: actions.recheck(made, True, "x", by=None, at=NOW),):
        refused("hazard_moved", act)
    refused("hazard_step_words", lambda: actions.rectify(made, "", by=None, at=NOW))
    refused("hazard_owner", lambda: actions.notify(made, by=None, at=NOW))
    actions.rectify(made, "好了", by=None, at=NOW)
    refused("hazard_moved", lambda: actions.rectify(made, "又好了", by=None, at=NOW))
    actions.recheck(made, True, "好了", by=None, at=NOW)
    agency = Unit.objects.create(code="A1", name="消防救援", kind="agency")
    refused("hazard_moved", lambda: actions.refer(made, agency, by=None, at=NOW))


def test_a_hazard_is_referred_to_a_unit_outside(district):
    made, agency = hazard(district), Unit.objects.create(code="A1", name="消防救援", kind="agency")
    refused("hazard_unit", lambda: actions.refer(made, district.station, by=None, at=NOW))
    refused("hazard_unit", lambda: actions.refer(made, None, by=None, at=NOW))
    assert actions.refer(made, agency, by=None, at=NOW).unit == agency


def test_what_a_hazard_must_say(district):
    refused("hazard_words", lambda: hazard(district, text=" "))
    refused("hazard_sort", lambda: hazard(district, sort="x"))
    refused("hazard_sort", lambda: hazard(district, gravity=9))
    refused("hazard_place", lambda: hazard(district, place=None))
    refused("hazard_deadline", lambda: hazard(district, deadline=TODAY - timedelta(days=1)))
    refused("hazard_deadline", lambda: hazard(district, deadline=None))
    refused("hazard_photos", lambda: hazard(district, photos=[photo()] * 5), most=4)
    text = SimpleUploadedFile("a.txt", "你好".encode(), "text/plain")
    refused("hazard_photo_kind", lambda: hazard(district, photos=[text]))
    assert Hazard.objects.count() == 0


def test_overdue_by_the_calendar(district):
    hazard(district, deadline=TODAY)
    done = hazard(district, deadline=TODAY)
    actions.rectify(done, "好了", by=None, at=NOW)
    held = district.scope("chief")
    assert queries.hazard_counts(held, on=TODAY)["overdue"] == 0
    later = queries.hazard_counts(held, on=TODAY + timedelta(days=1))
    assert later == {"open": 1, "overdue": 1, "rectified": 1, "closed": 0, "all": 2}


# --- help, training, stations -----------------------------------------------------------------------------------------


def test_help_and_training_are_counted(district):
    def help_(**facts):
        given = {"sort": "lost", "people": 2, "text": "找回老人", "place": district.near} | facts
        return actions.help_given(by=None, at=NOW, **given)

    assert help_().station == district.station
    refused("help_words", lambda: help_(text=""))
    refused("help_people", lambda: help_(people=0))
    refused("help_people", lambda: help_(people=None))
    refused("help_place", lambda: help_(place=None))

    def train(people=None, station=district.station, **facts):
        given = {"title": "接处警规范", "sort": "calls", "hours": Decimal("1.5"), "held_on": TODAY} | facts
        people = [district.people["officer"], district.people["chief"]] if people is None else people
        return actions.train(station, people, by=None, at=NOW, **given)

    train()
    train([district.people["officer"]], sort="law", hours=Decimal(2))
    hours = queries.hours_of(district.scope("chief"), since=date(2026, 1, 1))
    assert hours == [("测t-officer", "t-officer", 3.5, 1.5), ("测t-chief", "t-chief", 1.5, 1.5)]
    refused("training_people", lambda: train([]))
    refused("training_foreign", lambda: train([district.people["mediator"]]))
    refused("training_title", lambda: train(title=""))
    refused("training_hours", lambda: train(hours=Decimal(0)))
    refused("training_future", lambda: train(held_on=TODAY + timedelta(days=1)))
    refused("training_station", lambda: train(station=None))


def test_the_share_of_call_handlers_opens_the_names_behind_it(district):
    calls = Unit.objects.create(code="T1-JJ", name="接处警队", kind="calls_team", parent=district.station)
    for n in range(2):
        world.account(f"handler{n}", "officer", unit=calls)
    found = queries.half(district.station.pk, district.scope("chief"), on=TODAY)
    assert (len(found.handlers), found.shape.handlers) == (2, 2)
    assert len(found.handlers) + len(found.others) == found.shape.force
    assert found.missing == (found.shape.force + 1) // 2 - 2
    assert queries.half(district.other.pk, district.scope("chief"), on=TODAY) is None


# --- call-heavy places ------------------------------------------------------------------------------------------------


def counted(*calls, place=1):
    return [heavy.Counted(place, f"k{n}", f"a{n}", min(n90, 2), n90) for n, n90 in enumerate(calls)]


def test_an_address_far_above_its_communitys_usual_is_found():
    found = heavy.found(counted(9, 1, 1, 2, 1, 1))
    assert [(one.counted.key, one.usual, one.whole, one.is_few) for one in found] == [("k0", 1.2, 15, False)]


@pytest.mark.parametrize(
    "calls",
    [(3, 1, 1), (4, 1, 1, 1), (5, 4, 5, 4), (6, 2, 2, 3), ()],
    ids=["too few", "chance", "all alike", "under three times", "nothing"],
)
def test_what_may_be_chance_or_usual_is_not_named(calls):
    assert heavy.found(counted(*calls)) == []


def test_a_community_with_few_calls_says_so():
    (one,) = heavy.found(counted(6, 1))
    assert one.is_few


def test_more_calls_never_make_an_address_less_heavy():
    named = [bool(heavy.found(counted(n, 1, 2, 1, 1))) for n in range(30)]
    assert named == sorted(named)


def test_calls_become_a_suggestion_until_a_person_takes_it_up(district):
    for n in range(8):
        world.incident(district.near, address="近村街66号", at=NOW - timedelta(days=n))
    for n in range(5):
        world.incident(district.near, address=f"近村{n}组", at=NOW - timedelta(days=n))
    world.incident(district.near, address="近村街66号", at=NOW - timedelta(days=95))
    held = district.scope("chief")
    ((one, place),) = queries.call_heavy(held, at=NOW)
    assert (one.counted.days_90, one.counted.days_30, place) == (8, 8, district.near)
    actions.keep_spot(
        name="街66号",
        sort="calls",
        place=district.near,
        address=one.counted.address,
        by=None,
        at=NOW,
        is_from_data=True,
    )
    assert queries.call_heavy(held, at=NOW) == []


# --- the tables -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "spoil"),
    [
        (KeyPlace, {"name": ""}),
        (KeyPlace, {"sort": "x"}),
        (KeyPlace, {"latitude": 20}),
        (KeyPlace, {"latitude": 95, "longitude": 1}),
        (Plan, {"weekdays": []}),
        (Plan, {"until": TODAY - timedelta(days=1)}),
        (Visit, {"text": ""}),
        (Visit, {"found": "x"}),
        (Visit, {"longitude": 3}),
        (Hazard, {"text": ""}),
        (Hazard, {"state": "x"}),
        (Hazard, {"state": "closed"}),
        (Hazard, {"closed_at": NOW}),
        (Hazard, {"sort": "x"}),
        (Hazard, {"gravity": 4}),
        (HazardStep, {"kind": "x"}),
        (HazardStep, {"kind": "failed", "deadline": None}),
        (HazardStep, {"kind": "referred"}),
        (HazardPhoto, {"size": 0}),
        (HelpService, {"people": 0}),
        (HelpService, {"text": ""}),
        (Training, {"hours": 25}),
        (Training, {"title": ""}),
    ],
)
def test_the_tables_keep_their_rules_by_themselves(spot, district, model, spoil):
    actions.plan_visits(spot, weekdays=[1], since=TODAY, by=None, at=NOW)
    actions.visit(spot, found="well", text="x", by=None, at=NOW)
    hazard(district, photos=[photo()])
    actions.help_given(sort="lost", people=1, text="x", place=district.near, by=None, at=NOW)
    actions.train(
        district.station, [district.people["chief"]], title="x", sort="law", hours=Decimal(1), held_on=TODAY, by=None,
        at=NOW,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**spoil)

"""Pages of patrols: scope, twice sent, what waits, and that nobody outside the police finds anything."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests import world
from tests.discovery.patrols.test_patrolling import photo
from tests.world import NOW
from twinloop.desk import todo
from twinloop.discovery.leads.models import Lead
from twinloop.discovery.patrols import actions, queries
from twinloop.discovery.patrols.models import Hazard, HazardPhoto, HelpService, KeyPlace, Plan, Training, Visit
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.scope import scope_of

TODAY = NOW.date()
WEEK = (TODAY + timedelta(days=7)).isoformat()


@pytest.fixture(autouse=True)
def _then():
    with time_machine.travel(NOW, tick=True):
        yield


def enter(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def count(model) -> int:
    with see_as(SYSTEM):
        return int(model.objects.count())


def report(district, **more):
    return {"sort": "fire", "gravity": "2", "text": "通道堵了", "deadline": WEEK, "place": district.near.pk} | more


def test_a_visit_sent_twice_is_one_and_a_dispute_of_it_one_lead(district, spot):
    client, body = enter(district.people["officer"]), {"found": "dispute", "text": "两家吵", "once": str(uuid.uuid4())}
    path = f"/patrols/places/{spot.pk}/visit/"
    assert client.get(path).status_code == 200
    assert [client.post(path, body).status_code for _ in range(2)] == [303, 303]
    assert (count(Visit), count(Lead)) == (1, 1)
    assert client.post(path, body | {"text": "别的"}).status_code == 422
    no = client.post(path, {"found": "well", "text": ""})
    assert (no.status_code, "写一句看到了什么" in no.content.decode()) == (422, True)
    on = client.post(path, {"found": "hazard", "text": "门锁了"})
    assert on["Location"] == f"/hazards/new/?spot={spot.pk}"


def test_the_moment_of_the_tap_counts_within_a_week(district, spot):
    client, path = enter(district.people["officer"]), f"/patrols/places/{spot.pk}/visit/"
    for said, kept in (("2026-04-15T02:00:00.000Z", True), ("2026-04-01T02:00:00.000Z", False)):
        client.post(path, {"found": "well", "text": said, "tapped_at": said})
        with see_as(SYSTEM):
            at = Visit.objects.get(text=said).at
        assert (at < NOW - timedelta(hours=1)) == kept


def test_a_hazard_with_its_photo_goes_its_way(district, spot):
    officer, chief = enter(district.people["officer"]), enter(district.people["chief"])
    body = report(district, person="李大强", phone="13800000455", once=str(uuid.uuid4()))
    for _ in range(2):
        made = officer.post("/hazards/new/", body | {"photos": [photo()]})
        assert made.status_code == 303
    assert (count(Hazard), count(HazardPhoto)) == (1, 1)
    path = made["Location"]
    page = officer.get(path).content.decode()
    assert ("李*强" in page, "李大强" in page, "13800000455" in page) == (True, False, False)
    with see_as(SYSTEM):
        pk, picture = Hazard.objects.get().pk, HazardPhoto.objects.get().pk
    shown = officer.get(f"{path}photos/{picture}/")
    assert (shown["Content-Type"], bool(b"".join(shown.streaming_content))) == ("image/jpeg", True)
    assert officer.get(f"/hazards/{pk + 1}/photos/{picture}/").status_code == 404
    assert officer.get(f"{path}paper/").status_code == 200
    assert officer.post(f"{path}notice/", {"text": "当面告知"}).status_code == 303
    assert officer.post(f"{path}rectify/", {"text": ""}).status_code == 422
    assert officer.post(f"{path}rectify/", {"text": "清了"}).status_code == 303
    assert officer.post(f"{path}recheck/", {"result": "ok", "text": "x"}).status_code == 403
    no = chief.post(f"{path}recheck/", {"result": "no", "text": "还有"})
    assert (no.status_code, "整改期限要在今天或以后" in no.content.decode()) == (422, True)
    assert chief.post(f"{path}recheck/", {"result": "ok", "text": "看过"}).status_code == 303
    assert officer.post("/hazards/new/", report(district, text="")).status_code == 422
    asked = chief.post(f"{path}contact/", {})
    assert (asked.status_code, "李大强" in asked.content.decode()) == (422, False)
    assert "李大强" in chief.post(f"{path}contact/", {"reason": "contact"}).content.decode()


def test_a_place_is_listed_planned_and_closed_from_its_page(district):
    client = enter(district.people["chief"])
    body = {"name": "三号工地", "sort": "site", "place": district.near.pk, "phone": "12"}
    assert client.post("/patrols/places/new/", body).status_code == 422
    made = client.post("/patrols/places/new/", body | {"phone": ""})
    path = made["Location"]
    assert client.post(f"{path}plan/", {"weekdays": []}).status_code == 422
    assert client.post(f"{path}plan/", {"weekdays": [1, 4]}).status_code == 303
    assert "三号工地" in client.get("/patrols/").content.decode()
    assert client.post(f"{path}plan/end/").status_code == 303
    assert client.post(f"{path}close/").status_code == 303
    foreign = client.post("/patrols/places/new/", body | {"phone": "", "place": district.far.pk})
    assert foreign.status_code == 422


def test_help_and_training_pages(district):
    officer, chief = enter(district.people["officer"]), enter(district.people["chief"])
    body = {"sort": "lost", "people": "2", "text": "找回老人", "place": district.near.pk}
    assert officer.post("/help/", body).status_code == 303
    assert "找回老人" in chief.get("/help/").content.decode()
    assert officer.post("/help/", body | {"people": "0"}).status_code == 422
    people = [district.people["officer"].pk]
    lesson = {"title": "接处警规范", "sort": "calls", "hours": "1.5", "held_on": TODAY.isoformat(), "people": people}
    assert chief.post("/training/", lesson).status_code == 303
    assert chief.post("/training/", lesson | {"people": []}).status_code == 422
    assert "接处警规范" in chief.get("/training/").content.decode()
    dispatcher = enter(district.people["dispatcher"]).post("/training/", lesson)
    assert dispatcher.status_code == 422  # of no station: a chief writes them down
    assert chief.get("/stations/").status_code == 200
    assert chief.get(f"/stations/{district.station.pk}/").status_code == 200
    assert chief.get(f"/stations/{district.other.pk}/").status_code == 404


def test_another_stations_things_are_not_there(district, spot):
    with see_as(SYSTEM):
        far = world.account("far-chief", "chief", unit=district.other)
        made = actions.find(sort="fire", gravity=1, text="x", deadline=TODAY, place=district.near, by=None, at=NOW)
    client = enter(far)
    for path in (f"/patrols/places/{spot.pk}/", f"/patrols/places/{spot.pk}/visit/", f"/hazards/{made.pk}/",
                 f"/patrols/places/{spot.pk}/contact/", f"/hazards/{made.pk}/paper/"):  # fmt: skip
        assert client.get(path).status_code == 404, path
    assert client.post(f"/hazards/{made.pk}/rectify/", {"text": "x"}).status_code == 404
    assert spot.name not in client.get("/patrols/").content.decode()


def test_due_patrols_and_hazards_stand_on_the_first_page(district, spot):
    with see_as(SYSTEM):
        actions.plan_visits(spot, weekdays=[TODAY.isoweekday()], since=TODAY, by=None, at=NOW)
        made = actions.find(
            sort="fire", gravity=1, text="通道堵了", deadline=TODAY, place=district.near, by=None, at=NOW
        )

    def rows(role):
        held = scope_of(district.people[role], at=NOW)
        with see_as(held):
            found = todo.waiting(held, at=NOW, providers=[todo.patrols])
            return sorted((row.verb, row.what) for row in found)

    assert rows("chief") == [("催改", made.text), ("巡查", spot.name)]
    assert rows("officer") == [("巡查", spot.name)]
    assert rows("agency") == []
    with see_as(SYSTEM):
        actions.visit(spot, found="well", text="好", by=None, at=NOW)
    assert rows("officer") == []
    assert enter(district.people["chief"]).get("/").status_code == 200


def test_filters_and_policies_agree_on_any_scope(district, spot):
    rng = random.Random(3)
    people = list(district.people.values())
    with see_as(SYSTEM):
        for n in range(8):
            place, by = rng.choice([district.near, district.far]), rng.choice(people).pk
            one = actions.keep_spot(name=f"场所{n}", sort="site", place=place, by=by, at=NOW)
            actions.plan_visits(one, weekdays=[1], since=TODAY, by=by, at=NOW)
            actions.visit(one, found="well", text="x", by=by, at=NOW)
            actions.find(sort="fire", gravity=1, text="x", deadline=TODAY, place=place, by=by, at=NOW)
            actions.help_given(sort="lost", people=1, text="x", place=place, by=by, at=NOW)
    asked = (
        (KeyPlace, queries.spots), (Visit, queries.visits), (Hazard, queries.hazards), (HelpService, queries.helps),
        (Training, queries.trainings),
    )  # fmt: skip
    roles = ("dispatcher", "officer", "chief", "agency", "mediator", "auditor", "auxiliary")
    for _ in range(100):
        scope = world.any_scope(rng, district, people, roles=roles)
        with see_as(SYSTEM):
            expected = [set(ask(scope)) for _model, ask in asked]
        with see_as(scope):
            assert [set(model.objects.all()) for model, _ask in asked] == expected
            assert set(Plan.objects.values_list("spot", flat=True)) == {s.pk for s in expected[0] if s.pk != spot.pk}


@pytest.mark.parametrize("many", [1, 30])
@pytest.mark.parametrize(("path", "queries_"), [("/patrols/", 13), ("/hazards/", 12), ("/help/", 14)])
def test_lists_ask_the_database_as_often_for_one_as_for_many(
    district, spot, django_assert_num_queries, path, queries_, many
):
    with see_as(SYSTEM):
        for n in range(many):
            one = actions.keep_spot(name=f"场所{n}", sort="site", place=district.near, by=None, at=NOW)
            actions.plan_visits(one, weekdays=[TODAY.isoweekday()], since=TODAY, by=None, at=NOW)
            actions.find(sort="fire", gravity=1, text="x", deadline=TODAY, place=district.near, by=None, at=NOW)
            actions.help_given(sort="lost", people=1, text="x", place=district.near, by=None, at=NOW)
    client = enter(district.people["officer"])
    client.get(path)
    with django_assert_num_queries(queries_):
        client.get(path)

"""The pages as each role meets them: sent twice, foreign objects, extra fields, exports, number of queries."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from PIL import Image

from tests import world
from tests.discovery.volunteers.doing import done, team, volunteer
from tests.world import NOW
from twinloop.discovery.leads.models import Lead
from twinloop.discovery.volunteers import actions
from twinloop.discovery.volunteers.models import Activity, Campaign, Photo
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as


@pytest.fixture(autouse=True)
def _at():
    with time_machine.travel(NOW, tick=False):
        yield


def enter(account):
    client = Client()
    client.force_login(account, backend="twinloop.people.backend.AccountBackend")
    return client


@pytest.fixture
def me(district):
    return volunteer("z1", district.near)


def picture():
    content = BytesIO()
    Image.new("RGB", (30, 20), "white").save(content, "JPEG")
    return SimpleUploadedFile("a.jpg", content.getvalue(), "image/jpeg")


def sent(place, *people, **more):
    told = {
        "sort": "visit", "place": place.pk, "on": "2026-04-16", "start": "06:00", "end": "08:00",
        "people": [p.pk for p in people], "reached": 12, "helped": 3, "words": "走访", "once": "k" * 12,
    }  # fmt: skip
    return {**told, **more}


def mine():
    with see_as(SYSTEM):
        return list(Activity.objects.filter(place__code__startswith="99").order_by("pk"))


def test_a_volunteer_records_from_the_phone_and_twice_is_once(district, me):
    client = enter(me)
    for _ in range(2):
        answer = client.post("/activities/new/", sent(district.near, me, photos=picture()))
        assert (answer.status_code, answer["Location"]) == (303, f"/activities/{mine()[0].pk}/")
    (made,) = mine()
    assert (made.recorded_by, made.reached, made.station_id) == (me, 12, district.station.pk)
    assert Photo.objects.filter(activity=made).count() == 1
    other = client.post("/activities/new/", sent(district.near, me, reached=13))
    assert (other.status_code, len(mine())) == (422, 1)


def test_what_is_refused_stays_in_the_form(district, me):
    answer = enter(me).post("/activities/new/", sent(district.near, me, helped=30))
    assert answer.status_code == 422
    assert "帮助的人数不能多于到场和受众" in answer.content.decode()
    assert 'value="12"' in answer.content.decode()
    assert mine() == []


def test_people_are_named_by_number_or_by_a_name_of_one(district, me):
    other = volunteer("z2", district.near)
    twins = [world.account(f"t{n}", "volunteer", name="李明") for n in range(2)]
    client = enter(me)
    assert client.post("/activities/new/", sent(district.near, me, others=f"{other.name}")).status_code == 303
    assert set(mine()[0].parts.values_list("account", flat=True)) == {me.pk, other.pk}
    for text, said in (("李明", "有 2 个叫李明的"), ("没有这人", "没有编号或姓名是“没有这人”的志愿者")):
        answer = client.post(
            "/activities/new/", sent(district.near, me, others=text, once="x" * 10, start="08:00", end="08:30")
        )
        assert said in answer.content.decode()
    chosen = sent(district.near, me, others=twins[0].username, once="y" * 10, start="08:00", end="08:30")
    assert client.post("/activities/new/", chosen).status_code == 303


def test_a_night_watch_runs_over_midnight(district, me):
    answer = enter(me).post("/activities/new/", sent(district.near, me, on="2026-04-15", start="22:00", end="01:30"))
    assert answer.status_code == 303
    assert (f"{mine()[0].on}", mine()[0].length.total_seconds()) == ("2026-04-15", 3.5 * 3600)


def test_members_of_one_s_own_team_are_offered_and_oneself_is_ticked(district, me):
    mate = volunteer("z9", district.near)
    team(district, me, mate)
    page = enter(me).get("/activities/new/").content.decode()
    assert f'value="{mate.pk}"' in page
    assert f'value="{me.pk}" id="id_people_0" checked' in page
    assert enter(me).get("/activities/new/")["X-Keep"] == "page"


def test_fields_that_the_form_does_not_have_take_no_effect(district, me):
    enter(me).post("/activities/new/", sent(district.near, me, recorded_by=1, station=district.other.pk, version=9))
    assert (mine()[0].recorded_by, mine()[0].station_id, mine()[0].version) == (me, district.station.pk, 1)


def test_foreign_activities_are_unknown_by_every_verb(district, me):
    stranger = volunteer("z2", district.far)
    with see_as(SYSTEM):
        foreign = done(district.far, stranger)
        own = done(district.near, me)
        made = actions.add_photos(foreign, [picture()], by=None, at=NOW)[0]
    client = enter(me)
    base = f"/activities/{foreign.pk}/"
    for verb, path in (
        ("get", base), ("get", f"{base}edit/"), ("post", f"{base}edit/"),
        ("post", f"{base}withdraw/"), ("post", f"{base}lead/"),
        ("post", f"{base}photos/"), ("get", f"{base}photos/{made.pk}/"), ("post", f"{base}photos/{made.pk}/remove/"),
        ("get", f"/activities/{own.pk}/photos/{made.pk}/"), ("post", f"/activities/{own.pk}/photos/{made.pk}/remove/"),
    ):  # fmt: skip
        assert getattr(client, verb)(path, {"why": "x"}).status_code == 404, (verb, path)
    assert "远村" not in client.get("/activities/").content.decode().split("<tbody>")[1]


def test_a_colleague_reads_but_only_the_recorder_and_the_police_of_the_place_change(district, me):
    mate = volunteer("z9", district.near)
    made = done(district.near, me, team=team(district, me, mate))
    client = enter(mate)
    assert "只有登记的人、社区民警和所长可以改" in client.get(f"/activities/{made.pk}/").content.decode()
    client.post(f"/activities/{made.pk}/withdraw/", {"why": "试"})
    assert client.get(f"/activities/{made.pk}/edit/").status_code == 302
    assert mine()[0].withdrawn_at is None
    chief = enter(district.people["chief"])
    chief.post(f"/activities/{made.pk}/withdraw/", {"why": "重复登记"})
    assert mine()[0].withdrawn_why == "重复登记"


def test_a_correction_shows_in_the_history_and_an_old_page_is_refused(district, me):
    made, client = done(district.near, me), enter(me)
    changed = sent(district.near, me, reached=40, version=1)
    assert client.post(f"/activities/{made.pk}/edit/", changed).status_code == 303
    page = client.get(f"/activities/{made.pk}/").content.decode()
    assert "到场和受众：10 → 40" in page
    again = client.post(f"/activities/{made.pk}/edit/", {**changed, "reached": 41})
    assert (again.status_code, "别人刚改过" in again.content.decode()) == (422, True)
    assert mine()[0].reached == 40


def test_a_dispute_is_reported_from_the_activity_s_own_page_once(district, me):
    made, client = done(district.near, me), enter(me)
    told = {"text": "两家为水沟吵", "address": "3 组", "urgent": "on", "once": "k" * 12}
    for _ in range(2):
        assert client.post(f"/activities/{made.pk}/lead/", told).status_code == 303
    with see_as(SYSTEM):
        (lead,) = Lead.objects.filter(context=f"activity:{made.pk}")
    assert (lead.source, lead.place, lead.reporter, lead.is_urgent) == ("volunteer", district.near, me, True)
    assert lead.number in client.get(f"/activities/{made.pk}/").content.decode()
    empty = client.post(f"/activities/{made.pk}/lead/", {"text": " "})
    assert (empty.status_code, "tl-note" in empty.content.decode()) == (422, True)


def test_what_people_wrote_is_masked(district, me):
    made = done(district.near, me, words="问 13900000127 的家属", spot="找 13900000127")
    for path in (f"/activities/{made.pk}/", "/activities/", "/activities/export/?format=csv"):
        assert "13900000127" not in enter(district.people["chief"]).get(path).content.decode()


def test_exports_are_text_and_recorded(district, me):
    done(district.near, me, words='=HYPERLINK("http://x")')
    chief = enter(district.people["chief"])
    answer = chief.get("/activities/export/?format=csv&since=2026-04-01&until=2026-04-30")
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert (len(rows), rows[1][-1]) == (2, '\'=HYPERLINK("http://x")')
    sheet = load_workbook(BytesIO(chief.get("/activities/export/?since=2026-04-01").content)).active
    last = list(sheet.iter_rows())[2][-1]
    assert (last.data_type, str(last.value)[0]) == ("s", "'")
    book = load_workbook(BytesIO(chief.get("/activities/export/?format=figures&since=2026-04-01").content)).active
    assert ("类型", "走访摸排", 1, 1, 2, 10, 2, 0) in list(book.values)
    with see_as(SYSTEM):
        found = Event.objects.filter(stream=f"account:{district.people['chief'].pk}", verb="activities_exported")
        assert {e.data["rows"] for e in found} == {1, 8}


@pytest.mark.parametrize("bad", ["sort=x", "campaign=99999", "place=99999", "since=yesterday", "team=x", "who=x"])
def test_a_filter_that_nobody_s_link_has_is_refused(district, bad):
    client = enter(district.people["chief"])
    for page in ("/activities/", "/activities/figures/", "/activities/export/"):
        assert client.get(f"{page}?{bad}").status_code == 400
    assert client.get("/volunteers/?order=password").status_code == 400


def test_campaigns_are_set_changed_and_closed_by_those_who_may(district, me):
    bureau = enter(district.people["bureau"])
    told = {"name": "平安夜巡", "goal": "夜里有人", "starts_on": "2026-04-01", "ends_on": ""}
    assert bureau.post("/volunteers/campaigns/new/", told).status_code == 303
    run = Campaign.objects.get(name="平安夜巡")
    assert bureau.post(f"/volunteers/campaigns/{run.pk}/", {**told, "goal": "天天有人"}).status_code == 303
    assert bureau.post("/volunteers/campaigns/new/", told).status_code == 422
    page = enter(me).get("/volunteers/campaigns/").content.decode()
    assert "天天有人" in page
    assert "专项行动由指挥室、所长和分局领导设立" in page
    assert bureau.post(f"/volunteers/campaigns/{run.pk}/close/").status_code == 303
    run.refresh_from_db()
    assert run.closed_on == NOW.date()


def test_the_register_lists_volunteers_and_sorts_their_teams(district, me):
    ours = team(district, me)
    done(district.near, me)
    chief = enter(district.people["chief"])
    page = chief.get("/volunteers/").content.decode()
    assert "2:00" in page
    assert me.name in page
    assert chief.post(f"/volunteers/teams/{ours.pk}/sort/", {"sort": "vigilantes"}).status_code == 303
    assert "义警队 · 1 人" in chief.get("/volunteers/").content.decode()
    # another station's team is unknown to this chief
    ours.station, ours.place = district.other, district.far
    ours.save()
    assert chief.post(f"/volunteers/teams/{ours.pk}/sort/", {"sort": "society"}).status_code == 404


QUERIES = {"/activities/": 13, "/volunteers/": 13, "/activities/figures/": 18}


@pytest.mark.parametrize("path", QUERIES)
def test_lists_ask_the_same_number_of_queries_for_one_and_for_many(district, me, path, django_assert_num_queries):
    chief = enter(district.people["chief"])
    for size in (1, 25):
        for n in range(size):
            done(district.near, volunteer(f"q{size}-{n}", district.near))
        with django_assert_num_queries(QUERIES[path]):
            assert chief.get(path).status_code == 200

"""Pages, scope, sending twice and late, files: what each role meets."""

from __future__ import annotations

import random
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import world
from tests.discovery.posts.keeping import HOUR, TODAY, auxiliary, kept, planned
from tests.world import NOW
from twinloop.discovery.leads.models import Lead
from twinloop.discovery.posts import actions, visibility
from twinloop.discovery.posts.models import HelpGiven, JointCheck, Shift
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def me(district):
    return district.people["auxiliary"]


def enter(account):
    client = Client()
    client.force_login(account, backend="twinloop.people.backend.AccountBackend")
    return client


def mine():
    with see_as(SYSTEM):
        return list(Shift.objects.filter(place__code__startswith="99").order_by("pk"))


# --- who sees what -------------------------------------------------------------------------------------------------

SEEN = {
    "dispatcher": 2, "bureau": 2, "chief": 1, "community_officer": 1, "auxiliary": 1, "officer": 0, "mediator": 0,
    "volunteer": 0, "grid_worker": 0, "agency": 0, "auditor": 0, "security_admin": 0, "system_admin": 0,
}  # fmt: skip


@pytest.mark.parametrize("role", SEEN)
def test_each_role_sees_its_part_and_the_database_agrees(district, role):
    near, far = auxiliary("a1", district, district.near), auxiliary("a2", district, district.far)
    both = [kept(near, district.near, TODAY - DAY), kept(far, district.far, TODAY - DAY)]
    for shift in both:
        actions.note_help(shift, "errand", 1, "", by=None, at=NOW)
        actions.note_check(shift, ["cadre"], ["fire"], "没有发现问题", by=None, at=NOW)
    scope, keys = district.scope(role), [shift.pk for shift in both]
    with see_as(scope):
        assert visibility.shifts(scope).filter(pk__in=keys).count() == SEEN[role]
        assert Shift.objects.filter(pk__in=keys).count() == SEEN[role]
        assert HelpGiven.objects.filter(shift__in=keys).count() == SEEN[role]
        assert JointCheck.objects.filter(shift__in=keys).count() == SEEN[role]
        streams = set(Event.objects.filter(stream__in=[s.stream for s in both]).values_list("stream", flat=True))
        assert len(streams) == (2 if role == "auditor" else SEEN[role])


def test_filters_and_policies_agree_on_any_scope(district):
    rng = random.Random(7)
    people = [auxiliary(f"p{n}", district, district.near) for n in range(4)]
    for n in range(16):
        shift = planned(rng.choice(people), rng.choice([district.near, district.far]), TODAY + n * DAY)
        Shift.objects.filter(pk=shift.pk).update(station=rng.choice([district.station, district.other, None]))
    for _ in range(150):
        scope = world.any_scope(rng, district, people)
        with see_as(SYSTEM):
            expected = set(visibility.shifts(scope))
        with see_as(scope):
            assert set(Shift.objects.all()) == expected


def test_foreign_shifts_and_villages_are_unknown_by_every_verb(district, me):
    far = kept(auxiliary("a2", district, district.far), district.far, TODAY)
    own = kept(me, district.near, TODAY)
    entry = actions.note_help(far, "errand", 1, "", by=None, at=NOW)
    check = actions.note_check(far, ["cadre"], ["fire"], "x", by=None, at=NOW)
    for role, verbs in (
        ("auxiliary", ("in", "out", "help", "check", "lead", f"checks/{check.pk}/withdraw")),
        ("chief", ("drop", "mend", f"helps/{entry.pk}/withdraw")),
    ):  # fmt: skip
        client = enter(district.people[role])
        assert client.get(f"/posts/{far.pk}/").status_code == 404
        assert client.get(f"/posts/villages/{district.far.code}/").status_code == 404
        for verb in verbs:
            assert client.post(f"/posts/{far.pk}/{verb}/", {"why": "x"}).status_code == 404, verb
        # a child of another shift is not found under one's own
        assert client.post(f"/posts/{own.pk}/helps/{entry.pk}/withdraw/", {"why": "x"}).status_code == 404
    with see_as(SYSTEM):
        assert HelpGiven.objects.get(pk=entry.pk).withdrawn_at is None


def test_nobody_checks_in_for_another(district, me):
    shift = planned(auxiliary("a3", district, district.near), district.near)  # a colleague of the same village
    answer = enter(me).post(f"/posts/{shift.pk}/in/")
    assert (answer.status_code, "只有驻村的本人" in answer.content.decode()) == (422, True)
    assert mine()[0].in_at is None


# --- on the phone --------------------------------------------------------------------------------------------------


def test_check_in_sent_twice_and_late_is_one_moment(district, me):
    shift, client = planned(me, district.near), enter(me)
    tapped = (NOW - 30 * timedelta(minutes=1)).isoformat()
    told = {"once": "k" * 12, "tapped_at": tapped, "latitude": "25.83", "longitude": "114.93"}
    for _ in range(2):
        assert client.post(f"/posts/{shift.pk}/in/", told).status_code == 303
    made = mine()[0]
    assert (made.in_at, made.in_sent_at) == (NOW - timedelta(minutes=30), NOW)
    assert made.in_latitude is None  # not ticked: not kept, whatever the browser sends
    assert "09:00 才送到" in client.get(f"/posts/{shift.pk}/").content.decode()
    with see_as(SYSTEM):
        assert Event.objects.filter(stream=shift.stream, verb="shift_in").count() == 1
    again = client.post(f"/posts/{shift.pk}/in/", {"once": "m" * 12})
    assert (again.status_code, "08:30 已经签到" in again.content.decode()) == (422, True)


def test_a_place_is_kept_at_the_tap_where_it_was_ticked(district, me):
    shift, client = planned(me, district.near), enter(me)
    told = {"with_position": "on", "latitude": "25.8312345", "longitude": "114.93"}
    assert client.post(f"/posts/{shift.pk}/in/", told).status_code == 303
    assert f"{mine()[0].in_latitude}" == "25.831234"
    page = client.get(f"/posts/{shift.pk}/").content.decode()
    assert "25.8312" in page
    wrong = {"with_position": "on", "latitude": "95", "longitude": "114"}
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        assert client.post(f"/posts/{shift.pk}/out/", wrong).status_code == 422
        assert client.post(f"/posts/{shift.pk}/out/", {**wrong, "latitude": "nonsense"}).status_code == 303
    assert mine()[0].out_latitude is None


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30T10:00:00Z", "2026-04-16T08:00:00", ""])
def test_a_tap_without_a_moment_is_now(district, me, text):
    shift = planned(me, district.near)
    assert enter(me).post(f"/posts/{shift.pk}/in/", {"tapped_at": text}).status_code == 303
    assert mine()[0].in_at == NOW


def test_help_checks_and_a_dispute_are_noted_once(district, me):
    shift, client = kept(me, district.near, TODAY, hours=None), enter(me)
    sends = {
        "help": {"sort": "elderly", "people": "2", "words": "看望 13900000127 的老人"},
        "check": {"partners": ["security_director", "grid_worker"], "looked": ["rental"], "findings": "一间没有登记"},
        "lead": {"text": "两家为水沟吵", "urgent": "on"},
    }
    for verb, told in sends.items():
        for _ in range(2):
            assert client.post(f"/posts/{shift.pk}/{verb}/", {**told, "once": f"{verb}-12345678"}).status_code == 303
    with see_as(SYSTEM):
        (lead,) = Lead.objects.filter(context=f"shift:{shift.pk}")
        assert (lead.source, lead.place, lead.reporter, lead.is_urgent) == ("village_post", district.near, me, True)
        assert (HelpGiven.objects.filter(shift=shift).count(), JointCheck.objects.filter(shift=shift).count()) == (1, 1)
    page = client.get(f"/posts/{shift.pk}/").content.decode()
    assert lead.number in page
    assert "和治保主任、网格员" in page.replace("、", "、") or "和网格员、治保主任" in page
    assert "13900000127" not in page


def test_what_is_refused_stays_in_its_form(district, me):
    shift, client = kept(me, district.near, TODAY, hours=None), enter(me)
    answer = client.post(f"/posts/{shift.pk}/check/", {"findings": "飞线充电", "looked": ["fire"]})
    page = answer.content.decode()
    assert (answer.status_code, "和谁一起检查" in page, "飞线充电" in page) == (422, True, True)
    assert client.post(f"/posts/{shift.pk}/lead/", {"text": " "}).status_code == 422
    assert client.post(f"/posts/{shift.pk}/help/", {"people": "1"}).status_code == 422


def test_the_own_page_leads_to_today_s_shift_and_so_does_the_work_list(district, me):
    shift, client = planned(me, district.near), enter(me)
    for path in ("/posts/", "/"):
        page = client.get(path).content.decode()
        assert f"/posts/{shift.pk}/" in page
        assert "签到" in page


# --- in the office -------------------------------------------------------------------------------------------------


def test_the_grid_plans_repeats_and_drops(district, me):
    chief = enter(district.people["chief"])
    page = chief.get("/posts/").content.decode()
    assert "差 2 天" in page
    told = {"account": me.pk, "place": district.near.pk, "on": "2026-04-17", "starts": "09:00", "ends": "17:00"}
    answer = chief.post("/posts/new/", told)
    assert (answer.status_code, answer["Location"]) == (303, "/posts/?week=2026-W16")
    (shift,) = mine()
    assert (shift.planned_by, "差 1 天" in chief.get("/posts/").content.decode()) == (district.people["chief"], True)
    assert chief.post("/posts/new/", told).status_code == 422
    assert chief.post("/posts/repeat/", {"week": "2026-W17"}).status_code == 303
    assert [s.on.isoformat() for s in mine()] == ["2026-04-17", "2026-04-24"]
    chief.post(f"/posts/{shift.pk}/drop/", {"why": "请假"})
    assert mine()[0].dropped_why == "请假"


def test_a_chief_plans_only_the_own_station_s_villages_and_people(district, me):
    stranger = auxiliary("a9", district, district.far)
    stranger.unit = district.other
    stranger.save()
    chief = enter(district.people["chief"])
    told = {"on": "2026-04-17", "starts": "09:00", "ends": "17:00"}
    for account, place in ((me, district.far), (stranger, district.near)):
        assert chief.post("/posts/new/", {**told, "account": account.pk, "place": place.pk}).status_code == 422
    assert mine() == []
    assert "远村" not in chief.get("/posts/").content.decode()
    assert "远村" in enter(district.people["dispatcher"]).get("/posts/").content.decode()


def test_times_are_mended_by_who_leads_and_never_by_oneself(district, me):
    shift = kept(me, district.near, TODAY - DAY, hours=None)
    chief = enter(district.people["chief"])
    wrong = chief.post(f"/posts/{shift.pk}/mend/", {"start": "10:00", "end": "09:00", "why": "忘了"})
    assert (wrong.status_code, "签离要晚于签到" in wrong.content.decode()) == (422, True)
    assert (
        chief.post(f"/posts/{shift.pk}/mend/", {"start": "08:30", "end": "17:00", "why": "忘了签离"}).status_code == 303
    )
    assert mine()[0].length == 8.5 * HOUR
    assert "补签" in chief.get(f"/posts/villages/{district.near.code}/").content.decode()


@pytest.mark.parametrize("week", ["2026-16", "2026-W54", "2025-W53", "1999-W01", "2026-W00", "x"])
def test_a_week_that_does_not_exist_is_nobody_s_link(district, week):
    assert enter(district.people["chief"]).get(f"/posts/?week={week}").status_code == 400
    assert enter(district.people["chief"]).get("/posts/?week=2026-W53").status_code == 200


def test_the_grid_and_a_village_ask_the_same_number_of_queries_at_any_size(district, me, django_assert_num_queries):
    bureau = enter(district.people["bureau"])
    paths = {"/posts/?week=2026-W16": 11, f"/posts/villages/{district.near.code}/": 22}
    for size in (1, 12):
        for n in range(size):
            shift = kept(auxiliary(f"q{size}-{n}", district, district.near), district.near, TODAY - DAY)
            actions.note_help(shift, "errand", 1, "", by=None, at=NOW)
        for path, count in paths.items():
            with django_assert_num_queries(count):
                assert bureau.get(path).status_code == 200


# --- a roster from a file ------------------------------------------------------------------------------------------


def upload(client, text, name="排班.csv", encoding="utf-8"):
    return client.post("/posts/import/", {"file": SimpleUploadedFile(name, text.encode(encoding))}, follow=True)


def test_a_roster_is_looked_at_then_brought_in_and_twice_is_once(district, me):
    chief = enter(district.people["chief"])
    text = (
        "警号,日期,村居,开始,结束\n"
        "t-auxiliary,2026-04-17,近村,09:00,16:30\n"
        "Ｔ-auxiliary,2026/4/18,990001001201,,\n"
        "t-auxiliary,2026年4月18日,近村,,\n"
        "nobody,2026-04-17,近村,,\n"
        "t-auxiliary,2026-04-20,天上村,,\n"
        "t-auxiliary,2026-04-21,远村,,\n"
        "t-auxiliary,2026-02-30,近村,,\n"
        "t-auxiliary,2026-04-22,近村,25:00,\n"
        "t-auxiliary,2026-04-01,近村,,\n"
    )
    page = upload(chief, text, encoding="gb18030").content.decode()
    wrong = "和第 3 行重复 没有警号是“nobody” 没有叫“天上村” 远村不归你排 日期要写成 时间要写成 已经过去"
    for said in re.findall(r"和第 3 行重复|没有警号是“nobody”|[^ ]+", wrong):
        assert said in page, said
    assert mine() == []
    assert chief.post("/posts/import/do/", {"which": "whole"}, follow=True).status_code == 200
    assert mine() == []
    chief.post("/posts/import/do/", {"which": "good"})
    assert [(s.on.isoformat(), s.period.lower.astimezone(NOW.tzinfo).hour) for s in mine()] == [
        ("2026-04-17", 9), ("2026-04-18", 8),
    ]  # fmt: skip
    again = upload(chief, text, encoding="gb18030").content.decode()
    assert "没有可导入的新班" in again


def test_a_file_that_is_none_says_why(district):
    chief = enter(district.people["chief"])
    assert "还差列“日期、村居”" in upload(chief, "警号,姓名\n1,甲\n").content.decode()
    assert "空" in upload(chief, " \n").content.decode()
    assert "内容却是" in upload(chief, "警号,日期,村居\n", name="a.xlsx").content.decode()
    assert chief.get("/posts/import/look/").status_code == 422
    assert enter(district.people["bureau"]).get("/posts/import/look/").status_code == 404

"""Pages of both sides, the arbiter's, the settings; and that an agency finds nothing else anywhere."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests import world
from tests.mediation.joint.conftest import TEXT, window_of
from tests.world import NOW
from twinloop.cases.models import Clock, Dispute, Party
from twinloop.desk import alarms, todo
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, Scope, see_as
from twinloop.mediation.joint import actions, queries
from twinloop.mediation.joint.models import Answer, Competence, Heat, Objection, Report, Seat, Whistle
from twinloop.notices.telling import told_to
from twinloop.people.models import Unit
from twinloop.people.scope import scope_of


@pytest.fixture(autouse=True)
def _then():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def window(db):
    with see_as(SYSTEM):
        return window_of(world.district())


def enter(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def blown(window, *names: str, **more):
    with see_as(SYSTEM):
        return window.blow(*names, **more)


def item(window, whistle: Whistle, name: str = "labour"):
    with see_as(SYSTEM):
        return window.item(whistle, name)


def text(response):
    return response.content.decode()


# --- the police -------------------------------------------------------------------------------------------------------


def test_the_form_suggests_agencies_and_sends_once(window):
    client, address = enter(window.person("dispatcher")), f"/whistles/new/{window.dispute.number}/"
    form = client.get(address)
    said = text(form)
    assert "主管这一类" in said
    assert "王秀兰" not in said
    assert form.context["ticked"] == {str(window.units[n].pk) for n in ("labour", "housing", "centre")}
    assert form.context["lead"] == str(window.units["labour"].pk)
    blank = client.post(address, {"units": [window.units["labour"].pk], "text": TEXT})
    assert (blank.status_code, "谁牵头" in text(blank)) == (422, True)
    body = {
        "units": [window.units[n].pk for n in ("labour", "court")], "lead": window.units["labour"].pk, "text": TEXT,
        "is_urgent": "on", "where": "近村工地", "once": str(uuid.uuid4()),
    }  # fmt: skip
    answers = [client.post(address, body) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    with see_as(SYSTEM):
        whistle = Whistle.objects.get()
        assert {a.unit.name for a in whistle.answers.all()} == {"测试区人社局", "测试法庭"}
        assert (whistle.where, whistle.is_urgent) == ("近村工地", True)
        assert whistle.suggested[0]["unit"] == "测试区人社局"
    assert "测试法庭" in text(client.get(answers[0]["Location"]))


def test_the_board_puts_items_in_columns_the_late_on_top(window):
    whistle = blown(window)
    with see_as(SYSTEM):
        actions.sign(window.item(whistle, "housing"), by=None, at=NOW)
        actions.object_to(window.item(whistle, "centre"), "handled", "x", by=None, at=NOW)
    with time_machine.travel(NOW + timedelta(hours=2)):
        page = enter(window.person("chief")).get("/whistles/")
    found = {code: [card.answer.unit.name for card in cards] for code, _word, cards in page.context["columns"]}
    assert found == {
        "objected": ["测试区综治中心"], "sent": ["测试区人社局"], "on_way": [], "at_work": ["测试区住建局"], "done": [],
    }  # fmt: skip
    assert page.context["cards"][0].clock.due_at <= NOW + timedelta(hours=2)
    assert "还没有到期的" in text(page)


def test_the_board_is_asked_again_and_says_when_nothing_changed(window):
    blown(window)
    client = enter(window.person("dispatcher"))
    known = client.get("/whistles/").context["digest"]
    assert client.get("/whistles/board/", {"known": known}).status_code == 204
    with see_as(SYSTEM):
        actions.sign(Answer.objects.filter(unit=window.units["labour"]).get(), by=None, at=NOW)
    assert client.get("/whistles/board/", {"known": known}).status_code == 200


@pytest.mark.parametrize("times", [1, 3])
def test_the_board_asks_as_much_however_many_items(window, times, django_assert_max_num_queries):
    for n in range(times):
        with see_as(SYSTEM):
            other = world.dispute(window.district.near, title=f"第{n}件")
            whistle = actions.blow(
                other, actions.Ask(units=list(window.units.values())[:3], lead=window.units["labour"].pk, text="x"),
                by=None, at=NOW,
            )  # fmt: skip
            actions.sign(window.item(whistle), by=None, at=NOW)
    client = enter(window.person("dispatcher"))
    client.get("/whistles/")
    with django_assert_max_num_queries(19):
        client.get("/whistles/")


def test_another_stations_whistle_is_not_there(window):
    with see_as(SYSTEM):
        far = world.dispute(window.district.far)
        ask = actions.Ask(units=[window.units["court"]], lead=window.units["court"].pk, text="x")
        whistle = actions.blow(far, ask, by=None, at=NOW)
    for path in (f"/whistles/{whistle.pk}/", f"/whistles/new/{far.number}/", f"/whistles/of/{far.number}/"):
        assert enter(window.person("chief")).get(path).status_code == 404
        assert enter(window.person("bureau")).get(path).status_code == 200


def test_the_dispute_page_offers_and_tells_it(window):
    client = enter(window.person("community_officer"))
    part = f"/whistles/of/{window.dispute.number}/"
    assert part in text(client.get(f"/disputes/{window.dispute.number}/"))
    assert "建议叫" in text(client.get(part))
    blown(window)
    said = text(client.get(part))
    assert "CS260416-001" in said
    assert "待签收" in said
    told = text(client.get(f"/disputes/{window.dispute.number}/"))
    assert "吹哨 CS260416-001：测试区人社局、测试区住建局、测试区综治中心，测试区人社局牵头" in told


def test_an_item_is_recalled_with_a_reason(window):
    whistle = blown(window)
    client, pk = enter(window.person("community_officer")), item(window, whistle).pk
    no = client.post(f"/whistles/items/{pk}/recall/", {"why": ""})
    assert (no.status_code, "写明原因" in text(no)) == (422, True)
    assert client.post(f"/whistles/items/{pk}/recall/", {"why": "叫错"}).status_code == 303
    assert item(window, whistle).state == "recalled"


def test_another_agency_leads_with_a_reason_and_all_of_them_are_told(window):
    whistle = blown(window)
    client, other = enter(window.person("community_officer")), item(window, whistle, "housing").pk
    first, address = item(window, whistle).pk, f"/whistles/items/{other}/lead/"
    page = text(client.get(f"/whistles/{whistle.pk}/"))
    assert address in page
    assert f"/whistles/items/{first}/lead/" not in page  # it leads already
    no = client.post(address, {"why": " "})
    assert (no.status_code, "写明原因" in text(no), no.context["slot"]) == (422, True, f"lead{other}")
    sent = {"why": "钱在发包方手里", "once": str(uuid.uuid4())}
    assert [client.post(address, sent).status_code for _twice in range(2)] == [303, 303]
    assert (item(window, whistle, "housing").part, item(window, whistle).part) == ("lead", "assist")
    with see_as(SYSTEM):
        whistle.refresh_from_db()
        assert whistle.lead_unit == window.units["housing"]
        event = Event.objects.get(verb="whistle_lead")
        actions.recall(window.item(whistle, "centre"), "叫错", by=None, at=NOW)
        told = told_to()["whistle_lead"]
        assert set(told.who(event)) == {window.clerks[name].pk for name in ("labour", "housing")}
        assert told.link(event) == (whistle.number, "/whistles/")
    late = client.post(address, {"why": "再换一次"})
    assert (late.status_code, "已经是牵头" in text(late), "再换一次" in text(late)) == (422, True, True)
    assert enter(window.person("auxiliary")).post(address, {"why": "x"}).status_code == 403
    assert enter(window.clerks["labour"]).post(address, {"why": "x"}).status_code == 403


# --- the agency -------------------------------------------------------------------------------------------------------


def test_an_agency_signs_arrives_and_feeds_back(window):
    whistle, client = blown(window, is_urgent=True, where="工地"), enter(window.clerks["labour"])
    page = text(client.get("/whistles/"))
    assert whistle.number in page
    assert window.dispute.number not in page
    one = f"/whistles/items/{item(window, whistle).pk}/"
    assert window.dispute.number not in text(client.get(one))
    assert client.post(f"{one}sign/").status_code == 303
    assert client.post(f"{one}arrive/").status_code == 303
    no = client.post(f"{one}feedback/", {"result": "done", "text": ""})
    assert (no.status_code, "写明做了什么" in text(no)) == (422, True)
    assert client.post(f"{one}feedback/", {"result": "under_way", "text": "在约"}).status_code == 303
    assert client.post(f"{one}feedback/", {"result": "done", "text": "付清"}).status_code == 303
    assert item(window, whistle).state == "done"
    late = client.post(f"{one}sign/")
    assert (late.status_code, "已办结" in text(late)) == (422, True)
    with see_as(SYSTEM):
        assert list(Report.objects.values_list("result", "is_final")) == [("under_way", False), ("done", True)]
        assert Event.objects.get(stream=window.dispute.stream, verb="whistle_done").by == window.clerks["labour"]


def test_an_objection_goes_to_the_arbiter_and_comes_back_decided(window):
    whistle = blown(window, "labour", "housing")
    pk = item(window, whistle).pk
    clerk, chief = enter(window.clerks["labour"]), enter(window.person("chief"))
    assert clerk.post(f"/whistles/items/{pk}/object/", {"ground": "", "text": "x"}).status_code == 422
    assert clerk.post(f"/whistles/items/{pk}/object/", {"ground": "not_place", "text": "外区"}).status_code == 303
    with see_as(SYSTEM):
        objection = Objection.objects.get()
    page = f"/whistles/objections/{objection.pk}/"
    assert "主管表怎么说" in text(chief.get(page))
    assert "由所长或分局领导裁定" in text(enter(window.person("dispatcher")).get(page))
    no = chief.post(f"{page}decide/", {"decision": "", "why": "x"})
    assert (no.status_code, "还没有选维持还是改派" in text(no)) == (422, True)
    target = window.units["court"].pk
    body = {"decision": "moves", "to_unit": target, "why": "先诉调"}
    assert chief.post(f"{page}decide/", body).status_code == 303
    assert item(window, whistle).state == "moved"
    assert item(window, whistle, "court").part == "lead"
    assert "已裁定" in text(chief.get(page))
    new = item(window, whistle, "court").pk
    no = enter(window.clerks["court"]).post(f"/whistles/items/{new}/object/", {"ground": "handled", "text": "x"})
    assert (no.status_code, "已经转过一次" in text(no)) == (422, True)


def test_it_heats_up_at_the_agency_and_the_command_room_has_it_at_once(window):
    whistle, clerk = blown(window), enter(window.clerks["labour"])
    pk, room = item(window, whistle).pk, enter(window.person("dispatcher"))
    assert clerk.post(f"/whistles/items/{pk}/heat/", {"text": ""}).status_code == 422
    answer = clerk.post(f"/whistles/items/{pk}/heat/", {"signs": ["weapon"], "text": "带了刀"})
    assert answer.status_code == 303
    assert "公安还没有接" in text(clerk.get(f"/whistles/items/{pk}/"))
    for path in ("/", "/board/", "/whistles/", f"/disputes/{window.dispute.number}/"):
        assert "升温" in text(room.get(path)), path
    assert "升温，还没有人接" not in text(enter(window.person("officer")).get("/more/"))
    page = room.get(f"/whistles/{whistle.pk}/")
    assert page.context["hots"][0][0].level.level == 1
    with see_as(SYSTEM):
        heat = Heat.objects.get()
        assert Dispute.objects.get(pk=window.dispute.pk).state == window.dispute.state
    assert room.post(f"/whistles/heats/{heat.pk}/take/", {"outcome": "sent", "why": ""}).status_code == 422
    assert room.post(f"/whistles/heats/{heat.pk}/take/", {"outcome": "sent", "why": "派人"}).status_code == 303
    assert "升温，还没有人接" not in text(room.get("/more/"))
    assert "公安已接办" in text(clerk.get(f"/whistles/items/{pk}/"))
    assert room.post(f"/whistles/{whistle.pk}/heat/", {"text": "又聚了人"}).status_code == 303


def test_an_agency_finds_nothing_else_anywhere(window):
    whistle = blown(window)
    mine, theirs = item(window, whistle), item(window, whistle, "housing")
    client = enter(window.clerks["labour"])
    assert client.get(f"/whistles/items/{theirs.pk}/").status_code == 404
    for act in ("sign", "arrive", "feedback", "object", "heat"):
        sent = client.post(f"/whistles/items/{theirs.pk}/{act}/", {"text": "x", "result": "done", "ground": "handled"})
        assert sent.status_code == 404
    assert client.post(f"/whistles/items/{mine.pk}/recall/", {"why": "x"}).status_code == 403
    assert client.get(f"/whistles/{whistle.pk}/").status_code == 403
    assert client.get(f"/disputes/{window.dispute.number}/").status_code == 404
    assert "测试区住建局" not in text(client.get(f"/whistles/items/{mine.pk}/"))
    with see_as(SYSTEM):
        actions.heat_up(whistle, ["threat"], "x", by=None, at=NOW)
        actions.feed_back(actions.sign(theirs, by=None, at=NOW), "x", "under_way", is_final=False, by=None, at=NOW)
        actions.object_to(theirs, "handled", "x", by=None, at=NOW)
    with see_as(scope_of(window.clerks["labour"], at=NOW)):
        assert list(Answer.objects.all()) == [mine]
        assert list(Whistle.objects.all()) == [whistle]
        assert (Report.objects.count(), Objection.objects.count(), Heat.objects.count()) == (0, 0, 0)
        assert (Dispute.objects.count(), Party.objects.count()) == (0, 0)
        assert {c.subject for c in Clock.objects.all()} == {mine.subject}
        assert not Event.objects.filter(stream=window.dispute.stream).exists()


def test_the_database_shows_what_the_queries_show(window):
    """The policies and `queries` say the same, for scopes made at random."""
    with see_as(SYSTEM):
        for n, place in enumerate((window.district.near, window.district.far, None)):
            other = world.dispute(place, title=f"第{n}件")
            units = [window.units["labour"], window.units["court"]][: 1 + n % 2]
            whistle = actions.blow(other, actions.Ask(units=units, lead=units[0].pk, text="x"), by=None, at=NOW)
            actions.heat_up(whistle, ["threat"], "", by=None, at=NOW, answer=whistle.answers.first() if n else None)
        places = [window.district.near.pk, window.district.far.pk]
        stations = [window.district.station.pk, window.district.other.pk]
        people = [window.clerks["labour"].pk, window.clerks["court"].pk, window.person("officer").pk]
    seeded = random.Random(7)
    for _ in range(40):
        scope = Scope(
            roles=frozenset(seeded.sample(["agency", "chief", "officer", "mediator", "volunteer", "dispatcher"], 2)),
            stations=frozenset(seeded.sample(stations, seeded.randint(0, 2))),
            places=frozenset(seeded.sample(places, seeded.randint(0, 2))),
            accounts=frozenset(seeded.sample(people, seeded.randint(0, 2))),
            sees_all=seeded.random() < 0.1,
        )
        for asked, model in ((queries.answers, Answer), (queries.whistles, Whistle), (queries.heats, Heat)):
            with see_as(SYSTEM):
                said = set(asked(scope).values_list("pk", flat=True))
            with see_as(scope):
                shown = set(model.objects.values_list("pk", flat=True))
            assert shown == said, (model, scope)


# --- the first page ---------------------------------------------------------------------------------------------------


def test_what_waits_stands_on_the_first_page_of_each_side(window):
    whistle = blown(window)

    def rows(person, at=NOW):
        held = scope_of(person, at=at)
        with see_as(held):
            return [(row.verb, row.level) for row in todo.waiting(held, at=at, providers=[todo.whistles])]

    assert rows(window.clerks["labour"]) == [("签收", 2)]
    assert rows(window.person("dispatcher")) == []
    with see_as(SYSTEM):
        answer = window.item(whistle)
        actions.heat_up(whistle, ["weapon"], "", by=None, at=NOW, answer=answer)
        actions.object_to(answer, "handled", "x", by=None, at=NOW)
    assert rows(window.person("dispatcher")) == [("接办", 1)]
    assert rows(window.person("community_officer")) == [("接办", 1)]
    assert rows(window.person("chief")) == [("接办", 1), ("裁定", 2)]
    later = NOW + timedelta(hours=3)
    with see_as(SYSTEM):
        from twinloop.cases.actions import climb_clocks

        climb_clocks(at=later)
    assert ("催签", 2) in rows(window.person("dispatcher"), later)
    assert ("催签", 2) in rows(window.person("chief"), later)


def test_others_ask_nothing_for_the_alarm(rf, window, django_assert_num_queries):
    request = rf.get("/more/")
    request.scope = scope_of(window.person("officer"), at=NOW)
    with django_assert_num_queries(0):
        assert alarms.count(request) == 0


# --- settings ---------------------------------------------------------------------------------------------------------


def test_the_table_is_edited_and_suggests_from_then_on(window):
    client = enter(window.person("bureau"))
    page = text(client.get("/whistles/competences/"))
    assert "内置" in page
    body = {"unit": window.units["court"].pk, "subject": "C2", "leads": "on", "source": "会议纪要 3 号"}
    assert client.post("/whistles/competences/", {**body, "source": ""}).status_code == 422
    assert client.post("/whistles/competences/", body).status_code == 303
    twice = client.post("/whistles/competences/", body)
    assert (twice.status_code, "已有同样的一条" in text(twice)) == (422, True)
    form = client.get(f"/whistles/new/{window.dispute.number}/")
    assert str(window.units["court"].pk) in form.context["ticked"]
    with see_as(SYSTEM):
        row = Competence.objects.get()
        assert Event.objects.filter(stream="setting:competence", verb="competence_set").exists()
    assert client.post(f"/whistles/competences/{row.pk}/end/").status_code == 303
    gone = client.post(f"/whistles/competences/{row.pk}/end/")
    assert (gone.status_code, "已经停用" in text(gone)) == (422, True)
    assert enter(window.person("system_admin")).get("/whistles/competences/").status_code == 200


def test_a_place_of_its_own_counts_for_quarrels_there_only(window):
    client = enter(window.person("system_admin"))
    unit, here = window.units["court"].pk, window.district.near.pk
    body = {"unit": unit, "subject": "", "place": here, "source": "属地"}
    assert client.post("/whistles/competences/", body).status_code == 303
    with see_as(SYSTEM):
        far = world.dispute(window.district.far)
    room = enter(window.person("dispatcher"))
    assert str(unit) in room.get(f"/whistles/new/{window.dispute.number}/").context["ticked"]
    assert str(unit) not in room.get(f"/whistles/new/{far.number}/").context["ticked"]


def test_seats_are_filled_in_turn_and_shown_on_the_form(window):
    client = enter(window.person("dispatcher"))
    assert client.post("/whistles/seats/fill/", {"first": "2026-04-15", "last": "2026-04-20"}).status_code == 422
    assert client.post("/whistles/seats/fill/", {"first": "2026-04-16", "last": "2026-04-21"}).status_code == 303
    with see_as(SYSTEM):
        planned = {
            d.isoformat(): [u.name for u in us]
            for d, us in queries.seats(NOW.date(), NOW.date() + timedelta(9)).items()
        }
    assert list(planned) == ["2026-04-16", "2026-04-17", "2026-04-20", "2026-04-21"]  # no weekend
    assert planned["2026-04-16"] == ["测试区综治中心", "测试法庭", "测试区人社局"]
    assert planned["2026-04-17"][-1] == "测试区住建局"
    assert "今天在席" in text(client.get(f"/whistles/new/{window.dispute.number}/"))
    body = {"day": "2026-04-17", "units": [window.units["court"].pk]}
    assert client.post("/whistles/seats/day/", body).status_code == 303
    assert client.post("/whistles/seats/day/", {**body, "day": "2026-04-01"}).status_code == 422
    with see_as(SYSTEM):
        assert list(Seat.objects.filter(day="2026-04-17").values_list("unit__name", flat=True)) == ["测试法庭"]
        Unit.objects.filter(kind="agency").update(closed_on="2020-01-01")
    nobody = client.post("/whistles/seats/fill/", {"first": "2026-04-28", "last": "2026-04-29"})
    assert (nobody.status_code, "还没有标为常驻或轮驻" in text(nobody)) == (422, True)
    assert "测试法庭" in text(enter(window.clerks["labour"]).get("/whistles/seats/"))

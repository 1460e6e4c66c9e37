"""Four doors, one verb: what comes in becomes one incident, whoever sends it and however often."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.cases.test_lists import said, text
from tests.intake.doors.conftest import as_, call
from tests.world import CHINA, NOW
from twinloop.cases import sealing
from twinloop.cases.models import Clock, Dispute, Incident, Party
from twinloop.intake.doors import actions
from twinloop.intake.doors.models import Named, Report
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as

DOORS = {
    "call": "/intake/",
    "walk_in": "/intake/walk-in/",
    "transfer": "/intake/transfer/",
    "petition": "/intake/petition/",
}


def send(district, role="dispatcher", door="call", **changed):
    return as_(district.people[role]).post(DOORS[door], call(**changed))


def only() -> Incident:
    with see_as(SYSTEM):
        return Incident.objects.select_related("place", "station", "registered_by").get()


def count() -> int:
    with see_as(SYSTEM):
        return Incident.objects.count()


# --- what comes in ----------------------------------------------------------------------------------------------------


def test_a_call_becomes_an_incident(district):
    answer = send(district, reported="8:41", recording_no="LY-0086", type_code="B1", flags=["threat", "ongoing"])
    found = only()
    assert (answer.status_code, answer["Location"]) == (302, f"/intake/done/{found.number}/")
    assert (found.channel, found.place, found.station) == ("call_110", district.near, district.station)
    assert (found.narrative, found.reported_type) == ("邻居把排水沟堵了，水倒灌进厨房", "B1")
    assert (found.reported_at, found.received_at) == (datetime(2026, 4, 16, 8, 41, tzinfo=CHINA), NOW)
    assert (found.recording_no, found.registered_by) == ("LY-0086", district.people["dispatcher"])
    assert (found.caller_name_masked, found.caller_phone_masked) == ("王*兰", "199****0127")
    with see_as(SYSTEM):
        assert sealing.open_(found.caller_phone_sealed, f"incident:{found.pk}:phone") == "19900000127"
        report = Report.objects.get()
        events = {event.verb: said(event) for event in Event.objects.filter(stream=found.stream)}
    assert (report.door, report.flags) == ("call", ["ongoing", "threat"])
    assert events["incident_reported"] == {"door": "call", "from_unit": "", "flags": ["ongoing", "threat"], "named": []}
    assert "王秀兰" not in str(events)
    assert "19900000127" not in str(events)


def test_full_width_figures_are_folded_and_the_words_stay(district):
    send(
        district,
        phone="１９９ ００００ ０１２７",
        recording_no="ＬＹ０１",
        text="他欠我５００元＝不还",
        address="３组１２号",
    )
    found = only()
    assert (found.caller_phone_masked, found.recording_no, found.address) == ("199****0127", "LY01", "3组12号")
    assert found.narrative == "他欠我５００元＝不还"


def test_markup_is_text(district):
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    send(district, text=evil, address="<b>3组</b>", people_1=None, **{"people-1-name": "我爸"})
    found = only()
    assert found.narrative == evil
    page = text(as_(district.people["dispatcher"]).get(f"/intake/done/{found.number}/"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("typed", ["近村", "jc", "jincun", "990001001201", "  近村 ", "ＪＣ"])
def test_a_place_by_name_sound_or_code(district, typed):
    send(district, place=typed)
    assert only().place == district.near


def test_people_named_are_sealed_and_become_parties_of_the_dispute(district):
    people = {
        "people-1-side": "a", "people-1-name": "王秀兰", "people-1-phone": "19900000127",
        "people-2-side": "b", "people-2-name": "李强", "people-2-id_number": "11010519491231002X",
    }  # fmt: skip
    send(district, opens="on", type_code="B1", flags=["minors", "violence"], **people)
    with see_as(SYSTEM):
        named = list(Named.objects.all())
        dispute = Dispute.objects.get()
        parties = {party.side: party for party in Party.objects.all()}
        opened = sealing.open_(named[1].id_number_sealed, f"named:{named[1].pk}:id_number")
        assert (dispute.standing.minors, dispute.standing.violence) == (True, True)
    assert [n.name_masked for n in named] == ["王*兰", "李*"]
    assert opened == "11010519491231002X"
    assert (dispute.title, dispute.origin, dispute.place) == ("近村邻里相邻纠纷", "call", district.near)
    assert (parties["a"].phone_masked, parties["b"].is_minor) == ("199****0127", False)
    assert [n.party_id for n in named] == [parties["a"].pk, parties["b"].pk]


def test_a_report_joins_the_dispute_that_was_chosen_and_adds_nobody_twice(district):
    people = {"people-1-side": "a", "people-1-name": "王秀兰", "people-1-phone": "19900000127"}
    send(district, opens="on", **people)
    with see_as(SYSTEM):
        dispute = Dispute.objects.get()
    more = {**people, "people-2-side": "b", "people-2-name": "李强"}
    send(district, text="又堵了", dispute=dispute.number.lower(), **more)
    with see_as(SYSTEM):
        assert Dispute.objects.count() == 1
        assert dispute.links.filter(unlinked_at=None).count() == 2
        assert sorted(Party.objects.values_list("side", "name_masked")) == [("a", "王*兰"), ("b", "李*")]


def test_a_closed_dispute_is_reopened_by_it(district):
    send(district, opens="on")
    with see_as(SYSTEM):
        Dispute.objects.update(state="settled", settled_at=NOW)
        number = Dispute.objects.get().number
    send(district, text="又堵了", dispute=number)
    with see_as(SYSTEM):
        assert Dispute.objects.get().state == "reopened"


# --- what is refused --------------------------------------------------------------------------------------------------

BAD = {
    "no text": ({"text": "  "}, "还差一样：怎么回事"),
    "long text": ({"text": "长" * 4001}, "怎么回事最多 4000 个字，这里是 4001 个"),
    "unseen": ({"text": "堵了\x07沟"}, "显示不出来的字符"),
    "no phone": ({"phone": ""}, "还差一样：来电号码"),
    "short phone": ({"phone": "1990000012"}, "位"),
    "script phone": ({"phone": "<script>"}, "电话号码只含数字"),
    "no place": ({"place": "", "address": ""}, "还差一样：在哪里"),
    "unknown place": ({"place": "月球村"}, "辖区里没有“月球村”"),
    "unclear place": ({"place": "村"}, "不止一处"),
    "not served": ({"place": "990001000000"}, "不在辖区"),
    "future": ({"reported": "2026-04-16 23:00"}, "时间还没有到"),
    "24:61": ({"reported": "24:61"}, "看不懂时间"),
    "30 February": ({"reported": "2026-02-30 10:00"}, "看不懂时间"),
    "old": ({"reported": "1949-01-01 10:00"}, "时间太早"),
    "kind": ({"kind": "alien"}, "没有这种警情类别"),
    "type": ({"type_code": "Z9"}, "没有这个纠纷类型"),
    "type of help": ({"kind": "help", "type_code": "B1"}, "只有矛盾纠纷才分十二类"),
    "recording": ({"recording_no": "a b"}, "编号只含数字"),
    "flag": ({"flags": ["alien"]}, "没有登记"),
    "channel": ({"channel": "import"}, "没有这种来源"),
    "long name": ({"name": "王" * 41}, "姓名最多 40 个字"),
    "long address": ({"address": "路" * 201}, "地址最多 200 个字"),
    "unnamed": ({"people-1-phone": "19900000001"}, "第 1 个人：还差姓名"),
    "check digit": ({"people-2-name": "李强", "people-2-id_number": "110105194912310021"}, "校验码"),
    "side": ({"people-1-name": "李强", "people-1-side": "x"}, "没有这一方"),
    "dispute": ({"dispute": "JF260416-999"}, "没有 JF260416-999 这件纠纷"),
    "title": ({"opens": "on", "title": "长" * 81}, "纠纷名称最多 80 个字"),
    "no dispute": ({"opens": "on", "kind": "traffic"}, "不是矛盾纠纷"),
    "key": ({"once": "x"}, "once"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_refusal_is_one_sentence_and_nothing_is_lost_or_written(district, name):
    changed, sentence = BAD[name]
    if name == "key":
        sentence = ""
    answer = send(district, **changed)
    page = text(answer)
    assert answer.status_code == 422
    assert sentence in page
    assert count() == 0
    if name not in ("no text", "unseen"):
        assert call(**changed)["text"][:30] in page


def test_no_number_shown_is_a_choice(district):
    assert send(district, phone="", no_phone="on").status_code == 302


def test_extra_fields_take_no_effect(district):
    send(
        district, number="JQ000000-0001", registered_by="1", confirmed_type="C1", station="1", received_at="2020-01-01"
    )
    found = only()
    assert re.fullmatch(r"JQ260416-\d{3,4}", found.number)
    assert (found.confirmed_type, found.station, found.received_at) == ("", district.station, NOW)


# --- once -------------------------------------------------------------------------------------------------------------


def test_the_same_form_sent_twice_is_one_incident(district):
    sent, client = call(), as_(district.people["dispatcher"])
    first, second = client.post("/intake/", sent), client.post("/intake/", sent)
    assert first["Location"] == second["Location"]
    assert count() == 1


def test_the_same_key_with_other_words_is_refused(district):
    sent, client = call(), as_(district.people["dispatcher"])
    client.post("/intake/", sent)
    assert client.post("/intake/", {**sent, "text": "别的事"}).status_code == 422
    assert count() == 1


def test_two_people_may_use_the_same_key(district):
    key = str(uuid4())
    send(district, once=key)
    assert send(district, role="chief", once=key).status_code == 302
    assert count() == 2


# --- the other doors --------------------------------------------------------------------------------------------------


def test_walk_in_by_an_auxiliary_who_may_not_open_disputes(district):
    assert send(district, "auxiliary", "walk_in", channel=None, phone="").status_code == 302
    found = only()
    assert (found.channel, found.registered_by) == ("walk_in", district.people["auxiliary"])
    assert "立为纠纷" not in text(as_(district.people["auxiliary"]).get("/intake/walk-in/"))
    refused = send(district, "auxiliary", "walk_in", channel=None, opens="on")
    assert (refused.status_code, "你的岗位不能立案或并入" in text(refused)) == (422, True)
    assert count() == 1


@pytest.mark.parametrize(
    ("changed", "sentence"), [({"outside_number": ""}, "还差一样：来件编号"), ({"from_unit": ""}, "哪个单位转来的")]
)
def test_a_transfer_names_its_number_and_its_unit(district, changed, sentence):
    given = {"channel": None, "outside_number": "RX-20260416-7", "from_unit": "12345", **changed}
    assert sentence in text(send(district, door="transfer", **given))


def test_a_transfer_runs_against_24_hours_until_it_is_taken_up(district):
    send(district, door="transfer", channel=None, outside_number="RX-7", from_unit="12345", place="", address="")
    found = only()
    with see_as(SYSTEM):
        clock = Clock.objects.get()
        assert (clock.rule, clock.incident, clock.owner) == ("transfer", found, district.people["dispatcher"])
        assert clock.due_at == NOW + timedelta(hours=24)
        assert Report.objects.get().from_unit == "12345"
    client = as_(district.people["dispatcher"])
    assert "转来件受理" in text(client.get(f"/intake/done/{found.number}/"))
    client.post(f"/incidents/{found.number}/accept/")
    with see_as(SYSTEM):
        assert Clock.objects.get().met_at == NOW
    assert "没有在等受理" in text(client.post(f"/incidents/{found.number}/accept/", follow=True))


def test_an_outside_number_is_taken_once(district):
    given = {"channel": None, "outside_number": "RX-7", "from_unit": "12345"}
    first = send(district, door="transfer", **given)
    again = send(district, door="transfer", **given)
    assert again["Location"] == first["Location"]
    other = send(district, door="transfer", **given, text="别的事")
    assert (other.status_code, "来件编号 RX-7 已经登记过，内容不一样" in text(other)) == (422, True)
    assert count() == 1


def test_a_petition_has_its_dispute_and_its_clocks(district):
    send(district, door="petition", channel=None, phone="", title="石场占地多年")
    with see_as(SYSTEM):
        dispute = Dispute.objects.get()
        clock = Clock.objects.get()
    assert (dispute.origin, dispute.title) == ("backlog", "石场占地多年")
    assert (clock.rule, clock.dispute_id) == ("petition_accept", dispute.pk)
    client = as_(district.people["dispatcher"])
    client.post(f"/incidents/{only().number}/accept/")
    with see_as(SYSTEM):
        assert sorted(Clock.objects.filter(met_at=None).values_list("rule", flat=True)) == ["petition_answer"]


def test_a_petition_accepted_at_once(district):
    send(district, door="petition", channel=None, accepted="on")
    with see_as(SYSTEM):
        assert dict(Clock.objects.values_list("rule", "met_at")) == {"petition_accept": NOW, "petition_answer": None}


# --- after it ---------------------------------------------------------------------------------------------------------


def test_a_dispute_from_the_incident_in_one_act(district):
    send(district, **{"people-1-name": "李强"})
    found, client = only(), as_(district.people["dispatcher"])
    page = text(client.get(f"/intake/done/{found.number}/"))
    assert found.number in page
    assert 'href="/intake/" data-focus' in page
    client.post(f"/incidents/{found.number}/dispute/", {"title": "排水沟"})
    with see_as(SYSTEM):
        assert Dispute.objects.get().title == "排水沟"
        assert Party.objects.get().name_masked == "李*"
    again = client.post(f"/incidents/{found.number}/dispute/", {"title": "排水沟"}, follow=True)
    assert "已经属于" in text(again)


@pytest.mark.parametrize("role", ["officer", "auxiliary", "chief"])
def test_somebody_elses_incident_is_not_there(district, role):
    send(district, place="远村")
    client, number = as_(district.people[role]), only().number
    for path in (f"/intake/done/{number}/", f"/incidents/{number}/elsewhere/"):
        assert client.get(path).status_code in (403, 404)
    for act in ("dispute", "accept", "tell", "hand-over"):
        assert client.post(f"/incidents/{number}/{act}/", {"title": "x"}).status_code in (403, 404)
    with see_as(SYSTEM):
        assert not Dispute.objects.exists()


def test_an_incident_of_an_unseen_dispute_is_not_tied_again(district):
    send(district)
    found = only()
    with see_as(SYSTEM):
        actions.open_from(found, title="甲", by=None, at=NOW)
        Dispute.objects.update(place=district.far, station=district.other)
    page = as_(district.people["chief"]).post(f"/incidents/{found.number}/dispute/", {"title": "乙"}, follow=True)
    assert "属于你范围外的一件纠纷" in text(page)


# --- the tables keep their rules --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts", [{"door": "transfer"}, {"door": "call", "flags": ["alien"]}, {"door": "call", "twice": 1}]
)
def test_a_report_that_cannot_be(district, facts):
    send(district)
    with see_as(SYSTEM):
        incident = Incident.objects.get()
        columns = {name: value for name, value in facts.items() if name != "twice"}
        if columns == facts:
            Report.objects.all().delete()
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.create(incident=incident, **columns)


def test_somebody_named_has_a_name(district):
    send(district)
    with see_as(SYSTEM), pytest.raises(IntegrityError), transaction.atomic():
        Named.objects.create(incident=Incident.objects.get(), side="a", name_sealed=b"x", name_masked="")

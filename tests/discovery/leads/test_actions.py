"""Reporting and deciding: each verb, each refusal, one decision only."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from tests import world
from tests.discovery.leads.leading import lead, photo
from tests.world import NOW
from twinloop.cases.models import Attachment, Dispute, Incident
from twinloop.cases.sealing import Identity
from twinloop.cases.telling import sentence
from twinloop.decide import Refused
from twinloop.discovery.leads import actions
from twinloop.discovery.leads.actions.deciding import identity_of
from twinloop.discovery.leads.models import Lead, LeadPhoto
from twinloop.edge.uploads import UploadRefused
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.triage.models import Judgement, RepeatPair
from twinloop.triage.repeats_finding import asked_of

DESK = frozenset({"dispatcher"})


def verbs(made: Lead) -> list[str]:
    return list(Event.objects.filter(stream=made.stream, is_look=False).order_by("seq").values_list("verb", flat=True))


def test_report_numbers_places_and_records(district):
    who = district.people["volunteer"]
    made = lead(district.near, reporter=who, kind="noise", urgent=True, context="activity:12", address="3 组")
    assert (made.number, made.state, made.station) == ("XS260416-001", "new", district.station)
    assert (made.reporter, made.is_urgent, made.context, made.kind) == (who, True, "activity:12", "noise")
    assert verbs(made) == ["lead_reported"]


def test_an_outside_reporter_is_sealed_and_in_no_event(district):
    made = lead(district.near, source="resident", who=Identity("王秀兰", phone="19900001234"), confidential=True)
    assert (made.outside_name_masked, made.outside_phone_masked) == ("王*兰", "199****1234")
    assert b"19900001234" not in bytes(made.outside_phone_sealed)
    assert identity_of(made) == Identity("王秀兰", phone="19900001234")
    said = "".join(Event.objects.filter(stream=made.stream).values_list("body", flat=True))
    assert "秀" not in said
    assert "1234" not in said


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("lead_empty", {"text": "  "}),
        ("lead_long", {"text": "长" * 2001}),
        ("lead_source", {"source": "rumour"}),
        ("lead_kind", {"kind": "gossip"}),
        ("lead_photos", {"photos": [photo()] * 7}),
    ],
)
def test_a_report_is_refused_in_words(district, code, facts):
    with pytest.raises(Refused) as refused:
        lead(district.near, **facts)
    assert refused.value.code == code
    assert sentence(refused.value)
    assert not Lead.objects.exists()


def test_a_place_that_is_not_served_is_refused(district):
    with pytest.raises(Refused, match="lead_place"):
        lead(district.near.parent.parent)


@pytest.mark.parametrize(
    "sent",
    [
        SimpleUploadedFile("x.jpg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        SimpleUploadedFile("x.png", b"<!doctype html><script>alert(1)</script>"),
        SimpleUploadedFile("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ],
)
def test_no_script_comes_in_as_a_photo(district, sent):
    with pytest.raises(UploadRefused):
        lead(district.near, photos=[photo(), sent])
    assert not Lead.objects.exists()


def test_a_text_file_is_no_photo(district):
    with pytest.raises(Refused, match="lead_photo_kind"):
        lead(district.near, photos=[SimpleUploadedFile("x.txt", "写在纸上".encode())])


def test_photos_are_stored_under_random_names(district):
    made = lead(district.near, photos=[photo("../../门口.jpg")])
    stored = made.photos.get()
    assert stored.name == "门口.jpg"
    assert (settings.ENV.data / "attachments" / stored.stored[:2] / stored.stored).stat().st_size == stored.size


def test_accept_makes_an_incident_of_the_channel(district):
    made = lead(district.near, source="resident", who=Identity("王秀兰", phone="19900001234"), confidential=True)
    actions.add_remark(made, "昨晚又吵", by=None, at=NOW)
    by = district.people["dispatcher"].pk
    incident = actions.accept(made, by=by, roles=DESK, at=NOW + timedelta(hours=1))
    assert (incident.channel, incident.reported_kind, incident.place) == ("resident", "dispute", district.near)
    assert incident.narrative == "两家为排水沟争吵\n昨晚又吵"
    assert (incident.caller_is_confidential, incident.caller_phone_masked) == (True, "199****1234")
    assert (made.state, made.incident, made.decided_by_id) == ("accepted", incident, by)
    assert verbs(made) == ["lead_reported", "lead_remarked", "lead_accepted"]
    assert not Dispute.objects.exists()


def test_accept_may_open_a_dispute_and_hands_the_photos_over(district):
    made = lead(district.near, photos=[photo()])
    by = district.people["dispatcher"].pk
    actions.accept(made, by=by, roles=DESK, at=NOW, open_dispute=True, title="排水沟")
    dispute = Dispute.objects.get()
    assert (dispute.title, dispute.origin, made.dispute) == ("排水沟", "lead", dispute)
    assert Attachment.objects.get().sha256 == LeadPhoto.objects.get().sha256


def test_join_links_the_incident_to_the_dispute(district):
    made, dispute = lead(district.near), world.dispute(district.near)
    incident = actions.join(made, dispute, by=district.people["dispatcher"].pk, roles=DESK, at=NOW)
    assert (made.state, made.dispute) == ("joined", dispute)
    assert dispute.links.get().incident == incident


def test_decline_says_why(district):
    made, by = lead(district.near), district.people["dispatcher"].pk
    for reason, code in (("", "lead_reason"), ("because", "lead_reason"), ("other", "lead_words")):
        with pytest.raises(Refused, match=code):
            actions.decline(made, reason=reason, by=by, roles=DESK, at=NOW)
    actions.decline(made, reason="known", why="村里已在调", by=by, roles=DESK, at=NOW)
    assert (made.state, made.reason, made.why) == ("declined", "known", "村里已在调")
    assert not Incident.objects.exists()


@pytest.mark.parametrize("role", ["officer", "auxiliary", "volunteer", "grid_worker", "mediator", "bureau", "agency"])
def test_only_deciders_decide(district, role):
    made, by, roles = lead(district.near), district.people[role].pk, frozenset({role})
    for act in (
        lambda: actions.accept(made, by=by, roles=roles, at=NOW),
        lambda: actions.join(made, world.dispute(district.near), by=by, roles=roles, at=NOW),
        lambda: actions.decline(made, reason="known", by=by, roles=roles, at=NOW),
    ):
        with pytest.raises(Refused, match="lead_role"):
            act()


def test_the_second_decider_is_told_who_was_first(district):
    made, by = lead(district.near), district.people["dispatcher"]
    same = Lead.objects.get(pk=made.pk)
    actions.decline(made, reason="known", by=by.pk, roles=DESK, at=NOW)
    with pytest.raises(Refused) as refused:
        actions.accept(same, by=district.people["chief"].pk, roles=frozenset({"chief"}), at=NOW)
    assert sentence(refused.value) == f"{by.name} 09:00 已经处理：不予受理"
    assert not Incident.objects.exists()


def test_two_deciders_at_once_make_one_incident(fresh_db):
    with see_as(SYSTEM):
        district = world.district()
        made = lead(district.near)
    said: list[str] = []
    ready = threading.Barrier(2)

    def decide(role):
        try:
            with see_as(SYSTEM):
                mine = Lead.objects.get(pk=made.pk)
                ready.wait()
                actions.accept(mine, by=district.people[role].pk, roles=frozenset({role}), at=NOW)
                said.append("done")
        except Refused as refused:
            said.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(role,)) for role in ("dispatcher", "chief")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with see_as(SYSTEM):
        assert sorted(said) == ["done", "lead_decided"]
        assert Incident.objects.count() == 1


def test_remarks_and_withdrawal_end_with_the_decision(district):
    made = lead(district.near)
    for n in range(5):
        actions.add_remark(made, f"补充 {n}", by=None, at=NOW)
    with pytest.raises(Refused, match="lead_added_enough"):
        actions.add_remark(made, "还有", by=None, at=NOW)
    actions.withdraw(made, by=None, at=NOW)
    assert made.state == "withdrawn"
    for act in (
        lambda: actions.withdraw(made, by=None, at=NOW),
        lambda: actions.add_remark(made, "又", by=None, at=NOW),
    ):
        with pytest.raises(Refused, match="lead_over"):
            act()


def test_who_reported_opens_with_a_reason_and_is_logged(district):
    made = lead(district.near, source="resident", who=Identity("王秀兰", phone="19900001234"), confidential=True)
    officer, desk = district.scope("community_officer"), district.scope("dispatcher")
    with pytest.raises(Refused, match="lead_confidential"):
        actions.unmask(made, "phone", scope=officer, by=officer.account, at=NOW, reason="contact")
    with pytest.raises(Refused, match="reason_missing"):
        actions.unmask(made, "phone", scope=desk, by=desk.account, at=NOW, reason="")
    assert actions.unmask(made, "phone", scope=desk, by=desk.account, at=NOW, reason="contact") == "19900001234"
    assert Event.objects.filter(stream=made.stream, verb="unmasked", is_look=True).count() == 1


SAID = "李家把排水沟用水泥堵了，水倒灌进王家厨房，两家为排水沟吵了三回"


def test_what_a_lead_becomes_is_judged_like_a_call(district):
    """Sorted, weighed, and met with the earlier report of the same quarrel, whether or not a dispute is opened."""
    desk, who = district.people["dispatcher"], district.people["volunteer"]
    first = actions.accept(
        lead(district.near, text=SAID, reporter=who), by=desk.pk, roles=DESK, at=NOW, open_dispute=True
    )
    later = NOW + timedelta(days=2)
    again = lead(district.near, text=SAID + "，今天又堵", reporter=district.people["grid_worker"], at=later)
    second = actions.accept(again, by=desk.pk, roles=DESK, at=later)
    for made in (first, second):
        kept = {row.what: row for row in Judgement.objects.filter(incident=made)}
        assert set(kept) == {"sorting", "level", "repeats"}
        assert kept["sorting"].answer["type"] == "B1"
        assert kept["sorting"].by is None
    assert RepeatPair.objects.get().earlier == first
    joined = actions.join(
        lead(district.near, text=SAID, reporter=who, at=later), first.links.get().dispute, by=desk.pk, roles=DESK,
        at=later,
    )  # fmt: skip
    assert Judgement.objects.filter(incident=joined, what="sorting").exists()


def test_who_reports_for_the_district_ties_no_two_quarrels(district):
    """One volunteer tells of two neighbours' noise and of a debt: the same name behind both says nothing of them."""
    desk, who = district.people["dispatcher"], district.people["volunteer"]
    for text in ("三楼半夜放音响，楼下睡不着，上去敲门骂起来了", "借的五万块钱到期不还，两兄弟在门口推了几下"):
        actions.accept(lead(district.near, text=text, reporter=who), by=desk.pk, roles=DESK, at=NOW, open_dispute=True)
    assert not RepeatPair.objects.exists()
    assert asked_of(Incident.objects.latest("pk")).parties == ()


def test_a_lead_is_taken_up_though_nothing_can_be_said_of_it(district, monkeypatch):
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("twinloop.triage.judging.actions.weigh", fails)
    made = actions.accept(lead(district.near), by=district.people["dispatcher"].pk, roles=DESK, at=NOW)
    assert Incident.objects.get() == made
    assert not Judgement.objects.exists()

"""The dispute page through HTTP: who sees what, what may be pressed, what is refused and how it is said."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from tests import world
from twinloop.cases import actions, telling
from twinloop.cases.models import Attachment, Dispute, Involvement, Note, Order, Party, Standing, Term
from twinloop.decide import Refused
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as

PHONE, NUMBER = "13900000127", "110101199003072877"
QUERIES_OF = {"overview": 31, "parties": 28, "notes": 31, "links": 31, "clocks": 28}


def as_(district: world.District, role: str) -> Client:
    client = Client()
    client.force_login(district.people[role], backend="twinloop.people.backend.AccountBackend")
    return client


def text(response: Any) -> str:
    return str(response.content, "utf-8")


def url(dispute: Dispute, name: str = "dispute", *more: object) -> str:
    return reverse(name, args=[dispute.number, *more])


def events(dispute: Dispute, *verbs: str) -> list[Event]:
    with see_as(SYSTEM):
        return list(Event.objects.filter(stream=dispute.stream, verb__in=verbs).order_by("seq"))


@pytest.fixture
def dispute(district: world.District) -> Dispute:
    now = timezone.now()
    call = world.incident(district.near, at=now, narrative="王秀兰说李大强打她，电话 13900000127")
    made = world.dispute(district.near, at=now, incident=call, title="王秀兰、李大强排水沟纠纷")
    who = world.person("王秀兰", phone=PHONE, id_number=NUMBER, address="近村3组18号")
    actions.add_party(made, who, side="a", by=None, at=now, claim="要李大强赔")
    actions.add_party(made, world.person("李大强", phone="13800000455"), side="b", by=None, at=now)
    made.refresh_from_db()
    return made


def post(client: Client, dispute: Dispute, page: str, /, *more: object, **data: Any) -> Any:
    return client.post(url(dispute, page, *more), data)


def move(client: Client, dispute: Dispute, action: str, **data: Any) -> Any:
    dispute.refresh_from_db()
    return post(client, dispute, "dispute_move", action, version=dispute.version, **data)


def handled(district: world.District, dispute: Dispute) -> Dispute:
    desk, officer = as_(district, "dispatcher"), as_(district, "community_officer")
    assert move(desk, dispute, "sort", type_code="B1", level=2, why="扬言打人").status_code == 303
    taker = district.people["community_officer"].pk
    assert move(desk, dispute, "order", taker=taker, text="去看").status_code == 303
    assert move(officer, dispute, "start").status_code == 303
    dispute.refresh_from_db()
    return dispute


def settled(district: world.District, dispute: Dispute, terms: str = "王秀兰改沟\n赔 800 元") -> Dispute:
    handled(district, dispute)
    answer = move(
        as_(district, "community_officer"), dispute, "settle", settled_by="周明远", settled_how="reconciliation",
        settled_on="2026-04-10", terms=terms,
    )  # fmt: skip
    assert answer.status_code == 303, text(answer)
    dispute.refresh_from_db()
    return dispute


# --- who sees what ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [("dispatcher", 200), ("community_officer", 200), ("auxiliary", 200), ("chief", 200), ("bureau", 200),
     ("officer", 404), ("mediator", 404), ("volunteer", 404), ("grid_worker", 404), ("agency", 404),
     ("auditor", 403), ("security_admin", 403), ("system_admin", 403)],
)  # fmt: skip
def test_each_role_meets_the_page_as_its_scope_says(role, status, district, dispute):
    client = as_(district, role)
    for page in ("dispute", "dispute_timeline"):
        assert client.get(url(dispute, page)).status_code == status


def test_a_foreign_dispute_is_not_found_by_any_address(district, dispute):
    foreign = world.dispute(district.far)
    party = actions.add_party(foreign, world.person(), side="a", by=None, at=timezone.now())
    chief = as_(district, "chief")
    assert chief.get(url(foreign)).status_code == 404
    assert chief.get(url(foreign, "dispute_unmask", party.pk)).status_code == 404
    for name, *more in (("dispute_move", "sort"), ("dispute_note", "review"), ("dispute_gate",), ("dispute_comment",),
                        ("dispute_party_new",), ("dispute_party_remove", party.pk), ("dispute_files",),
                        ("dispute_merge",), ("dispute_split",), ("dispute_split_off",), ("dispute_link_incident",),
                        ("dispute_unmask", party.pk)):  # fmt: skip
        assert post(chief, foreign, name, *more, why="x").status_code == 404, name


def test_a_stranger_is_sent_to_sign_in(dispute):
    assert Client().get(url(dispute))["Location"].startswith("/accounts/login/")
    assert Client().post(url(dispute, "dispute_move", "sort"))["Location"].startswith("/accounts/login/")


def test_names_and_numbers_are_masked_in_every_text(district, dispute):
    client = as_(district, "chief")
    actions.add_note(dispute, "李大强 电话 13800000455 不接", by=district.people["chief"].pk, at=timezone.now())
    for tab in ("overview", "parties", "notes", "links", "clocks"):
        said = text(client.get(url(dispute), {"tab": tab}))
        for secret in ("王秀兰", "李大强", PHONE, "13800000455", NUMBER, "18号"):
            assert secret not in said, (tab, secret)
    assert "王*兰、李*强排水沟纠纷" in said
    assert "tl-watermark" in said
    assert "王秀兰" not in text(client.get(url(dispute, "dispute_timeline")))


def test_unknown_tab_is_not_found(district, dispute):
    assert as_(district, "chief").get(url(dispute), {"tab": "secret"}).status_code == 404


# --- moving ----------------------------------------------------------------------------------------------------------


def test_a_dispute_is_moved_by_the_buttons_of_its_page(district, dispute):
    settled(district, dispute)
    assert dispute.state == "settled"
    order = Order.objects.get(dispute=dispute)
    assert (order.to_account, order.text, order.state) == (district.people["community_officer"], "去看", "done")
    assert [t.text for t in Term.objects.filter(dispute=dispute)] == ["王秀兰改沟", "赔 800 元"]
    said = text(as_(district, "community_officer").get(url(dispute)))
    assert "王*兰改沟" in said
    assert "还差两样：一次接通的回访，协议第 1、2 条履行" in said
    assert "已派单 → 处置中" in said
    steps = said.split('id="h-do"')[1]  # what it waits for stands before what is rare, though that alone is open
    assert 0 < steps.index('id="shut-close"') < steps.index('id="ask-merge"')


def test_the_first_button_is_the_next_move_and_shut_ones_say_why(district, dispute):
    said = text(as_(district, "dispatcher").get(url(dispute)))
    first = re.search(r'<details class="ask" id="ask-(\w+)"[^>]*>\s*<summary class="btn btn-primary"', said)
    assert first is not None
    assert first[1] == "sort"
    officer = text(as_(district, "community_officer").get(url(dispute)))
    assert 'aria-disabled="true" aria-describedby="shut-sort"' in officer
    assert '<p id="shut-sort">分流只能由综合指挥室、所长办理</p>' in officer
    assert "btn-primary" not in officer.split('id="unmask"')[0]


def test_an_address_opens_a_form_without_a_script(district, dispute):
    said = text(as_(district, "dispatcher").get(url(dispute), {"do": "sort"}))
    assert re.search(r'id="ask-sort" open', said)


def test_a_refused_move_keeps_what_was_typed_and_says_what_is_missing(district, dispute):
    answer = move(as_(district, "dispatcher"), dispute, "sort", type_code="B1", why="来电说要打人")
    said = text(answer)
    assert answer.status_code == 422
    assert "还差一样：等级" in said
    assert "来电说要打人" in said
    assert re.search(r'<option value="B1" selected', said)
    dispute.refresh_from_db()
    assert (dispute.state, dispute.type_code) == ("registered", "")


def test_a_field_that_cannot_be_read_is_named(district, dispute):
    handled(district, dispute)
    answer = move(as_(district, "community_officer"), dispute, "settle", settled_on="31 April", terms="无")
    assert answer.status_code == 422
    assert "31 April" in text(answer)
    assert "tl-field-error" in text(answer)


def test_who_comes_second_sees_what_changed_and_can_send_again(district, dispute):
    desk, chief = as_(district, "dispatcher"), as_(district, "chief")
    old = dispute.version
    move(desk, dispute, "sort", type_code="B1", level=3)
    answer = post(
        chief, dispute, "dispute_move", "transfer", version=old, transfer_receipt="司法所 张三", why="归司法所"
    )
    said = text(answer)
    assert answer.status_code == 409
    assert re.search(r'id="changes".*测t-dispatcher \d\d:\d\d 分流', said, re.S)
    assert "司法所 张三" in said
    dispute.refresh_from_db()
    assert dispute.state == "sorted"
    fresh = re.search(r'name="version" value="(\d+)" id="transfer-version"', said)
    assert fresh is not None
    assert int(fresh[1]) == dispute.version
    assert (
        post(
            chief, dispute, "dispute_move", "transfer", version=fresh[1], transfer_receipt="司法所", why="归"
        ).status_code
        == 303
    )


def test_nothing_but_the_moves_own_fields_is_read(district, dispute):
    handled(district, dispute)
    before = Dispute.objects.values().get(pk=dispute.pk)
    move(
        as_(district, "community_officer"), dispute, "report_unsettled", why="不肯", state="closed", round=9, level=1,
        owner=district.people["volunteer"].pk, settled_by="x", gate_open="true", leader_signed_at="2026-01-01",
        given="x", by=1, terms="x", number="JF000000-001",
    )  # fmt: skip
    after = Dispute.objects.values().get(pk=dispute.pk)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"state", "version", "touched_at"}
    standing = Standing.objects.get(dispute=dispute)
    assert (standing.settled_by, standing.gate_open, standing.leader_signed_at) == ("", None, None)


def test_an_order_goes_only_to_people_of_the_place(district, dispute):
    desk = as_(district, "dispatcher")
    move(desk, dispute, "sort", type_code="B1", level=2)
    stranger = world.account("t-far", "officer", unit=district.other)
    answer = move(desk, dispute, "order", taker=stranger.pk)
    assert answer.status_code == 422
    assert not Order.objects.exists()


def test_unknown_moves_and_notes_are_not_found(district, dispute):
    desk = as_(district, "dispatcher")
    for name, code in (("dispute_move", "explode"), ("dispute_move", "merge"), ("dispute_note", "level")):
        assert post(desk, dispute, name, code).status_code == 404


UNSAFE = [
    ("dispute_move", "sort"), ("dispute_note", "review"), ("dispute_gate",), ("dispute_term", 1),
    ("dispute_party_new",), ("dispute_party_remove", 1), ("dispute_comment",), ("dispute_files",),
    ("dispute_file_remove", 1), ("dispute_merge",), ("dispute_split",), ("dispute_split_off",),
    ("dispute_link_incident",), ("dispute_unlink", 1), ("dispute_clock_pause", 1), ("dispute_clock_resume", 1),
]  # fmt: skip


@pytest.mark.parametrize("what", UNSAFE, ids=lambda what: what[0])
def test_every_unsafe_view_refuses_get_and_a_post_without_token(what, district, dispute):
    name, *more = what
    assert as_(district, "chief").get(url(dispute, name, *more)).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(district.people["chief"], backend="twinloop.people.backend.AccountBackend")
    assert strict.post(url(dispute, name, *more), {"why": "x"}).status_code == 403


# --- notes, terms, gate ----------------------------------------------------------------------------------------------


def test_a_callback_and_kept_terms_let_it_be_closed(district, dispute):
    settled(district, dispute)
    officer = as_(district, "community_officer")
    for term in Term.objects.filter(dispute=dispute):
        assert post(officer, dispute, "dispute_term", term.pk, kept="yes", on="2026-04-12").status_code == 303
    answer = post(officer, dispute, "dispute_note", "callback", callback_reached="yes", why="王秀兰说没事了")
    assert answer.status_code == 303
    said = text(officer.get(url(dispute)))
    assert "回访：接通，没有不满意" in said
    assert "王*兰说没事了" in said
    assert move(officer, dispute, "close").status_code == 303


def test_notes_belong_to_roles_and_say_what_is_missing(district, dispute):
    handled(district, dispute)
    auxiliary = as_(district, "auxiliary")
    answer = post(auxiliary, dispute, "dispute_note", "offence", offence="yes")
    assert answer.status_code == 422
    assert "记违法行为只能由接处警民警、社区民警、所长办理" in text(answer)
    early = post(as_(district, "chief"), dispute, "dispute_note", "callback", callback_reached="yes", why="打过")
    assert early.status_code == 422
    assert "还没有化解，不能记回访" in text(early)


def test_the_gate_answers_with_articles_and_opens_mediation(district, dispute):
    handled(district, dispute)
    officer = as_(district, "community_officer")
    assert "还差一样：能否调解的核对" in text(officer.get(url(dispute)))
    assert (
        post(officer, dispute, "dispute_gate", track="people", nature="civil", party_refuses="yes").status_code == 303
    )
    said = text(officer.get(url(dispute)))
    assert "不能调解" in said
    assert "人民调解法第 17 条" in said
    post(officer, dispute, "dispute_gate", track="people", nature="civil", party_refuses="no")
    assert "可以调解" in text(officer.get(url(dispute)))
    assert move(officer, dispute, "open_mediation").status_code == 303
    answer = post(officer, dispute, "dispute_gate", track="people", sworn_officers="many")
    assert answer.status_code == 422


def test_unknown_facts_of_the_gate_are_named(district, dispute):
    handled(district, dispute)
    officer = as_(district, "community_officer")
    post(officer, dispute, "dispute_gate", track="police", nature="assault")
    said = text(officer.get(url(dispute)))
    assert "还不知道情节是否较轻" in said
    assert "还不知道未知" not in said


# --- people ----------------------------------------------------------------------------------------------------------


def test_a_party_is_added_checked_sealed_and_removed(district, dispute):
    officer = as_(district, "community_officer")
    wrong = post(officer, dispute, "dispute_party_new", side="b", name="李小明", id_number="110101199003072870")
    assert wrong.status_code == 422
    assert "末位校验码不符" in text(wrong)
    assert 'value="李小明"' in text(wrong)
    answer = post(
        officer, dispute, "dispute_party_new", side="b", name="李小明", id_number=NUMBER, phone="139 0000 0128",
        consented_at="2026-01-01", dispute="1", name_masked="李小明",
    )  # fmt: skip
    assert answer.status_code == 303
    party = Party.objects.latest("pk")
    assert (party.dispute, party.name_masked, party.phone_masked, party.is_minor, party.consented_at) == (
        dispute, "李*明", "139****0128", False, None,
    )  # fmt: skip
    refused = post(officer, dispute, "dispute_party_remove", party.pk, why="")
    assert refused.status_code == 422
    assert "还差一样：写明原因" in text(refused)
    assert post(officer, dispute, "dispute_party_remove", party.pk, why="写错人").status_code == 303
    assert "李*明" not in text(officer.get(url(dispute), {"tab": "parties"}))
    post(officer, dispute, "dispute_comment", text="李小明不在场")
    assert "李小明" not in text(officer.get(url(dispute), {"tab": "notes"}))


def test_a_party_of_another_dispute_is_not_reached_through_this_one(district, dispute):
    other = world.dispute(district.near)
    party = actions.add_party(other, world.person("陈某人"), side="a", by=None, at=timezone.now())
    chief = as_(district, "chief")
    assert post(chief, dispute, "dispute_party_remove", party.pk, why="x").status_code == 404
    assert chief.get(url(dispute, "dispute_unmask", party.pk), {"field": "name"}).status_code == 404
    party.refresh_from_db()
    assert party.removed_at is None


def unmask(client: Client, dispute: Dispute, party: Party, field: str, **data: Any) -> Any:
    headers = data.pop("headers", {})
    return client.post(f"{url(dispute, 'dispute_unmask', party.pk)}?field={field}", data, headers=headers)


def test_a_field_is_opened_with_a_reason_and_that_is_an_event(district, dispute):
    party, officer = dispute.parties.get(side="a"), as_(district, "community_officer")
    asks = officer.get(url(dispute, "dispute_unmask", party.pk), {"field": "phone"})
    assert PHONE not in text(asks)
    without = unmask(officer, dispute, party, "phone")
    assert without.status_code == 422
    assert PHONE not in text(without)
    other = unmask(officer, dispute, party, "phone", reason="other")
    assert (other.status_code, "还差一样：写明原因" in text(other)) == (422, True)
    answer = unmask(officer, dispute, party, "phone", reason="contact")
    assert PHONE in text(answer)
    assert answer["Refresh"] == f"60; url={url(dispute)}"
    part = unmask(officer, dispute, party, "phone", reason="contact", headers={"HX-Request": "true"})
    assert PHONE in text(part)
    assert "<html" not in text(part)
    assert [e.data["reason"] for e in events(dispute, "unmasked")] == ["contact", "contact"]
    assert PHONE not in "".join(e.body for e in events(dispute, "unmasked"))
    assert unmask(officer, dispute, party, "sealed", reason="contact").status_code == 404


def test_a_protected_address_is_not_shown_and_opens_for_chiefs_only(district, dispute):
    party = dispute.parties.get(side="a")
    Party.objects.filter(pk=party.pk).update(is_address_hidden=True)
    officer = as_(district, "community_officer")
    said = text(officer.get(url(dispute)))
    assert "已保护" in said
    assert "近村3组" not in said.split('id="unmask"')[0].split("dispute-body")[1]
    refused = unmask(officer, dispute, party, "address", reason="safety")
    assert refused.status_code == 422
    assert "住址已保护" in text(refused)
    assert "近村3组18号" in text(unmask(as_(district, "chief"), dispute, party, "address", reason="safety"))


def test_every_reading_is_an_event_once(district, dispute):
    chief = as_(district, "chief")
    chief.get(url(dispute))
    chief.get(url(dispute), {"tab": "parties"})
    chief.get(url(dispute, "dispute_timeline"))
    assert [(e.data["where"], e.by) for e in events(dispute, "looked")] == [
        (where, district.people["chief"]) for where in ("overview", "parties", "timeline")
    ]
    assert "1 人看过 4 次" in text(chief.get(url(dispute)))
    assert "人看过" not in text(as_(district, "community_officer").get(url(dispute)))


def test_a_caucus_note_is_hidden_from_the_other_side(district, dispute):
    mediator = district.people["mediator"]
    Involvement.objects.create(dispute=dispute, account=mediator, part="mediator", side="b", since=timezone.now())
    chief = as_(district, "chief")
    assert post(chief, dispute, "dispute_comment", text="甲方底线是 500 元", caucus_side="a").status_code == 303
    assert post(chief, dispute, "dispute_comment", text="").status_code == 422
    own, theirs = text(chief.get(url(dispute), {"tab": "notes"})), as_(district, "mediator")
    assert "甲方底线" in own
    assert "与甲方单独谈话" in own
    said = text(theirs.get(url(dispute), {"tab": "notes"}))
    assert "甲方底线" not in said
    assert "写笔记</span>" not in text(theirs.get(url(dispute, "dispute_timeline")))
    assert Note.objects.count() == 1


# --- files -----------------------------------------------------------------------------------------------------------


def upload(client: Client, dispute: Dispute, data: bytes = b"text of a paper", name: str = "收条.txt") -> Any:
    return client.post(url(dispute, "dispute_files"), {"file": SimpleUploadedFile(name, data)})


def test_a_file_is_served_only_through_a_check_and_never_inline(district, dispute):
    officer = as_(district, "community_officer")
    assert upload(officer, dispute).status_code == 303
    file = Attachment.objects.get()
    answer = officer.get(url(dispute, "dispute_file", file.pk))
    assert b"".join(answer.streaming_content) == b"text of a paper"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert events(dispute, "looked")[-1].data["where"] == f"file:{file.pk}"
    assert as_(district, "officer").get(url(dispute, "dispute_file", file.pk)).status_code == 404


def test_a_file_of_another_dispute_is_not_reached_through_this_one(district, dispute):
    officer, other = as_(district, "community_officer"), world.dispute(district.near)
    upload(officer, other)
    file = Attachment.objects.get()
    assert officer.get(url(dispute, "dispute_file", file.pk)).status_code == 404
    assert post(officer, dispute, "dispute_file_remove", file.pk, why="x").status_code == 404
    served = officer.get(url(other, "dispute_file", file.pk))
    assert served.status_code == 200
    assert b"".join(served.streaming_content)


def test_a_bad_file_is_refused_in_words(district, dispute):
    answer = upload(as_(district, "community_officer"), dispute, b"<svg onload=alert(1)>", "a.svg")
    assert answer.status_code == 422
    assert "不收" in text(answer) or "收" in text(answer)
    assert not Attachment.objects.exists()


def test_a_file_is_removed_by_its_owner_or_the_chief_with_a_reason(district, dispute):
    officer = as_(district, "community_officer")
    upload(officer, dispute)
    file = Attachment.objects.get()
    refused = post(as_(district, "auxiliary"), dispute, "dispute_file_remove", file.pk, why="x")
    assert refused.status_code == 422
    assert post(officer, dispute, "dispute_file_remove", file.pk, why="").status_code == 422
    assert post(officer, dispute, "dispute_file_remove", file.pk, why="传错").status_code == 303
    assert officer.get(url(dispute, "dispute_file", file.pk)).status_code == 404


# --- links, clocks ---------------------------------------------------------------------------------------------------


def test_calls_are_linked_unlinked_and_split_off(district, dispute):
    desk, call = as_(district, "dispatcher"), world.incident(district.near, at=timezone.now(), narrative="又吵")
    assert post(desk, dispute, "dispute_link_incident", incident=call.number, why="同一条沟").status_code == 303
    assert "又吵" in text(desk.get(url(dispute), {"tab": "links"}))
    split = post(desk, dispute, "dispute_split_off", incidents=[call.number], title="另一件", why="不是一回事")
    assert split.status_code == 303
    made = Dispute.objects.get(origin="split")
    link = made.links.get(unlinked_at__isnull=True)
    assert post(desk, dispute, "dispute_unlink", link.pk, why="x").status_code == 404
    assert post(desk, made, "dispute_unlink", link.pk, why="").status_code == 422
    assert post(desk, made, "dispute_unlink", link.pk, why="错").status_code == 303
    unknown = post(desk, dispute, "dispute_link_incident", incident="JQ260101-9999", why="x")
    assert unknown.status_code == 422
    assert "没有这条警情" in text(unknown)


def test_both_ends_of_a_link_and_a_merge_must_be_visible(district, dispute):
    chief, foreign = as_(district, "chief"), world.dispute(district.far)
    call = world.incident(district.far)
    assert post(chief, dispute, "dispute_link_incident", incident=call.number, why="x").status_code == 422
    answer = post(chief, dispute, "dispute_merge", target=foreign.number, why="x")
    assert answer.status_code == 422
    assert "没有要并入的那件纠纷" in text(answer)


def test_a_merge_is_shown_on_both_pages_and_undone(district, dispute):
    desk, target = as_(district, "dispatcher"), world.dispute(district.near, title="老纠纷")
    answer = post(desk, dispute, "dispute_merge", target=target.number, why="同一件", version=dispute.version)
    assert answer.status_code == 303
    assert f"已并入 {target.number}" in text(desk.get(url(dispute)))
    assert dispute.number in text(desk.get(url(target), {"tab": "links"}))
    dispute.refresh_from_db()
    assert post(desk, dispute, "dispute_split", why="看错", version=dispute.version).status_code == 303
    dispute.refresh_from_db()
    assert dispute.state == "registered"


def test_a_clock_is_paused_with_a_reason_and_goes_on(district, dispute):
    handled(district, dispute)
    officer = as_(district, "community_officer")
    clock = actions.open_clock("people_mediation", dispute=dispute, by=None, at=timezone.now())
    assert post(officer, dispute, "dispute_clock_pause", clock.pk, why="").status_code == 422
    assert post(officer, dispute, "dispute_clock_pause", clock.pk, why="等鉴定").status_code == 303
    assert "停：等鉴定" in text(officer.get(url(dispute)))
    assert post(officer, dispute, "dispute_clock_resume", clock.pk).status_code == 303
    again = post(officer, dispute, "dispute_clock_resume", clock.pk)
    assert again.status_code == 422
    assert "这个时限没有停" in text(again)


# --- the whole -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("many", [1, 30])
@pytest.mark.parametrize("tab", ["overview", "parties", "notes", "links", "clocks"])
def test_the_page_asks_the_same_number_of_queries_however_much_there_is(
    many, tab, district, dispute, django_assert_num_queries
):
    now, chief = timezone.now(), as_(district, "chief")
    for n in range(many):
        actions.add_party(dispute, world.person("张三丰"), side="c", by=None, at=now)
        actions.link(world.incident(district.near, at=now), dispute, by=None, at=now, why="同")
        actions.add_note(dispute, "记一笔", by=district.people["chief"].pk, at=now)
        actions.open_clock("people_mediation", dispute=dispute, by=None, at=now, subject=f"n:{n}")
        upload(chief, dispute)
    chief.get(url(dispute))
    with django_assert_num_queries(QUERIES_OF[tab]):
        assert chief.get(url(dispute), {"tab": tab}).status_code == 200


def test_the_whole_timeline_has_pages_and_rounds(district, dispute):
    officer = as_(district, "community_officer")
    handled(district, dispute)
    for n in range(60):
        actions.add_note(dispute, f"第 {n} 次", by=None, at=timezone.now())
    move(officer, dispute, "report_unsettled", why="不肯")
    move(as_(district, "dispatcher"), dispute, "open_review")
    first = text(officer.get(url(dispute, "dispute_timeline")))
    assert first.count('class="tl-event"') == 50
    assert first.index("第 2 轮</li>") < first.index("第 1 轮</li>")
    second = text(officer.get(url(dispute, "dispute_timeline"), {"page": 2}))
    assert "第 2 轮</li>" not in second
    assert "登记纠纷" in second


def test_the_page_speaks_english(district, dispute):
    handled(district, dispute)
    client = as_(district, "community_officer")
    client.post("/preferences/", {"language": "en"})
    for tab in ("overview", "parties", "notes", "links", "clocks"):
        said = text(client.get(url(dispute), {"tab": tab}))
        assert "Next step" in said
        assert "下一步" not in said
    assert "Still missing 1: the check whether mediation is lawful" in said


# --- words -----------------------------------------------------------------------------------------------------------


def raised() -> Iterator[str]:
    """Plain codes with which the actions of cases refuse."""
    folder = Path(actions.__file__).parent
    for path in [*folder.glob("*.py"), folder.parent / "offers.py", folder.parent / "rights.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refused":
                assert isinstance(node.args[0], ast.Constant), (path.name, node.lineno)
                yield str(node.args[0].value)


def test_every_code_that_is_raised_has_words_in_both_languages():
    codes = set(raised())
    assert len(codes) > 20
    for code in codes:
        for language in ("zh-hans", "en"):
            with translation.override(language):
                said = telling.sentence(Refused(code, number="JF1", action="x", roles=(), year=2031, day="2031-01-01"))
            assert said != code
            assert bool(re.search("[一-鿿]", said)) == (language == "zh-hans"), (code, said)


def test_files_stay_small():
    folder = Path(actions.__file__).parents[1]
    for path in (folder / "templates").rglob("dispute*.html"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 120, path


# --- correcting what is written ---------------------------------------------------------------------------------------


def rewrite(client: Client, dispute: Dispute, **data: Any) -> Any:
    dispute.refresh_from_db()
    written = {
        "title": "王*兰、李*强排水沟纠纷",
        "focus": dispute.focus,
        "source": dispute.source,
        "owner": "",
        "leader": "",
    }
    return post(client, dispute, "dispute_change", **{"version": dispute.version, **written, **data})


def test_a_correction_is_written_and_told(district, dispute):
    desk, chief = as_(district, "dispatcher"), district.people["chief"]
    assert rewrite(desk, dispute, focus="沟在谁家地界", started_on="2026-03-01", leader=chief.pk).status_code == 303
    dispute.refresh_from_db()
    assert (dispute.focus, str(dispute.started_on), dispute.leader) == ("沟在谁家地界", "2026-03-01", chief)
    assert [e.after["focus"] for e in events(dispute, "dispute_changed")] == ["沟在谁家地界"]


def test_a_text_that_comes_back_masked_stays_as_it_is(district, dispute):
    page = text(as_(district, "dispatcher").get(url(dispute)))
    assert "王秀兰" not in page
    assert rewrite(as_(district, "dispatcher"), dispute, focus="界").status_code == 303
    dispute.refresh_from_db()
    assert dispute.title == "王秀兰、李大强排水沟纠纷"


def test_a_correction_on_an_older_page_is_not_saved(district, dispute):
    desk = as_(district, "dispatcher")
    assert rewrite(desk, dispute, focus="先改的").status_code == 303
    answer = rewrite(desk, dispute, focus="后改的", version=1)
    assert answer.status_code == 409
    assert "后改的" in text(answer)
    dispute.refresh_from_db()
    assert dispute.focus == "先改的"


@pytest.mark.parametrize(("field", "value"), [("title", ""), ("started_on", "2099-01-01"), ("owner", "999999")])
def test_a_wrong_correction_is_refused_beside_its_field(district, dispute, field, value):
    answer = rewrite(as_(district, "dispatcher"), dispute, **{field: value})
    assert answer.status_code == 422
    assert f'id="change-{field}-error"' in text(answer)
    assert events(dispute, "dispute_changed") == []


def test_who_only_looks_is_not_offered_to_rewrite(district, dispute):
    assert "ask-change" not in text(as_(district, "auxiliary").get(url(dispute)))
    assert rewrite(as_(district, "auxiliary"), dispute, focus="x").status_code == 422
    dispute.refresh_from_db()
    assert dispute.focus == ""

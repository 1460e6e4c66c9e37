"""Pages of people, units and teams: as each role, what a form may bring, and what is shown shut with its sentence."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.people.acting import AT, community, events, grant, new, station, verbs
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people import actions, sealed
from twinloop.people.models import Account, Role, RoleGrant

pytestmark = pytest.mark.django_db
ALL = tuple(Role.values)
LISTED = {"dispatcher", "chief", "bureau", "system_admin", "security_admin"}
TEAMED = LISTED | {"officer", "community_officer", "auxiliary"}
MAKERS = {"system_admin", "bureau", "chief"}
ADMINS = {"system_admin", "security_admin"}
KIND = {"auxiliary": "auxiliary", "mediator": "mediator", "volunteer": "volunteer", "grid_worker": "grid_worker",
        "agency": "agency"}  # fmt: skip
GETS = {
    "people/": LISTED, "people/export.xlsx": LISTED, "people/new/": {"system_admin"}, "people/{pk}/": LISTED,
    "people/{pk}/edit/": {"system_admin"}, "people/{pk}/show-id/": ADMINS, "people/{pk}/show-phone/": ADMINS,
    "people/import/": {"system_admin"}, "units/": LISTED, "units/new/": {"system_admin"},
    "units/{unit}/": {"system_admin"}, "teams/": TEAMED, "teams/new/": MAKERS, "teams/{team}/": TEAMED,
    "teams/{team}/edit/": MAKERS,
}  # fmt: skip
POSTS = {
    "people/{pk}/active/": {"system_admin"}, "people/{pk}/sessions/": ADMINS, "people/{pk}/lock/": ADMINS,
    "people/{pk}/factor/": ADMINS, "people/{pk}/password/": ADMINS, "people/{pk}/roles/": ADMINS,
    "people/{pk}/skills/": LISTED, "people/{pk}/leave/": LISTED, "people/{pk}/duty/": LISTED,
    "units/{unit}/close/": {"system_admin"}, "teams/{team}/close/": MAKERS, "teams/{team}/members/": MAKERS,
    "people/import/do/": {"system_admin"}, "people/import/columns/": {"system_admin"},
}  # fmt: skip


@pytest.fixture
def there():
    unit = station()
    team = actions.create_team("示例队", "neighbour", station=unit, by=None, at=AT)
    return {"pk": new(unit=unit).pk, "unit": unit.pk, "team": team.pk}


@pytest.mark.parametrize("role", ALL)
def test_each_role_gets_its_pages_and_no_others(role, enter, there):
    client = enter(role, kind=KIND.get(role, "sworn"))
    for path, allowed in GETS.items():
        status = client.get("/settings/" + path.format(**there)).status_code
        assert status == (200 if role in allowed else 403), path


@pytest.mark.parametrize("role", ALL)
def test_each_role_may_post_where_it_may_and_nothing_by_get(role, enter, there):
    client = enter(role, kind=KIND.get(role, "sworn"))
    for path, allowed in POSTS.items():
        url = "/settings/" + path.format(**there)
        assert client.get(url).status_code in (403, 405), path
        status = client.post(url).status_code
        assert (status != 403) == (role in allowed), path


def test_a_stranger_is_sent_to_sign_in(there):
    for path in (*GETS, *POSTS):
        assert Client().get("/settings/" + path.format(**there)).status_code == 302


def test_a_post_without_its_token_is_refused(enter, there):
    client = enter("security_admin")
    client.handler.enforce_csrf_checks = True
    assert client.post(f"/settings/people/{there['pk']}/roles/", {"role": "officer"}).status_code == 403


# --- the list ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("q", ["单雄信", "shanxiongxin", "sxx", "p77"])
def test_people_are_found_by_name_sound_and_number(q, enter):
    client = enter("bureau", name="别人")
    Account.objects.create_user("p77777", None, name="单雄信", kind="sworn", pinyin=sealed.pinyin_of("单雄信"))
    assert "单雄信" in client.get("/settings/people/", {"q": q}).content.decode()


def test_filters_narrow_the_list(enter):
    unit = station()
    inside = new("officer", unit=unit, name="在所里")
    closed = new(unit=unit, name="停用的", is_active=False)
    client = enter("bureau")
    for query, shown in (
        ({"unit": unit.pk}, {inside}), ({"unit": unit.pk, "active": "no"}, {closed}),
        ({"unit": unit.pk, "active": "all", "role": "none"}, {closed}),
        ({"unit": unit.pk, "role": "officer"}, {inside}),
        ({"unit": unit.pk, "kind": "mediator"}, set()),
    ):  # fmt: skip
        assert set(client.get("/settings/people/", query).context["page"].object_list) == shown, query


@pytest.mark.parametrize("query", [{"order": "password"}, {"order": "unit__parent"}, {"kind": "x"}, {"unit": "1 or 1"}])
def test_what_nobodys_link_asks_is_a_bad_request(query, enter):
    assert enter("bureau").get("/settings/people/", query).status_code == 400


@pytest.mark.parametrize("rows", [1, 50])
def test_the_list_costs_the_same_for_one_and_for_fifty(rows, enter, django_assert_num_queries):
    unit = station()
    for _n in range(rows):
        new("officer", "community_officer", unit=unit)
    client = enter("bureau")
    client.get("/settings/people/")
    # session, account, three of the scope and two to tell it, seen; count, rows, grants; the filter's units twice
    with django_assert_num_queries(12):
        assert len(client.get("/settings/people/", {"unit": unit.pk}).context["page"].object_list) == rows


def test_the_export_holds_text_and_no_identity_and_is_noted(enter):
    unit = station()
    new("officer", unit=unit, name="王小兰", post="=1+1", phone_tail="0031")
    client = enter("bureau")
    content = client.get("/settings/people/export.xlsx", {"unit": unit.pk}).content
    rows = list(load_workbook(BytesIO(content)).active.values)
    assert client.account.name in rows[0][0]
    assert rows[2][1:5] == ("王小兰", "民警", unit.name, "'=1+1")
    with see_as(SYSTEM):
        event = Event.objects.filter(stream="setting:people", verb="exported").latest("id")
    assert (event.by_id, event.is_look, event.data["rows"]) == (client.account.pk, True, 1)


# --- one person --------------------------------------------------------------------------------------------


def test_what_may_not_be_done_is_shown_with_its_sentence(enter, there):
    text = enter("dispatcher").get(f"/settings/people/{there['pk']}/").content.decode()
    for sentence in ("系统管理员才能办", "安全管理员才能办", "本所所长才能办", "本人、本所所长或分局领导才能办"):
        assert sentence in text
    assert "/roles/" not in text


def test_posted_fields_that_the_form_does_not_name_change_nothing(enter, there):
    target = Account.objects.get(pk=there["pk"])
    before: dict[str, Any] = dict(Account.objects.filter(pk=target.pk).values().get())
    data = {"name": target.name, "kind": "sworn", "unit": target.unit_id, "username": "root", "password": "x",
            "is_demo": "on", "is_active": "", "must_change_password": "on", "phone_tail": "9999", "grants": "1",
            "last_login": "2020-01-01", "id_number_index": "0" * 32, "role": "bureau"}  # fmt: skip
    assert enter("system_admin").post(f"/settings/people/{target.pk}/edit/", data).status_code == 302
    after: dict[str, Any] = dict(Account.objects.filter(pk=target.pk).values().get())
    assert {k for k in after if after[k] != before[k]} <= {"pinyin"}
    assert not RoleGrant.objects.filter(account=target).exists()


def test_a_system_administrator_makes_changes_and_closes_an_account(enter):
    client, unit, place = enter("system_admin"), station(), community()
    data = {"username": "360077", "name": "王小兰", "kind": "sworn", "unit": unit.pk, "phone": "13000000031",
            "communities": [place.pk]}  # fmt: skip
    client.post("/settings/people/new/", data)
    made = Account.objects.get(username="360077")
    assert (list(made.communities.all()), sealed.masked(made, "phone")) == ([place], "130****0031")
    client.post(f"/settings/people/{made.pk}/edit/", data | {"phone": "", "post": "内勤"})
    assert (Account.objects.get(pk=made.pk).post, Account.objects.get(pk=made.pk).phone_tail) == ("内勤", "0031")
    Client().force_login(made, backend="twinloop.people.backend.AccountBackend")
    client.post(f"/settings/people/{made.pk}/active/", {"why": "调走"})
    assert not Account.objects.get(pk=made.pk).is_active
    assert verbs(made)[-2:] == ["account_deactivated", "sessions_ended"]
    client.post(f"/settings/people/{made.pk}/active/")
    assert Account.objects.get(pk=made.pk).is_active


def test_a_wrong_form_says_what_is_wrong_and_keeps_what_was_typed(enter):
    response = enter("system_admin").post(
        "/settings/people/new/", {"username": "a b", "name": "王小兰", "kind": "sworn"}
    )
    assert "警号（账号）只含数字" in response.content.decode()
    assert 'value="王小兰"' in response.content.decode()


def test_roles_are_granted_and_revoked_on_the_page(enter, there):
    client = enter("security_admin")
    client.post(f"/settings/people/{there['pk']}/roles/", {"role": "officer"})
    held = RoleGrant.objects.get(account=there["pk"])
    other = new("officer")
    assert client.post(f"/settings/people/{other.pk}/roles/{held.pk}/revoke/").status_code == 404
    client.post(f"/settings/people/{there['pk']}/roles/{held.pk}/revoke/")
    assert not RoleGrant.objects.filter(account=there["pk"]).exists()


def test_nobody_grants_themselves(enter):
    client = enter("security_admin")
    me = client.account
    answer = client.post(f"/settings/people/{me.pk}/roles/", {"role": "bureau"}, follow=True).content.decode()
    assert "不能给自己授权" in answer
    assert me.grants.count() == 1


def test_a_system_administrator_cannot_grant(enter, there):
    answer = enter("system_admin").post(f"/settings/people/{there['pk']}/roles/", {"role": "chief"}, follow=True)
    assert "安全管理员才能办" in answer.content.decode()
    assert not RoleGrant.objects.filter(account=there["pk"]).exists()


def test_unmasking_asks_why_and_is_noted(enter):
    client = enter("system_admin")
    target = actions.create_account("360078", name="王小兰", kind="sworn", phone="13000000031", by=None, at=AT)
    url = f"/settings/people/{target.pk}/show-phone/"
    page = client.get(f"/settings/people/{target.pk}/").content.decode()
    assert "130****0031" in page
    assert "13000000031" not in page + client.get(url).content.decode() + client.post(url).content.decode()
    assert "13000000031" in client.post(url, {"reason": "call"}).content.decode()
    look = events(target)[-1]
    assert (look.verb, look.is_look, look.why, look.by_id) == ("unmasked", True, "call", client.account.pk)


def test_a_first_password_is_shown_once_and_must_be_changed(enter, there):
    client = enter("system_admin")
    text = client.post(f"/settings/people/{there['pk']}/password/").content.decode()
    target = Account.objects.get(pk=there["pk"])
    shown = text.split('class="people-secret">')[1].split("<")[0]
    assert target.check_password(shown)
    assert target.must_change_password
    assert shown not in str(events(target)[-1].body)


def test_whoever_holds_an_office_is_helped_by_the_security_administrator_only(enter):
    auditor = new("auditor", kind="staff")
    answer = enter("system_admin").post(f"/settings/people/{auditor.pk}/password/", follow=True).content.decode()
    assert "安全管理员来帮" in answer
    assert not Account.objects.get(pk=auditor.pk).has_usable_password()
    assert enter("security_admin").post(f"/settings/people/{auditor.pk}/factor/").status_code == 302
    assert "second_factor_reset" in verbs(auditor)


def test_a_chief_records_skill_duty_and_leave_in_the_own_station_only(enter):
    unit = station()
    one, other = new("officer", unit=unit), new("officer", unit=station("S2", "别处派出所"))
    client = enter("chief", unit=unit)
    when = {"start": "2099-01-01T08:00", "end": "2099-01-02T08:00"}
    for target, done in ((one, True), (other, False)):
        base = f"/settings/people/{target.pk}/"
        client.post(base + "skills/", {"type_code": "B1", "grade": 3})
        client.post(base + "duty/", {"kind": "calls", "unit": unit.pk, **when})
        client.post(base + "leave/", {"kind": "annual", "start": "2099-02-01T08:00", "end": "2099-02-02T08:00"})
        counts = (target.skills.count(), target.duties.count(), target.leaves.count())
        assert counts == ((1, 1, 1) if done else (0, 0, 0))
    duty, leave = one.duties.get(), one.leaves.get()
    assert client.post(f"/settings/people/{other.pk}/duty/{duty.pk}/drop/").status_code == 404
    assert client.post(f"/settings/people/{other.pk}/leave/{leave.pk}/end/").status_code == 404
    client.post(f"/settings/people/{one.pk}/duty/{duty.pk}/drop/")
    client.post(f"/settings/people/{one.pk}/leave/{leave.pk}/end/")
    assert (one.duties.count(), one.leaves.count()) == (0, 0)


def test_a_form_that_is_not_whole_says_so(enter):
    unit = station()
    target = new("officer", unit=unit)
    answer = enter("chief", unit=unit).post(f"/settings/people/{target.pk}/leave/", {"kind": "annual"}, follow=True)
    assert "从：" in answer.content.decode()


def test_every_payload_in_a_name_is_text(enter):
    target = new(name="<script>alert(1)</script>", post='"><img src=x>')
    page = enter("bureau").get(f"/settings/people/{target.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert grant(target, "officer", AT.date()).role == "officer"

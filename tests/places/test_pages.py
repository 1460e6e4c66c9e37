"""Settings → places as each role, and what an administrator can do there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.people.signing import person
from tests.places.conftest import AT, TEST_LIST, events, place, verbs
from twinloop.people.models import Account, Role
from twinloop.places import actions
from twinloop.places.lists import Row
from twinloop.places.models import Place

pytestmark = pytest.mark.django_db
VILLAGE, TOWN, COUNTY = "990101100200", "990101100000", "990101000000"
PAGES = ("/settings/places/", "/settings/places/?q=jb", f"/settings/places/{VILLAGE}/", "/settings/places/import/",
         "/settings/places/import/none/")  # fmt: skip
GOOD = "代码,名称\n" + "".join(f"{row.code},{row.name}\n" for row in TEST_LIST)
QUERIES = {"places": 8, "place": 10}  # five of them the session's and the scope's


def as_(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="twinloop.people.backend.AccountBackend")
    return client


@pytest.fixture
def admin(county: Place) -> Client:
    return as_(person("padmin", "system_admin", name="管管"))


def text(response: Any) -> str:
    return str(response.content.decode())


def upload(client: Client, content: str | bytes, name: str = "list.csv", **fields: str) -> Any:
    data = content if isinstance(content, bytes) else content.encode()
    return client.post("/settings/places/import/", {"file": SimpleUploadedFile(name, data), **fields}, follow=True)


@pytest.mark.parametrize("role", [*Role.values, None])
@pytest.mark.parametrize("url", PAGES)
def test_only_a_system_administrator_opens_the_pages(county, role, url):
    response = as_(person("p1", *([role] if role else []))).get(url)
    opened = 422 if "none" in url else 200
    assert response.status_code == (opened if role == "system_admin" else 403)


@pytest.mark.parametrize("act", ["serve", "stop", "retire", "restore"])
@pytest.mark.parametrize("role", [role for role in Role.values if role != "system_admin"])
def test_nobody_else_changes_a_place(county, role, act):
    assert as_(person("p1", role)).post(f"/settings/places/{VILLAGE}/{act}/", {"why": "试"}).status_code == 403
    assert verbs(VILLAGE) == []


@pytest.mark.parametrize("url", PAGES)
def test_a_stranger_is_sent_to_sign_in(county, url):
    response = Client().get(url)
    assert (response.status_code, response["Location"][:17]) == (302, "/accounts/login/?")
    assert Client().post(f"/settings/places/{VILLAGE}/serve/", {"why": "试"}).status_code == 302


@pytest.mark.parametrize("url", PAGES)
def test_pages_hold_no_inline_script_or_style(admin, url):
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?! src=)", text(admin.get(url)))


def test_the_tree_shows_what_is_served_with_its_people(admin):
    actions.serve([VILLAGE, "990101100001"], by=None, at=AT, why="试")
    person("p2").communities.add(place(VILLAGE))
    said = text(admin.get("/settings/places/"))
    assert "江坝村" in said
    assert "南街社区" in said
    assert "正兴村" not in said


def test_search_finds_what_is_not_served(admin):
    said = text(admin.get("/settings/places/?q=zhengxing"))
    assert "正兴村" in said
    assert "试验县东岭镇" in said
    assert "没有“qqqq”" in text(admin.get("/settings/places/?q=qqqq"))


def test_serving_and_stopping_are_recorded_with_who_and_why(admin):
    response = admin.post(f"/settings/places/{VILLAGE}/serve/", {"why": "区政府文件 3 号"}, follow=True)
    assert "江坝村：已列入辖区" in text(response)
    assert "区政府文件 3 号" in text(response)
    assert all(place(code).is_served for code in (VILLAGE, TOWN, COUNTY))
    admin.post(f"/settings/places/{VILLAGE}/stop/", {"why": "移交"})
    assert not any(place(code).is_served for code in (VILLAGE, TOWN, COUNTY))
    last = events(VILLAGE)[-1]
    assert (last.verb, last.why, last.by and last.by.name) == ("service_stopped", "移交", "管管")


def test_a_township_leaves_with_all_below_and_the_county_stays_for_the_other(admin):
    actions.serve([VILLAGE, "990101200200"], by=None, at=AT, why="试")
    admin.post(f"/settings/places/{TOWN}/stop/", {"why": "移交"})
    served = Place.objects.served().filter(code__startswith="990101")
    assert [p.code for p in served] == [COUNTY, "990101200000", "990101200200"]


def test_retiring_is_undone_by_restoring(admin):
    actions.serve([VILLAGE], by=None, at=AT, why="试")
    admin.post(f"/settings/places/{TOWN}/retire/", {"why": "并入北岭乡"})
    assert all(p.retired_on for p in Place.objects.within(place(TOWN)))
    assert not place(VILLAGE).is_served
    response = admin.post(f"/settings/places/{VILLAGE}/restore/", {"why": "记错"})
    assert response.status_code == 409
    assert "上级东岭镇已经撤销，先恢复上级" in text(response)
    admin.post(f"/settings/places/{TOWN}/restore/", {"why": "记错"})
    assert not any(p.retired_on for p in Place.objects.within(place(TOWN)))
    assert verbs(TOWN)[-2:] == ["retired", "restored"]


@pytest.mark.parametrize(
    ("before", "act", "why", "sentence"),
    [
        ("", "serve", "", "没有保存：要写原因"),
        ("", "serve", "   ", "没有保存：要写原因"),
        ("", "stop", "试", "江坝村不在辖区里"),
        ("", "restore", "试", "江坝村没有撤销"),
        ("serve", "serve", "试", "江坝村已经在辖区里"),
        ("retire", "serve", "试", "江坝村已经撤销，不能设为辖区"),
        ("retire", "retire", "试", "江坝村已经撤销"),
    ],
)
def test_a_refused_act_says_why_and_changes_nothing(admin, before, act, why, sentence):
    if before:
        actions.ACTS[before](VILLAGE, by=None, at=AT, why="先")
    count = len(verbs(VILLAGE))
    response = admin.post(f"/settings/places/{VILLAGE}/{act}/", {"why": why})
    assert response.status_code == 409
    assert sentence in text(response)
    assert len(verbs(VILLAGE)) == count


@pytest.mark.parametrize("url", ["/settings/places/000000000000/", "/settings/places/x/"])
def test_no_such_place_is_not_found(admin, url):
    assert admin.get(url).status_code == 404
    assert admin.post(f"/settings/places/{VILLAGE}/burn/", {"why": "试"}).status_code == 404


def test_a_list_is_tried_first_and_then_imported(admin):
    response = upload(admin, GOOD.replace("江坝村委会", "江坝新村村委会") + "990101100299,新村委会\n")
    tried = response.request["PATH_INFO"]
    assert tried.startswith("/settings/places/import/")
    assert re.findall(r"<b>(\d+)</b>", text(response)) == ["1", "1", "0", "0", "6"]
    assert not Place.objects.filter(code="990101100299").exists()
    assert "新增 1，改名 1，恢复 0，撤销 0，不变 6" in text(admin.post(tried, follow=True))
    assert place(VILLAGE).short == "江坝新村"
    assert admin.get(tried).status_code == 422  # used up


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_bad_rows_are_shown_and_keep_the_list_out_unless_asked(admin, encoding):
    response = upload(admin, (GOOD + "990101100299,\n990101100298,新村委会\n").encode(encoding))
    tried = response.request["PATH_INFO"]
    assert "没有名称" in text(response)
    assert "有 1 行不能用" in text(admin.post(tried))
    assert not Place.objects.filter(code="990101100298").exists()
    admin.post(tried, {"good_rows": "on"})
    assert Place.objects.filter(code="990101100298").exists()


def test_a_whole_list_warns_before_it_takes_a_served_place_away(admin):
    actions.serve([VILLAGE], by=None, at=AT, why="试")
    shorter = "".join(line for line in GOOD.splitlines(keepends=True) if VILLAGE not in line)
    response = upload(admin, shorter, county="试验县")
    assert "要撤销的有辖区里的：江坝村" in text(response)
    admin.post(response.request["PATH_INFO"])
    assert place(VILLAGE).retired_on is not None


def test_columns_that_were_not_guessed_are_chosen_by_hand(admin):
    response = upload(admin, GOOD.replace("代码", "甲").replace("名称", "乙"))
    tried = response.request["PATH_INFO"]
    assert "没猜出来" in text(response)
    assert admin.post(tried).status_code == 200
    assert re.findall(r"<b>(\d+)</b>", text(admin.get(tried, {"code": "甲", "name": "乙"}))) == [
        "0",
        "0",
        "0",
        "0",
        "7",
    ]


@pytest.mark.parametrize(
    ("content", "name", "fields", "sentence"),
    [
        ("", "list.csv", {}, "文件"),
        (b"%PDF-1.7\n%%EOF", "list.pdf", {}, "要 CSV、XLSX 或 JSONL"),
        (b"MZ\x90\x00", "list.csv", {}, "文件"),
        (GOOD, "list.csv", {"county": "无此县"}, "没有这个县（市、区）：无此县"),
    ],
)
def test_what_is_no_list_is_refused_where_it_was_chosen(admin, content, name, fields, sentence):
    response = upload(admin, content, name, **fields)
    assert response.status_code == 422
    assert sentence in text(response)


def test_a_list_is_for_whoever_brought_it(admin):
    tried = upload(admin, GOOD).request["PATH_INFO"]
    other = as_(person("padmin2", "system_admin"))
    assert other.get(tried).status_code == 422
    assert admin.get(tried).status_code == 200


PAYLOAD = "<script>alert(1)</script>"


def test_what_people_type_is_text_everywhere(admin):
    actions.put([Row("990101100297", PAYLOAD)], by=None, at=AT, source=PAYLOAD)
    admin.post("/settings/places/990101100297/serve/", {"why": PAYLOAD})
    pages = [
        admin.get("/settings/places/", {"q": PAYLOAD}), admin.get("/settings/places/990101100297/"),
        upload(admin, f"{PAYLOAD},名称\n{PAYLOAD},{PAYLOAD}\n", f"{PAYLOAD}.csv"),
    ]  # fmt: skip
    assert all("<script>alert" not in text(page) for page in pages)


@pytest.mark.parametrize("count", [1, 50])
def test_pages_take_a_fixed_number_of_queries(admin, count, django_assert_num_queries):
    rows = [Row(f"990101100{n:03}", f"新{n}村委会") for n in range(300, 300 + count)]
    actions.put(rows, by=None, at=AT, source="test")
    actions.serve([row.code for row in rows], by=None, at=AT, why="试")
    admin.get("/settings/places/")
    with django_assert_num_queries(QUERIES["places"]):
        admin.get("/settings/places/")
    with django_assert_num_queries(QUERIES["place"]):
        admin.get(f"/settings/places/{TOWN}/")


def test_english_is_spoken(admin):
    admin.cookies["django_language"] = "en"
    Account.objects.filter(username="padmin").update(language="en")
    said = text(admin.get("/settings/places/"))
    assert "辖区" not in re.sub(r"<[^>]+>", "", said)

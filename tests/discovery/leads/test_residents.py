"""The residents' door: what comes in, what a code opens, what asking too often and guessing get."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
import qrcode
import time_machine
from django.test import Client

from tests import world
from tests.discovery.leads.leading import photo
from tests.world import NOW
from twinloop.discovery.leads import actions, pace, qr, queries, tracking
from twinloop.discovery.leads.models import Lead, Pace
from twinloop.ledger.models import Event, Once
from twinloop.ledger.sight import SYSTEM, see_as

DESK = frozenset({"dispatcher"})
WRONG = "没有查到：查询码不对，或者已经过期"


@pytest.fixture
def near(db):
    """A served community, as a stranger's request meets it: nobody is told to the database."""
    with see_as(SYSTEM):
        district = world.district()
    with time_machine.travel(NOW, tick=False):
        yield district


def sent(**more):
    given = {
        "once": str(uuid.uuid4()),
        "kind": "noise",
        "text": "楼上半夜装修",
        "where": "测试镇 近村",
        "confidential": "on",
    }
    return {**given, **more}


def send(place, client=None, **more):
    return (client or Client()).post(f"/r/{place.code}/", sent(**more))


def code_in(answer) -> str:
    found = re.search(r"<b>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})</b>", answer.content.decode())
    assert found, answer.content.decode()
    return str(found[1])


def text_of(answer):
    return answer.content.decode()


def only() -> Lead:
    with see_as(SYSTEM):
        return Lead.objects.select_related("place").get()


def test_a_report_comes_in_without_signing_in(near):
    answer = send(near.near, phone="199 0000 1234", consent="on", photos=[photo()])
    assert answer.status_code == 200
    made = only()
    assert (made.source, made.kind, made.place, made.reporter, made.registered_by) == (
        "resident", "noise", near.near, None, None,
    )  # fmt: skip
    assert (made.outside_phone_masked, made.is_confidential, made.address) == ("199****1234", True, "")
    assert made.number in text_of(answer)
    with see_as(SYSTEM):
        assert made.photos.count() == 1
        assert Event.objects.get(stream=made.stream).by is None


def test_only_the_hash_of_the_code_is_kept_and_it_expires(near):
    code = code_in(send(near.near))
    made = only()
    assert bytes(made.code_digest) == tracking.digest(code)
    assert made.code_expires_at == NOW + timedelta(days=180)
    with see_as(SYSTEM):
        kept = str(list(Lead.objects.values())) + str(list(Once.objects.values())) + str(list(Event.objects.values()))
    assert code not in kept
    assert code.replace("-", "") not in kept
    assert "已收到，等人看" in text_of(Client().post("/r/progress/", {"code": code.lower().replace("-", " ")}))
    with time_machine.travel(NOW + timedelta(days=180, seconds=1), tick=False):
        assert WRONG in text_of(Client().post("/r/progress/", {"code": code}))


def test_codes_hold_80_bits_and_need_the_secret(settings):
    codes = {tracking.code_for(str(uuid.uuid4())) for _ in range(2000)}
    assert len(codes) == 2000
    figures = [figure for code in codes for figure in code.replace("-", "")]
    assert {len(code) for code in codes} == {19}
    assert set(figures) == set(tracking.ALPHABET)  # 32 figures × 16 places
    assert all(700 < figures.count(figure) < 1300 for figure in tracking.ALPHABET)  # 1000 expected of each
    key = str(uuid.uuid4())
    before = tracking.code_for(key)
    settings.SECRET_KEY = "another" * 10
    assert tracking.code_for(key) != before


def test_what_is_read_out_is_understood():
    assert tracking.normal(" 7k3p 9xq2-m4td hv6a ") == "7K3P-9XQ2-M4TD-HV6A"
    assert tracking.normal("７Ｋ３Ｐ９ＸＱ２Ｍ４ＴＤＨＶ６Ａ") == "7K3P-9XQ2-M4TD-HV6A"
    assert tracking.normal("oil1" * 4) == "0111-0111-0111-0111"
    for typed in ("", "7K3P", "7K3P-9XQ2-M4TD-HV6U", "XS260416-001"):
        assert tracking.normal(typed) == ""


def test_sent_twice_it_is_one_report_with_one_code(near):
    key = str(uuid.uuid4())
    assert code_in(send(near.near, once=key)) == code_in(send(near.near, once=key))
    assert only().number == "XS260416-001"
    other = send(near.near, once=key, text="另一件")
    assert other.status_code == 422
    only()


def test_a_guessable_key_is_replaced(near):
    first, second = (code_in(send(near.near, once="12345678", text=f"第 {n} 件")) for n in range(2))
    assert first != second


def test_a_key_older_than_it_is_kept_makes_no_second_report(near):
    key = str(uuid.uuid4())
    code = code_in(send(near.near, once=key))
    with see_as(SYSTEM):
        Once.objects.all().delete()
    assert code_in(send(near.near, once=key)) == code
    only()


@pytest.mark.parametrize(
    ("said", "given"),
    [
        ("选一样：是什么事", {"kind": "gossip"}),
        ("写一句：谁和谁、为了什么", {"text": " "}),
        ("写一写在哪里", {"where": ""}),
        ("这个号码不对", {"phone": "12"}),
        ("这个号码不对", {"phone": "110"}),
        ("留号码要先同意", {"phone": "19900001234"}),
        ("没有送出", {"website": "http://spam.example"}),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(near, said, given):
    answer = send(near.near, **{"text": "楼上半夜装修", **given})
    assert answer.status_code == 422
    assert said in text_of(answer)
    if "text" not in given:
        assert "楼上半夜装修" in text_of(answer)
    with see_as(SYSTEM):
        assert not Lead.objects.exists()


def test_a_renamed_script_is_refused_in_words(near):
    from django.core.files.uploadedfile import SimpleUploadedFile

    for name, data in (("x.jpg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), ("y.png", b"<html>")):
        answer = send(near.near, photos=[SimpleUploadedFile(name, data)])
        assert answer.status_code == 422
        assert "楼上半夜装修" in text_of(answer)
    with see_as(SYSTEM):
        assert not Lead.objects.exists()


def test_script_stays_text_everywhere(near):
    client = Client()
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    for answer in (send(near.near, client, text=evil, where=evil, kind="bad"), send(near.near, client, text=evil)):
        assert "<script>alert" not in text_of(answer)
        assert "<img src=x" not in text_of(answer)
    client.force_login(near.people["dispatcher"])
    for path in ("/leads/", f"/leads/{only().number}/", "/", "/search/?q=alert"):
        page = text_of(client.get(path))
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_extra_fields_take_no_effect(near):
    send(near.near, state="accepted", reporter="1", number="XS000000-001", source="patrol", urgent="on")
    made = only()
    assert (made.state, made.source, made.reporter, made.is_urgent) == ("new", "resident", None, False)


def test_where_may_be_corrected_to_another_served_community(near):
    send(near.near, where="测试镇 远村 二组")
    made = only()
    assert (made.place, made.station, made.address) == (near.far, near.other, "二组")


def test_no_page_for_a_place_that_is_not_served(near):
    assert Client().get("/r/990001000000/").status_code == 404
    assert Client().get("/r/000000000000/").status_code == 404


# --- asking too often


def test_the_rate_of_reports_really_limits_and_keeps_what_was_typed(near):
    amount = pace.REPORTS[0].amount
    assert {send(near.near, text=f"第 {n} 件").status_code for n in range(amount)} == {200}
    stopped = send(near.near, text="还有一件没有说完")
    assert stopped.status_code == 429
    assert 0 < int(stopped["Retry-After"]) <= 600
    assert "还有一件没有说完" in text_of(stopped)
    assert "分钟后再提交" in text_of(stopped)
    with see_as(SYSTEM):
        assert Lead.objects.count() == amount
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        assert send(near.near).status_code == 200


def test_the_rate_of_a_place_limits_over_all_addresses(near, monkeypatch):
    monkeypatch.setattr(pace, "REPORTS_OF_PLACE", pace.Rate("report:place", 3, timedelta(hours=1)))
    got = [Client(REMOTE_ADDR=f"192.0.2.{n}").post(f"/r/{near.near.code}/", sent()).status_code for n in range(4)]
    assert got == [200, 200, 200, 429]
    assert Client(REMOTE_ADDR="192.0.2.9").post(f"/r/{near.far.code}/", sent()).status_code == 200


def test_a_household_is_one_address():
    assert pace.address("2001:db8:1:2:3:4:5:6") == pace.address("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert pace.address("192.0.2.7") == "192.0.2.7"


def test_counts_hold_no_address_and_are_thrown_away(near):
    Client(REMOTE_ADDR="192.0.2.77").post("/r/progress/", {"code": "x"})
    assert Pace.objects.count() == 2
    assert "192.0.2.77" not in str(list(Pace.objects.values()))
    assert pace.forget(at=NOW + timedelta(days=2)) == 2


# --- what a code opens


def test_guessing_gives_the_same_answer_for_wrong_expired_and_malformed(near):
    code = code_in(send(near.near))
    with time_machine.travel(NOW + timedelta(days=200), tick=False):
        tries = [code, tracking.code_for(str(uuid.uuid4())), "abc", "0000-0000-0000-0000"]
        pages = {}
        for typed in tries:
            answer = Client().post("/r/progress/", {"code": typed})
            token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
            pages[typed] = (answer.status_code, token.sub("", text_of(answer)))
    assert len(set(pages.values())) == 1
    assert WRONG in pages["abc"][1]


def test_guessing_is_limited(near):
    amount = pace.CODES[0].amount
    for n in range(amount):
        assert Client().post("/r/progress/", {"code": f"{n}"}).status_code == 200
    for path in ("/r/progress/", "/r/progress/add/", "/r/progress/withdraw/"):
        stopped = Client().post(path, {"code": "1", "text": "x"})
        assert (stopped.status_code, "Retry-After" in stopped) == (429, True)


def steps(near, code):
    return text_of(Client().post("/r/progress/", {"code": code}))


def test_progress_says_how_far_and_nothing_of_anybody_else(near):
    code = code_in(send(near.near, phone="19900001234", consent="on"))
    with see_as(SYSTEM):
        other = world.dispute(near.near, title="王秀兰家排水沟", owner=near.people["community_officer"])
        actions.join(only(), other, by=near.people["dispatcher"].pk, roles=DESK, at=NOW)
    page = steps(near, code)
    assert "正在处理" in page
    for hidden in ("王秀兰", other.number, "JQ26", near.people["community_officer"].name, "1234", "楼上半夜装修"):
        assert hidden not in page, hidden
    with see_as(SYSTEM):
        type(other).objects.filter(pk=other.pk).update(state="settled", settled_at=NOW)
    assert "已经化解" in steps(near, code)


def test_a_declined_one_says_why(near):
    code = code_in(send(near.near))
    with see_as(SYSTEM):
        actions.decline(only(), reason="known", why="物业昨天来过", by=near.people["dispatcher"].pk, roles=DESK, at=NOW)
    assert "已经有人报过，正在办：物业昨天来过" in steps(near, code)


def test_one_more_sentence_and_taking_it_back(near):
    code = code_in(send(near.near))
    added = Client().post("/r/progress/add/", {"code": code, "text": "昨晚又响到两点"})
    assert "补充已收到" in text_of(added)
    assert Client().post("/r/progress/add/", {"code": code, "text": ""}).status_code == 422
    assert "您已撤回" in text_of(Client().post("/r/progress/withdraw/", {"code": code}))
    again = Client().post("/r/progress/add/", {"code": code, "text": "还有"})
    assert (again.status_code, "已经处理完" in text_of(again)) == (422, True)
    with see_as(SYSTEM):
        assert list(only().remarks.values_list("text", flat=True)) == ["昨晚又响到两点"]


def test_a_wrong_code_changes_nothing(near):
    send(near.near)
    for path in ("/r/progress/add/", "/r/progress/withdraw/"):
        assert WRONG in text_of(Client().post(path, {"code": tracking.code_for(str(uuid.uuid4())), "text": "x"}))
    assert only().state == "new"


def test_public_pages_ask_for_the_token_and_change_nothing_on_get(near):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/r/{near.near.code}/", sent()).status_code == 403
    for path in ("/r/progress/add/", "/r/progress/withdraw/"):
        assert strict.get(path).status_code == 405


def test_the_privacy_notice_says_what_article_17_asks(near):
    page = text_of(Client().get("/r/privacy/"))
    for asked in (queries.bureau().name, "为了", "加密保存", "留多久", "180", "更正", "删除", "撤回同意"):
        assert asked in page, asked


def test_the_poster_holds_the_address_of_the_page(near):
    client = Client()
    client.force_login(near.people["chief"])
    page = text_of(client.get(f"/leads/posters/{near.near.code}/"))
    assert f"http://testserver/r/{near.near.code}/" in page
    assert "<svg" in page
    assert client.get(f"/leads/posters/{near.far.code}/").status_code == 404


def test_the_code_on_the_poster_can_be_read():
    """What is drawn is what the library made, with four modules of white around it."""
    url = "http://example.test/r/360702191201/"
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(url)
    rows = code.get_matrix()
    drawn = qr.svg(url, "x")
    places = {(int(x) - 4, int(y) - 4) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", drawn)}
    assert places == {(x, y) for y, row in enumerate(rows) for x, dark in enumerate(row) if dark}
    assert f'viewBox="0 0 {len(rows) + 8} {len(rows) + 8}"' in drawn
    assert "style" not in drawn


def test_words_of_a_place_are_taken_off_its_address(near):
    assert queries.place_said("测试镇 近村 3 组", near.near) == (near.near, "3 组")
    assert queries.place_said("城里某处", near.near) == (near.near, "城里某处")

"""The search box on cases: each way of asking, within what one sees, masked, confidential callers kept apart."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import world
from tests.cases.test_lists import as_, text
from tests.world import NOW
from twinloop.cases import actions, finding
from twinloop.cases.models import Dispute, Incident
from twinloop.ledger.sight import see_as
from twinloop.people.models import Role

NAME, PHONE, ID = "王秀兰", "13900000127", "36070219800101001X"


@pytest.fixture
def cases(district: Any) -> Any:
    """The same person in a dispute near and one far; a caller with the same number, one of them confidential."""
    for place, confidential in ((district.near, False), (district.far, True)):
        caller = actions.Caller(world.person("张衛國", phone="13800138000"), is_confidential=confidential)
        report = world.incident(
            place, caller=caller, narrative="两家为鱼塘排水争吵，铁锹打伤", address="桥兰村第三村民小组"
        )
        dispute = world.dispute(place, incident=report, title=f"{place.short}鱼塘排水纠纷")
        actions.add_party(dispute, world.person(NAME, phone=PHONE, id_number=ID), side="a", by=None, at=NOW)
    return district


def found(district: Any, role: str, asked: str) -> dict[str, int]:
    scope = district.scope(role)
    with see_as(scope):
        parts = [provide(asked, scope) for provide in finding.PROVIDERS]
    return {part.title: len(part.hits) for part in parts if part and part.hits}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (NAME, {"当事人": 2}), ("王秀", {}), ("wangxiulan", {"当事人": 2}), ("wxl", {"当事人": 2}),
        ("王秀蘭", {"当事人": 2}),
        (PHONE, {"当事人": 2}), ("0127", {"当事人": 2}), (ID, {"当事人": 2}), ("001X", {"当事人": 2}),
        ("001x", {"当事人": 2}), ("张卫国", {"报警人": 2}), ("zhangweiguo", {"报警人": 2}), ("8000", {"报警人": 2}),
        ("鱼塘", {"矛盾纠纷": 2, "警情": 2}), ("铁锹", {"警情": 2}), ("魚塘", {"矛盾纠纷": 2, "警情": 2}),
        ("桥兰3组", {"警情": 2}), ("橋蘭三組", {"警情": 2}), ("JF", {"矛盾纠纷": 2}), ("JF260416", {"矛盾纠纷": 2}),
        ("jq260416-0001", {"警情": 1}), ("JQ260416", {"警情": 2}), ("没有这个", {}), ("塘", {}), ("1390", {}),
        ("%", {}),        ("__", {}), ("'; --", {}),
    ],
)  # fmt: skip
def test_each_way_of_asking_finds(cases, asked, expected):
    assert found(cases, "bureau", asked) == expected


@pytest.mark.parametrize("asked", [NAME, "0127", "鱼塘", "桥兰3组", "JF260416", "JQ260416", "张卫国"])
def test_nobody_finds_what_they_may_not_see(cases, asked):
    assert set(found(cases, "chief", asked).values()) == {1}
    for role in ("officer", "mediator", "volunteer", "grid_worker", "agency"):
        assert found(cases, role, asked) == {}


@pytest.mark.parametrize("role", ["auditor", "security_admin", "system_admin"])
def test_offices_without_cases_are_not_even_asked(cases, role):
    page = text(as_(cases.people[role]).get("/search/?q=鱼塘"))
    assert "鱼塘排水" not in page


def test_a_confidential_caller_is_not_found_by_those_who_may_not_open_them(cases):
    Incident.objects.filter(place=cases.near).update(caller_is_confidential=True)
    for asked in ("张卫国", "8000", "13800138000", "zwg"):
        assert found(cases, "community_officer", asked) == {}
        assert found(cases, "chief", asked) == {"报警人": 1}
    page = text(as_(cases.people["community_officer"]).get("/search/?q=鱼塘"))
    assert "张" not in page.split("</header>")[1]


def test_whoever_works_on_a_dispute_finds_it(cases):
    far = Dispute.objects.get(place=cases.far)
    actions.involve(far, cases.people["mediator"], part="mediator", by=None, at=NOW)
    assert found(cases, "mediator", NAME) == {"当事人": 1}
    assert found(cases, "mediator", "鱼塘") == {"矛盾纠纷": 1}


def test_hits_are_masked_and_lead_to_their_pages(cases):
    page = text(as_(cases.people["bureau"]).get(f"/search/?q={PHONE}"))
    assert "王*兰" in page
    assert "139****0127" in page
    assert NAME not in page.split("</form>")[-1]
    assert f'href="/disputes/{Dispute.objects.get(place=cases.near).number}/"' in page


def test_a_party_taken_off_is_found_no_more(cases):
    for dispute in Dispute.objects.all():
        actions.remove_party(dispute.parties.get(), by=None, at=NOW, why="录错")
    assert found(cases, "bureau", NAME) == {}


def test_twenty_of_a_kind_and_a_word_that_there_are_more(cases):
    for n in range(25):
        world.dispute(cases.near, title=f"鱼塘第{n}件")
    scope = cases.scope("bureau")
    with see_as(scope):
        part = finding.disputes("鱼塘", scope)
    assert part is not None
    assert (len(part.hits), part.more) == (20, True)


def test_words_in_the_lists_find_the_same(cases):
    client = as_(cases.people["chief"])
    for asked, expected in (("鱼塘", 1), ("魚塘", 1), ("没有", 0)):
        assert len(client.get(f"/disputes/?q={asked}").context["rows"]) == expected
        assert len(client.get(f"/incidents/?q={asked}").context["rows"]) == expected


@pytest.mark.parametrize(("asked", "queries"), [("鱼塘", 6), (PHONE, 3), ("JF26", 1)])
def test_a_search_asks_as_often_for_one_row_as_for_many(cases, asked, queries):
    scope = cases.scope("bureau")
    counted = []
    for n in (0, 15):
        for i in range(n):
            dispute = world.dispute(cases.near, incident=world.incident(cases.near), title=f"鱼塘{i}")
            actions.add_party(dispute, world.person(NAME, phone=PHONE), side="a", by=None, at=NOW)
        with see_as(scope), CaptureQueriesContext(connection) as made:
            for provide in finding.PROVIDERS:
                provide(asked, scope)
        counted.append(len(made))
    assert counted == [queries, queries]


@pytest.mark.parametrize("role", Role.values)
def test_the_search_page_opens_for_every_role(cases, role):
    for asked in ("鱼塘", "0127", "JF26", "\x00"):
        assert as_(cases.people[role]).get("/search/", {"q": asked}).status_code in (200, 400)


@pytest.mark.parametrize(
    "said", ["", "楼", "楼上漏水，Ab漏水", "𠮷野家 0797-8\x7f\u07ff\uffff\U0010ffff", "İstanbul ÄÖ"]
)
def test_the_index_holds_one_number_for_each_pair_of_characters(said, db):
    small = "".join(c.lower() if c.isascii() else c for c in said)
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_pairs(%s)", [said])
        (found,) = cursor.fetchone()
    assert [(chr(n >> 21), chr(n & (1 << 21) - 1)) for n in found] == list(pairwise(small))

"""建议和改判: what was said, by whom, what was changed; only of what one may see."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests import world
from tests.world import NOW
from twinloop.cases import paging
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.triage import actions, judged
from twinloop.triage.models import Judgement

DEBT = "报警人称王某去年借了他三万块钱，有借条，约好年底还，到现在一分不还，电话 13900000127"
NOISE = "楼上半夜装修钻墙，吵得睡不着"


@pytest.fixture
def district(db):
    with see_as(SYSTEM):
        found = world.district()
        for number, (place, text) in enumerate(((found.near, DEBT), (found.near, NOISE), (found.far, DEBT))):
            incident = world.incident(place, narrative=text)
            actions.judge(incident, by=None, at=NOW + timedelta(minutes=number))
            if number == 0:
                actions.confirm(incident, by=found.people["dispatcher"].pk, at=NOW + timedelta(minutes=5))
            if number == 1:
                actions.overrule(
                    incident, kind="dispute", type_code="B1", why="=到场是排水沟", by=found.people["chief"].pk,
                    at=NOW + timedelta(minutes=6),
                )  # fmt: skip
    return found


def rows(scope, **asked):
    with see_as(scope):
        return judged.lines(judged.listed(scope, judged.Asked(**asked)))


def test_filters_and_shares(district):
    scope = district.scope("bureau")
    assert [row.verdict for row in rows(scope, what="sorting", verdict="overruled")] == ["overruled"]
    (agreed,) = rows(scope, verdict="agreed")
    assert (agreed.who, agreed.answer) == ("测t-dispatcher", "C1 债务借贷")
    (waiting,) = rows(scope, what="sorting", verdict="open")
    assert waiting.who == ""
    assert waiting.answer.startswith("C1 债务借贷 ")
    assert [row.who for row in rows(scope, by=district.people["chief"].pk)] == ["测t-chief"]
    assert rows(scope, end=NOW) == []
    with see_as(scope):
        shares = {share.what: (share.overruled, share.decided) for share in judged.shares(scope, judged.Asked())}
    assert shares == {"sorting": (1, 2), "repeats": (0, 0), "level": (0, 0), "who": (0, 0)}


def test_each_role_lists_what_it_may_see(district):
    with see_as(SYSTEM):
        every = Judgement.objects.count()
        near = Judgement.objects.filter(incident__place=district.near).count()
    assert len(rows(district.scope("bureau"))) == every
    assert len(rows(district.scope("chief"))) == near < every


def test_the_page_shows_both_and_masks(client, district, django_assert_num_queries):
    client.force_login(district.people["chief"])
    text = client.get("/judgements/").content.decode()
    assert "到场是排水沟" in text
    assert "13900000127" not in text
    assert "1/2" in text
    with django_assert_num_queries(14):
        client.get("/judgements/")
    with see_as(SYSTEM):
        for _ in range(20):
            actions.judge(world.incident(district.near, narrative=NOISE), by=None, at=NOW)
    with django_assert_num_queries(14):
        client.get("/judgements/")
    assert client.get("/judgements/?what=zz&by=zz&verdict=zz&month=zz&page=zz").status_code == 200


def test_the_export_holds_the_same_rows_and_is_an_event(client, district):
    client.force_login(district.people["chief"])
    answer = client.get("/judgements/export/?verdict=overruled")
    sheet = load_workbook(BytesIO(answer.content)).active
    found = list(sheet.iter_rows(min_row=3, values_only=True))
    assert [row[3] for row in found] == ["测t-chief"]
    assert found[0][6] == "'=到场是排水沟"
    with see_as(SYSTEM):
        event = Event.objects.get(verb="exported")
    assert (event.data["what"], event.data["rows"], event.data["query"]) == ("judgements", 1, "verdict=overruled")


def test_a_long_list_is_counted_as_far_as_pages_go(district, client, monkeypatch):
    monkeypatch.setattr(paging.BoundedPaginator, "most", 1)
    client.force_login(district.people["bureau"])
    page = client.get("/judgements/")
    assert (page.context["page"].paginator.count, page.context["page"].paginator.said) == (1, "1+")
    assert "1+" in page.content.decode()

"""Pages of 2+2: who sees what, a chief's word, a member's step, shares of the day the user sets with their rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests import world
from tests.mediation.follow.test_campaign import campaign, chief, members, team_of
from tests.mediation.sessions.scene import Scene, refused, scene
from tests.world import NOW
from twinloop.cases.models import Dispute
from twinloop.desk import todo
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.follow import actions, day, queries, showing
from twinloop.mediation.follow.models import Campaign, Nomination, Step
from twinloop.people.models import Account, RoleGrant

DAY = NOW.date()


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def s(db: None) -> Scene:
    with see_as(SYSTEM):
        return scene(type_code="D1", title="田埂界址纠纷", started_on=date(2021, 3, 1))


def enter(person: Account) -> Client:
    client = Client()
    client.force_login(person)
    return client


def of(s: Scene, role: str) -> Client:
    return enter(s.district.people[role])


def grant(person: Account, role: str) -> None:
    RoleGrant.objects.create(account=person, role=role, period=DateRange(date(2020, 1, 1), None))


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_chief_decides_with_a_reason_and_the_form_comes_back_filled(s: Scene) -> None:
    with see_as(SYSTEM):
        team = team_of(s, members(s))
        found = actions.nominate(s.dispute, by=chief(s), at=NOW)
    address = f"/follow/nominations/{found.pk}/"
    page = text(of(s, "chief").get(address))
    assert "拖得久：满 5 年" in page
    assert team.name in page
    assert "王秀兰" not in page
    assert of(s, "officer").post(address, {"decision": "declined", "why": "x"}).status_code in (403, 404)
    assert of(s, "auxiliary").post(address, {"decision": "declined", "why": "x"}).status_code == 403
    no = of(s, "chief").post(address, {"decision": "accepted", "why": "村里调不动"})
    assert (no.status_code, "选一支 2+2 队" in text(no), "村里调不动" in text(no)) == (422, True, True)
    assert of(s, "chief").post(address, {"why": "x"}).status_code == 422
    sent = {"decision": "accepted", "team": team.pk, "why": "村里调不动", "once": str(uuid4())}
    for _twice in range(2):
        done = of(s, "chief").post(address, sent)
        assert done.status_code == 303
    with see_as(SYSTEM):
        made = Campaign.objects.get()
    assert done["Location"] == f"/follow/campaigns/{made.pk}/"
    assert "看攻坚" in text(of(s, "chief").get(address))


def test_declining_keeps_why_and_asking_again_needs_a_new_ground(s: Scene) -> None:
    ask, board = f"/follow/of/{s.dispute.number}/nominate/", "/follow/"
    assert of(s, "community_officer").post(ask).status_code == 303
    assert "田埂界址纠纷" in text(of(s, "chief").get(board))
    with see_as(SYSTEM):
        found = Nomination.objects.get()
    of(s, "chief").post(f"/follow/nominations/{found.pk}/", {"decision": "declined", "why": "正在诉讼"})
    part = text(of(s, "chief").get(f"/follow/of/{s.dispute.number}/part/"))
    assert "正在诉讼" in part


def test_a_member_writes_a_step_on_the_phone_and_nobody_else(s: Scene) -> None:
    with see_as(SYSTEM):
        made = campaign(s)
        member = made.members.get(username="h0")
        grant(member, "auxiliary")
    address = f"/follow/campaigns/{made.pk}/"
    mine = enter(member)
    assert "走访两边，记第一步" in text(mine.get("/follow/mine/"))
    sent = {"kind": "visit", "on": DAY, "text": "走了两家", "then": "到现场丈量", "once": str(uuid4())}
    no = mine.post(address, sent)
    assert (no.status_code, "要一起写" in text(no), "走了两家" in text(no)) == (422, True, True)
    sent |= {"then_on": DAY + timedelta(days=5), "once": str(uuid4())}
    assert [mine.post(address, sent).status_code for _twice in range(2)] == [303, 303]
    with see_as(SYSTEM):
        assert Step.objects.get().then == "到现场丈量"
    assert "到现场丈量" in text(mine.get("/follow/mine/"))
    assert "到现场丈量" in text(of(s, "chief").get("/follow/"))
    no = of(s, "chief").post(address, sent | {"once": str(uuid4())})
    assert (no.status_code, "由这支队的队员写" in text(no)) == (422, True)
    assert of(s, "dispatcher").post(f"{address}end/", {"outcome": "failed", "why": "x"}).status_code == 403
    assert of(s, "chief").post(f"{address}end/", {"outcome": "settled", "why": "x"}).status_code == 422
    assert of(s, "chief").post(f"{address}end/", {"outcome": "failed", "why": "要诉讼"}).status_code == 303
    assert "要诉讼" in text(of(s, "chief").get(address))


def test_shares_of_the_day_open_their_rows(s: Scene) -> None:
    with see_as(SYSTEM):
        made = campaign(s)
        Dispute.objects.filter(pk=s.dispute.pk).update(state="settled", settled_at=NOW)
        actions.tidy(at=NOW)
    client = of(s, "chief")
    page = text(client.get(f"/follow/?day={DAY}"))
    assert "1/1" in page
    assert "0/0" in page
    later = (DAY + timedelta(days=1)).isoformat()
    assert "田埂" not in text(client.get(f"/follow/rows/after/?day={later}"))
    assert "田埂" in text(client.get("/follow/rows/before/"))  # the day is remembered
    assert client.get("/follow/rows/between/").status_code == 404
    assert client.get("/follow/?day=31").status_code == 422
    assert "已化解" in text(client.get(f"/follow/teams/{made.team_id}/"))
    assert made.team.name in text(client.get("/follow/teams/"))


def test_foreign_cases_are_as_unknown_as_none(s: Scene) -> None:
    with see_as(SYSTEM):
        made = campaign(s)
        there = world.account("x1", "chief", unit=s.district.other)
    for path in (f"campaigns/{made.pk}/", f"nominations/{made.nomination_id}/", f"of/{s.dispute.number}/part/"):
        assert enter(there).get(f"/follow/{path}").status_code == 404, path
        assert of(s, "mediator").get(f"/follow/{path}").status_code in (403, 404), path
    assert "田埂" not in text(enter(there).get("/follow/"))


def test_what_is_owed_waits_for_chief_and_member_and_for_the_day(s: Scene) -> None:
    with see_as(SYSTEM):
        actions.nominate(s.dispute, by=chief(s), at=NOW)
        said = [row.what for row in todo.campaigns(s.district.scope("chief"), NOW)]
        assert said == ["拖得久：满 5 年"]
        found = Nomination.objects.get()
        made = actions.accept(found, team_of(s, members(s)), why="调不动", by=chief(s), at=NOW)
        member = made.members.get(username="v0")
        grant(member, "officer")
        scope = world.scope_of(member, at=NOW)
        assert list(todo.campaigns(scope, NOW)) == []
        late = NOW + timedelta(days=4)
        assert [row.url for row in todo.campaigns(scope, late)] == [f"/follow/campaigns/{made.pk}/"]
        assert list(day.open_items(NOW, NOW)) == []
        assert [one.key for one in day.open_items(late, late)] == [f"campaign:{made.pk}"]


def test_a_next_step_has_a_day_and_no_day_before_its_own(s: Scene) -> None:
    with see_as(SYSTEM):
        made = campaign(s)
        by = made.members.all()[0].pk

        def step(**more: Any) -> str:
            return refused(actions.step, made, "visit", DAY, "去了", by=by, at=NOW, **more)

        assert step(then="再去") == "campaign_next"
        assert step(then_on=DAY) == "campaign_next"
        assert step(then="再去", then_on=DAY - timedelta(days=1)) == "campaign_next_past"
        actions.step(made, "visit", DAY, "去了", by=by, at=NOW)
        grant(made.members.all()[0], "officer")
        (card,) = showing.mine(world.scope_of(made.members.all()[0], at=NOW), at=NOW)
        assert card.next_on == DAY + showing.QUIET
        assert queries.first_day(SYSTEM) == DAY


@given(st.dates(date(2000, 1, 1), date(2026, 1, 1)), st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_since_is_said_in_the_largest_unit_that_is_full(began: date, on: date) -> None:
    said = showing.since(Dispute(started_on=began), on)
    years = on.year - began.year - ((on.month, on.day) < (began.month, began.day))
    assert ("年" in said) == (years >= 1)

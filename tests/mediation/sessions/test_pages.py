"""Pages of sessions: board, week, one's own; a quarrel settled by an elder step by step, without JavaScript."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.mediation.sessions.scene import NOW, Scene, at, booking, scene, sit
from tests.mediation.sessions.test_planning import another
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.sessions import actions, queries
from twinloop.mediation.sessions.models import Mediation, Session
from twinloop.mediation.sessions.waiting import waiting
from twinloop.people.models import Account
from twinloop.people.scope import scope_of


@pytest.fixture
def s(db: None) -> Iterator[Scene]:
    with time_machine.travel(NOW, tick=True), see_as(SYSTEM):
        yield scene()


def enter(role: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=f"t-{role}"))
    return client


def once(**facts: Any) -> dict[str, Any]:
    return {"once": str(uuid.uuid4()), **facts}


def test_an_elder_arranges_sits_and_settles(s: Scene) -> None:
    made = s.begin()
    client = enter("mediator")
    assert "约时间" in client.get(reverse("mediation_mine")).content.decode()
    typed = once(day="2026-04-16", start="09:30", minutes="60", room=s.room.pk, where="", lead=s.elder.pk)
    answer = client.post(reverse("session_plan", args=[made.pk]), typed)
    assert answer.status_code == 303
    assert client.post(reverse("session_plan", args=[made.pk]), typed).status_code == 303  # sent twice, arranged once
    with see_as(SYSTEM):
        session = Session.objects.get()
        guests = list(session.attendees.values_list("pk", flat=True))
    page = client.get(answer.headers["Location"]).content.decode()
    assert "王*兰" in page
    assert "王秀兰" not in page

    told = client.post(reverse("session_tell", args=[session.pk, guests[0]]), once(how="phone", answer="yes"))
    assert told.status_code == 303
    came = client.post(reverse("session_came", args=[session.pk]), once(number="", here=guests))
    assert came.headers["Location"].endswith("?step=what")
    assert "没谈拢，再约一次" in client.get(came.headers["Location"]).content.decode()
    form = client.get(reverse("session_close", args=[session.pk, "agreed"]), follow=True).content.decode()
    assert "第 1 条" in form
    sent = once(said="各让一步", oral="on", **{
        "term-0-who": s.b.pk, "term-0-text": "晚上十点后不放音响", "term-0-due_on": "2026-05-30", "term-0-way": "cash",
    })  # fmt: skip
    missing = client.post(reverse("session_close", args=[session.pk, "agreed"]), sent | {"term-0-who": ""})
    assert missing.status_code == 422
    assert "晚上十点后不放音响" in missing.content.decode()
    done = client.post(reverse("session_close", args=[session.pk, "agreed"]), sent | once())
    assert done.status_code == 303
    assert "已生效，纠纷已化解" in client.get(done.headers["Location"]).content.decode()
    with see_as(SYSTEM):
        s.dispute.refresh_from_db()
        assert s.dispute.state == "settled"
        assert Mediation.objects.get().state == "settled"


def test_the_other_outcomes_are_recorded_from_their_forms(s: Scene) -> None:
    made = actions.plan(s.begin(), booking(s), by=s.by, at=NOW)
    client = enter("community_officer")
    moved = once(said="下大雨", day="2026-04-17", start="10:00")
    assert client.post(reverse("session_close", args=[made.pk, "postponed"]), moved).status_code == 303
    with see_as(SYSTEM):
        again = Session.objects.get(outcome="")
    half = client.post(reverse("session_close", args=[again.pk, "postponed"]), once(said="又下雨", day="2026-04-18"))
    assert half.status_code == 422
    nobody = client.post(reverse("session_close", args=[again.pk, "refused"]), once(said="不谈"))
    assert "哪一方不愿意还没有选" in nobody.content.decode()
    sent = once(said="不谈", refuser=s.b.pk)
    assert client.post(reverse("session_close", args=[again.pk, "refused"]), sent).status_code == 303
    assert client.get(reverse("session_close", args=[again.pk, "nonsense"])).status_code == 404
    with see_as(SYSTEM):
        s.dispute.refresh_from_db()
        assert s.dispute.state == "review"


def test_a_mediation_is_extended_and_refused_from_its_page(s: Scene) -> None:
    made = s.begin()
    client = enter("community_officer")
    no = client.post(reverse("mediation_extend", args=[made.pk]), once(until="2026-06-10"))
    assert "双方都同意" in no.content.decode()
    sent = once(until="2026-06-10", both_agree="on")
    assert client.post(reverse("mediation_extend", args=[made.pk]), sent).status_code == 303
    refusal = once(said="不谈", refuser=s.a.pk)
    assert client.post(reverse("mediation_refuse", args=[made.pk]), refusal).status_code == 303
    page = client.get(reverse("mediation_one", args=[made.pk])).content.decode()
    assert "一方不愿意" in page


def test_a_private_talk_is_read_by_who_sits_there_and_each_look_is_written_down(s: Scene) -> None:
    made = actions.plan(s.begin(), booking(s), by=s.by, at=NOW)
    elder, officer = enter("mediator"), enter("community_officer")
    sent = once(side="a", text="可以少要两百")
    assert elder.post(reverse("session_talk", args=[made.pk]), sent).status_code == 303
    assert "可以少要两百" in elder.get(reverse("session_talks", args=[made.pk])).content.decode()
    assert officer.get(reverse("session_talks", args=[made.pk])).status_code == 404
    assert officer.post(reverse("session_talk", args=[made.pk]), once(side="a", text="x")).status_code == 422
    with see_as(SYSTEM):
        assert Event.objects.filter(verb="looked", data__where=f"caucus:{made.pk}").count() == 1


def test_a_guardian_is_added_from_the_page(s: Scene) -> None:
    made = actions.plan(s.begin(), booking(s), by=s.by, at=NOW)
    client = enter("community_officer")
    sent = once(part="guardian", name="王强", of_party=s.a.pk)
    assert client.post(reverse("session_invite", args=[made.pk]), sent).status_code == 303
    page = client.get(reverse("session", args=[made.pk])).content.decode()
    assert "监护人" in page
    assert "王强" not in page


def test_the_board_sorts_by_what_has_to_be_done_and_costs_the_same_for_many(s: Scene) -> None:
    first = actions.plan(s.begin(), booking(s), by=s.by, at=NOW)
    client = enter("chief")
    with CaptureQueriesContext(connection) as one:
        page = client.get(reverse("mediation")).content.decode()
    assert reverse("session", args=[first.pk]) in page
    for hour in (3, 5, 7):
        actions.plan(another(s), booking(s, at(hour)), by=s.by, at=NOW)
    with CaptureQueriesContext(connection) as many:
        page = client.get(reverse("mediation")).content.decode()
    assert page.count("ses-row") == 4
    assert len(many) <= len(one) + 1
    week = client.get(f"{reverse('mediation_week')}?on=2026-04-16").content.decode()
    assert "近村社区警务室" in week
    assert "老李" in client.get(f"{reverse('mediation_week')}?by=mediator&on=2026-04-16").content.decode()
    with time_machine.travel(NOW + timedelta(hours=9)):
        client = enter("chief")
        assert "记结果" in client.get(f"{reverse('mediation')}?tab=missing").content.decode()
    with time_machine.travel(NOW + timedelta(days=40)):
        late = enter("chief").get(f"{reverse('mediation')}?tab=late").content.decode()
        assert late.count("ses-row") == 4


def test_a_foreign_session_is_not_there_and_policies_say_the_same(s: Scene) -> None:
    made = actions.plan(s.begin(), booking(s), by=s.by, at=NOW)
    sit(s, made)
    scopes = [scope_of(account, at=NOW) for account in Account.objects.filter(username__startswith="t-")]
    for held in scopes:
        with see_as(held):
            seen = set(Session.objects.values_list("pk", flat=True))
            assert seen == set(queries.sessions(held).values_list("pk", flat=True)), held.roles
    assert enter("officer").get(reverse("session", args=[made.pk])).status_code == 404  # not theirs
    assert enter("volunteer").get(reverse("mediation")).status_code == 403


def test_today_asks_who_leads_for_a_session_of_today_and_for_an_outcome(s: Scene) -> None:
    with see_as(SYSTEM):
        made = actions.plan(s.begin(), booking(s, at(1)), by=s.by, at=NOW)
    elder, other = (s.district.scope(role) for role in ("mediator", "officer"))
    with see_as(elder):
        before = list(waiting(elder, at=NOW, most=10))
        after = list(waiting(elder, at=at(3), most=10))
    assert [(row.verb, row.due) for row in before + after] == [
        ("去调解", made.period.lower), ("记结果", made.period.upper),
    ]  # fmt: skip
    assert before[0].url == reverse("session", args=[made.pk])
    with see_as(other):
        assert list(waiting(other, at=NOW, most=10)) == []


def test_choosing_leads_to_the_mediation_that_goes_on(s: Scene) -> None:
    with see_as(SYSTEM):
        made = s.begin()
    answer = enter("community_officer").get(reverse("mediation_choose", args=[s.dispute.number]))
    assert answer["Location"] == reverse("mediation_one", args=[made.pk])

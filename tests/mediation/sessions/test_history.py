"""What a dispute's page tells of all that was tried by mediation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.mediation.sessions.scene import NOW, OFFICER, Scene, at, booking, over, scene, sit
from tests.mediation.sessions.test_pages import enter
from twinloop.cases.models import Dispute
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.agreements import actions as agreements
from twinloop.mediation.sessions import actions, history
from twinloop.mediation.sessions.models import Session


@pytest.fixture
def s(db: None) -> Iterator[Scene]:
    with time_machine.travel(NOW, tick=True), see_as(SYSTEM):
        yield scene()


def told(s: Scene) -> None:
    """One that failed after two sessions, then one by the officer that ended in instalments, the first of them paid."""
    first = s.begin()
    for hour, outcome in ((1, "again"), (3, "failed")):
        made = actions.plan(first, booking(s, at(hour)), by=s.by, at=at(hour - 0.5))
        sit(s, made)
        over(s, made, outcome, "电话 13900001234 一直不接，" + "沟归谁" * 30)
    Dispute.objects.filter(pk=s.dispute.pk).update(state="handling")
    s.dispute.refresh_from_db()
    second = s.begin(lead=s.officer, procedure="ordinary", at=at(days=1))
    made = actions.plan(second, booking(s, at(days=1, hours=2)), by=s.by, at=at(days=1))
    sit(s, made)
    on = NOW.date()
    terms = tuple(
        agreements.Given(
            kind="money", by_party=s.b.pk, to_party=s.a.pk, text="修沟的钱", how="现金", amount=600, due_on=on + days
        )
        for days in (timedelta(days=3), timedelta(days=40))
    )
    over(s, made, "agreed", "赔六百，分两次", terms=terms)


def test_the_story_is_told_newest_first_with_what_was_said_and_kept(s: Scene) -> None:
    told(s)
    new, old = history.of_dispute(s.district.scope("chief"), s.dispute, NOW.date() + timedelta(days=5))
    assert new.mediation is not None
    assert old.mediation is not None
    assert [row.session.outcome for row in old.sittings] == ["again", "failed"]
    assert old.sittings[0].said.startswith("电话 139****1234 一直不接")  # masked
    assert (len(old.sittings[0].said), old.papers) == (history.WORDS, [])
    (paper,) = new.papers
    assert (paper.agreement.state, paper.kept, paper.parts, paper.late) == ("draft", 0, 2, 0)
    for party in (s.a, s.b):
        agreements.sign(paper.agreement, party, "pen", by=s.by, at=at(days=1, hours=4))
    agreements.sign_mediator(paper.agreement, "pen", by=s.by, at=at(days=1, hours=4))
    agreements.conclude(paper.agreement, by=s.by, roles=OFFICER, at=at(days=1, hours=4))
    (again,) = history.of_dispute(s.district.scope("chief"), s.dispute, NOW.date() + timedelta(days=5))[0].papers
    assert (again.agreement.state, again.parts, again.late) == ("signed", 2, 1)


def test_an_agreement_without_a_session_stands_by_itself(s: Scene) -> None:
    content = agreements.Content(mediator=s.officer.account, facts="x", matter="y")
    agreements.draft(s.dispute, content, by=s.by, at=NOW)
    (only,) = history.of_dispute(s.district.scope("chief"), s.dispute, NOW.date())
    assert (only.mediation, len(only.papers)) == (None, 1)


def test_the_strip_is_shown_to_whom_the_dispute_is_and_asks_the_same_whatever_its_length(s: Scene) -> None:
    page = reverse("mediation_past", args=[s.dispute.number])
    chief = enter("chief")
    assert "还没有调解过" in chief.get(page).content.decode()
    with CaptureQueriesContext(connection) as short:
        chief.get(page)
    told(s)
    with CaptureQueriesContext(connection) as long:
        shown = chief.get(page).content.decode()
    assert len(long) - len(short) <= 1  # sessions are asked for where there is a mediation
    for words in ("没谈成", "2 期里履行 0 期", "老李", "陈警官"):
        assert words in shown
    assert str(Session.objects.earliest("pk").pk) in shown
    assert enter("agency").get(page).status_code in (403, 404)
    assert page in chief.get(reverse("dispute", args=[s.dispute.number])).content.decode()

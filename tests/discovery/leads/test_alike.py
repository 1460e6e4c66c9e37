"""Earlier quarrels beside a lead: the ones of the call desk, with its reasons, cut to what the viewer may see."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import world
from tests.discovery.leads.leading import lead
from tests.world import NOW
from twinloop.cases.models import Dispute
from twinloop.cases.sealing import Identity
from twinloop.discovery.leads import actions
from twinloop.discovery.leads.alike import alike
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.triage import repeats, repeats_finding

SAID = "李家把排水沟用水泥堵了，水倒灌进王家厨房，两家为排水沟吵了三回"
BEFORE = NOW - timedelta(days=3)


@pytest.fixture
def there(db):
    with time_machine.travel(NOW, tick=False), see_as(SYSTEM):
        yield world.district()


def quarrel(place, text, title, **facts):
    call = world.incident(place, narrative=text, at=BEFORE, **facts)
    return world.dispute(place, title=title, incident=call, at=BEFORE)


def page(there, found, role="community_officer"):
    client = Client()
    client.force_login(there.people[role])
    return client.get(f"/leads/{found.number}/").content.decode()


def test_the_same_quarrel_stands_there_with_reasons_and_another_of_the_community_does_not(there):
    same = quarrel(there.near, SAID, "排水沟纠纷")
    other = quarrel(there.near, "借的五万块钱到期不还，两兄弟在门口推了几下", "借款纠纷")
    found = lead(there.near, text=SAID + "，今天又堵", reporter=there.people["volunteer"])
    shown = page(there, found)
    assert f'name="dispute" value="{same.number}"' in shown
    assert other.number not in shown
    [row] = alike(found, there.scope("community_officer"), at=NOW)
    assert row.joins
    assert not row.reopens
    assert row.found.reasons
    assert [reason for reason in row.found.reasons if reason not in shown] == []
    assert f"把握 {row.found.probability:.2f}" in shown


def test_it_is_the_answer_of_the_call_desk(there):
    quarrel(there.near, SAID, "排水沟纠纷")
    found = lead(there.near, text=SAID, reporter=there.people["volunteer"])
    scope = there.scope("dispatcher")
    told = [row.found for row in alike(found, scope, at=NOW)]
    assert told == repeats.candidates(SAID, place=there.near, at=NOW, scope=scope)
    assert told


@pytest.mark.parametrize(
    ("state", "joins", "word"), [("settled", True, "并入会重开"), ("transferred", False, "已移送，不能并入")]
)
def test_what_joining_would_do_is_said(there, state, joins, word):
    same = quarrel(there.near, SAID, "排水沟纠纷")
    Dispute.objects.filter(pk=same.pk).update(state=state, state_before="sorted" if state == "transferred" else "")
    shown = page(there, lead(there.near, text=SAID))
    assert word in shown
    assert (f'name="dispute" value="{same.number}"' in shown) == joins


def test_a_report_of_no_dispute_cannot_be_joined(there):
    call = world.incident(there.near, narrative=SAID, at=BEFORE)
    shown = page(there, lead(there.near, text=SAID))
    assert call.number in shown
    assert "还没有归入纠纷，先受理" in shown
    assert 'name="dispute" value=' not in shown


def test_a_quarrel_out_of_sight_is_only_said_to_exist(there):
    far = quarrel(there.far, SAID, "排水沟纠纷")
    found = lead(there.near, text=SAID)
    with see_as(SYSTEM):
        shown = page(there, found)
        assert far.number in page(there, found, "dispatcher")
    assert far.number not in shown
    assert "范围外还有一件" in shown


def test_what_the_reporter_added_counts(there):
    quarrel(there.near, SAID, "排水沟纠纷")
    found = lead(there.near, text="两家人又吵", reporter=there.people["volunteer"])
    assert alike(found, SYSTEM, at=NOW) == []
    actions.add_remark(found, SAID, by=there.people["volunteer"].pk, at=NOW)
    found.refresh_from_db()
    assert alike(found, SYSTEM, at=NOW)


@pytest.mark.parametrize(
    ("source", "confidential", "met"), [("resident", False, True), ("resident", True, False), ("patrol", False, False)]
)
def test_who_reported_counts_where_the_report_will_name_them(there, source, confidential, met):
    """A number ties two reports as it does once the lead is taken up: not of who asked to be kept secret."""
    who = Identity("王秀兰", phone="19900001234")
    quarrel(there.near, "隔壁装修噪音", "噪音纠纷", caller=actions.deciding.cases.Caller(who, False))
    found = lead(there.near, text="隔壁又在装修", source=source, who=who, confidential=confidential)
    reasons = [why for row in alike(found, SYSTEM, at=NOW) for why in row.found.reasons]
    assert any("号码" in why or "电话" in why for why in reasons) == met


def test_a_waiting_lead_asks_as_many_questions_beside_one_earlier_quarrel_as_beside_three(there, monkeypatch):
    monkeypatch.setattr(repeats_finding, "HELD_IN_FULL", 1)  # how common words are is not counted anew meanwhile

    def asked():
        found = lead(there.near, text=SAID)
        client = Client()
        client.force_login(there.people["community_officer"])
        client.get(f"/leads/{found.number}/")
        with CaptureQueriesContext(connection) as questions:
            shown = client.get(f"/leads/{found.number}/").content.decode()
        return shown.count('name="dispute" value="'), len(questions)

    quarrel(there.near, SAID, "排水沟纠纷")
    one = asked()
    quarrel(there.near, SAID + "，昨天也是", "排水沟又堵")
    quarrel(there.near, SAID + "，村里去看过", "水沟")
    assert (one, asked()) == ((1, 17), (3, 17))

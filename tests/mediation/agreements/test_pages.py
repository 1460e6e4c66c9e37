"""Pages of agreements: the form, the list before signing, what is owed; who sees them; what is refused stays typed."""

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

from tests import world
from tests.mediation.agreements.test_agreeing import DAY, Table, at_the_table, later
from tests.world import NOW
from twinloop.cases.models import Dispute
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.mediation.agreements import queries
from twinloop.mediation.agreements.models import Agreement, Due
from twinloop.people.models import Account
from twinloop.people.scope import scope_of


@pytest.fixture(autouse=True)
def _then() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def table(db: None) -> Table:
    with see_as(SYSTEM):
        return at_the_table()


def enter(username: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username))
    return client


def typed(table: Table, **facts: Any) -> dict[str, Any]:
    given = {
        "once": str(uuid.uuid4()), "track": "people", "subject": "other", "facts": "争沟", "matter": "谁修",
        "mediator": table.by, "term-0-kind": "money", "term-0-by_party": table.a.pk, "term-0-text": "修沟的钱",
        "term-0-amount": "600", "term-0-how": "转账", "term-0-due_on": later(10).isoformat(),
    }  # fmt: skip
    return {**given, **facts}


def test_typed_signed_and_in_effect_without_javascript(table: Table) -> None:
    client = enter("t-community_officer")
    new = reverse("agreement_new", args=[table.dispute.number])
    assert "第 1 条" in client.get(new).content.decode()
    sent = typed(table)
    made = client.post(new, sent)
    assert made.status_code == 303
    assert client.post(new, sent).headers["Location"] == made.headers["Location"]  # sent twice, drafted once

    page = client.get(made.headers["Location"]).content.decode()
    assert "近村人调字〔2026〕第1号" in page
    assert "王秀兰" not in page
    assert "还差上面没有打勾的" in page
    pk = int(made.headers["Location"].split("/")[-2])
    for who in (table.a.pk, table.b.pk, "mediator"):
        answer = client.post(reverse("agreement_sign", args=[pk, who]), {"once": str(uuid.uuid4()), "how": "both"})
        assert answer.status_code == 303
    assert client.post(reverse("agreement_conclude", args=[pk]), {"once": str(uuid.uuid4())}).status_code == 303

    with see_as(SYSTEM):
        assert Dispute.objects.get().state == "settled"
    assert "记履行" in client.get(made.headers["Location"]).content.decode()


def test_rows_are_added_and_taken_away_and_nothing_is_saved(table: Table) -> None:
    client = enter("t-community_officer")
    new = reverse("agreement_new", args=[table.dispute.number])

    more = client.post(new, typed(table, add="1")).content.decode()
    assert "第 2 条" in more
    assert 'value="修沟的钱"' in more
    two = typed(table, **{"term-1-kind": "act", "term-1-text": "锯树枝", "remove": "0"})
    less = client.post(new, two).content.decode()
    assert "锯树枝" in less
    assert "修沟的钱" not in less
    with see_as(SYSTEM):
        assert not Agreement.objects.exists()


REFUSED = [
    ({"term-0-due_on": later(-3).isoformat()}, "日期已经过了"),
    ({"term-0-due_on": "", "term-0-parts": "2026-05-01 100\n2026-06-01 200"}, "分期加起来是 300 元，不是 600 元"),
    ({"term-0-parts": "下个月给"}, "看不懂"),
    ({"term-0-amount": "-5"}, "金额"),
    ({"term-0-amount": "1.234"}, "2"),
    ({"term-0-by_party": "999999"}, "alert-triangle"),
    ({"mediator": ""}, "还没有写谁主持调解"),
]


@pytest.mark.parametrize(("facts", "said"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_refused_is_said_and_stays_typed(table: Table, facts: dict[str, str], said: str) -> None:
    client = enter("t-community_officer")
    answer = client.post(reverse("agreement_new", args=[table.dispute.number]), typed(table, **facts))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "修沟的钱" in page
    with see_as(SYSTEM):
        assert not Agreement.objects.exists()


def test_a_foreign_agreement_and_a_foreign_part_are_not_there(table: Table) -> None:
    with see_as(SYSTEM):
        mine = table.sign(table.draft(table.pay()))
        far = world.dispute(world.Place.objects.get(name="远村"))
        Dispute.objects.filter(pk=far.pk).update(state="mediating")
        other = Table(far, _party(far, "a"), _party(far, "b"), table.by, table.lead)
        foreign = other.draft(other.pay())
        part = Due.objects.get(agreement=foreign)
        kept = Due.objects.get(agreement=mine)
    client = enter("t-community_officer")

    assert client.get(reverse("agreement", args=[mine.pk])).status_code == 200
    assert client.get(reverse("agreement", args=[foreign.pk])).status_code == 404
    for due in (part, kept):  # a part of another agreement, and one of one's own under a foreign address
        pk = mine.pk if due is part else foreign.pk
        assert client.post(reverse("due_perform", args=[pk, due.pk]), {"evidence": "x"}).status_code == 404
    assert client.post(reverse("agreement_sign", args=[mine.pk, other.a.pk]), {"how": "pen"}).status_code == 404
    assert enter("t-volunteer").get(reverse("owed")).status_code == 403


def _party(dispute: Dispute, side: str) -> Any:
    from twinloop.cases import actions as cases

    return cases.add_party(dispute, world.person("李四"), side=side, by=None, at=NOW)


def test_the_query_and_the_policies_show_the_same(table: Table) -> None:
    with see_as(SYSTEM):
        table.sign(table.draft(table.pay()))
        scopes = [scope_of(account, at=NOW) for account in Account.objects.filter(username__startswith="t-")]
    for held in scopes:
        with see_as(held):
            by_policy = set(Agreement.objects.values_list("pk", flat=True))
            assert by_policy == set(queries.visible(held).values_list("pk", flat=True)), held.roles
            assert Due.objects.count() == len(by_policy), held.roles


def test_what_is_owed_costs_the_same_for_one_and_many(table: Table) -> None:
    with see_as(SYSTEM):
        table.sign(table.draft(table.pay()))
    client = enter("t-community_officer")
    client.get(reverse("owed"))
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(f"{reverse('owed')}?tab=open")
    with see_as(SYSTEM):
        parts = tuple((100, later(20 + n)) for n in range(30))
        new = table.pay("3000", parts=parts, due_on=None)
        Dispute.objects.update(state="mediating")
        table.sign(table.draft(new))
    with CaptureQueriesContext(connection) as many:
        page = client.get(f"{reverse('owed')}?tab=open").content.decode()

    assert page.count("agr-row") == 30
    assert len(many) == len(one)


def test_late_ones_are_listed_counted_exported_and_asked_for(table: Table) -> None:
    with see_as(SYSTEM):
        made = table.sign(table.draft(table.pay()))
    with time_machine.travel(NOW + timedelta(days=11), tick=True):
        client = enter("t-community_officer")
        page = client.get(reverse("owed")).content.decode()
        assert "过期未履行" in page
        assert client.get(reverse("owed_export")).content[:2] == b"PK"
        assert reverse("agreement", args=[made.pk]) in client.get("/").content.decode()  # on the list of today
        due = made.dues.values_list("pk", flat=True)
        with see_as(SYSTEM):
            pk = due[0]
        answer = client.post(reverse("due_break", args=[made.pk, pk]), {"once": str(uuid.uuid4()), "why": "没给"})
        assert answer.status_code == 303
        shown = client.get(answer.headers["Location"]).content.decode()
    assert "纠纷已重新打开" in shown
    with see_as(SYSTEM):
        assert Dispute.objects.get().state == "reopened"
    assert DAY

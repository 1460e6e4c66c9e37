"""A batch taken back: what nobody went on with goes with its items, the rest stays and is named."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, connection, transaction

from tests import world
from tests.intake.batches.bringing import CALL_HEAD, bring, call, write
from tests.intake.batches.test_calls import three
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.models import Clock, Dispute, Feedback, Incident, Order
from twinloop.intake.batches.models import Batch, Item, OutsideFigure
from twinloop.ledger.models import Event
from twinloop.ledger.queries import broken
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.people.models import Account, Team

pytestmark = pytest.mark.django_db
PETITIONS = "信访件编号,收到日期,事项,信访人,身份证号,联系电话,对方,受理日期,答复日期,起始日期"


@pytest.fixture(autouse=True)
def system(db):
    with see_as(SYSTEM):
        yield


def test_everything_goes_and_the_same_file_comes_in_again(tmp_path):
    files = three(tmp_path)
    batch = bring("jjd", *files).last["batch"]
    told = bring("jjd", "--undo", batch, "--why", "导错了库")
    assert (told.status, told.last["gone"], told.last["stayed"]) == (0, 3, [])
    assert [model.objects.count() for model in (Incident, Order, Feedback)] == [0, 0, 0]
    assert not Item.objects.exists()
    assert Batch.objects.get().state == "undone"
    verbs = list(Event.objects.filter(stream__startswith="incident:").order_by("id").values_list("verb", flat=True))
    assert verbs[-3:] == ["feedback_withdrawn", "order_withdrawn", "incident_withdrawn"]
    assert list(broken()) == []
    assert bring("jjd", *files).counts == (3, 0, 0)


def test_what_has_gone_on_stays_and_is_named(tmp_path):
    district = world.district()
    batch = bring("jjd", *three(tmp_path, calls=[call("J1"), call("J2"), call("J3")])).last["batch"]
    linked, confirmed = Incident.objects.get(outside_number="J1"), Incident.objects.filter(outside_number="J2")
    cases.link(linked, world.dispute(district.near), by=None, at=NOW, why="同一件事")
    confirmed.update(confirmed_kind="dispute", version=2)
    told = bring("jjd", "--undo", batch)
    assert (told.last["gone"], sorted(told.last["stayed"])) == (1, ["CJ1", "FK1", "J1", "J2"])
    assert sorted(Incident.objects.values_list("outside_number", flat=True)) == ["J1", "J2"]
    assert Feedback.objects.get().incident == linked
    assert sorted(Batch.objects.get(pk=batch).kept) == ["CJ1", "FK1", "J1", "J2"]


@pytest.mark.parametrize(("number", "said"), [(99, "没有第 99 批导入"), (None, "这一批没有导入过，不用撤销")])
def test_what_cannot_be_undone_says_why(tmp_path, number, said):
    batch = bring("jjd", write(tmp_path / "a.csv", CALL_HEAD, call("J1"))).last["batch"]
    bring("jjd", "--undo", batch)
    told = bring("jjd", "--undo", number or batch)
    assert (told.status, told.last["refused"]) == (1, [said])


def test_an_answered_message_goes_with_its_answer(tmp_path):
    head = "msg_id,time,title,body,reply,reply_time"
    path = write(tmp_path / "m.csv", head, "7,2026-03-05 08:00:00,噪音,楼下太吵,已劝导,2026-03-06 08:00:00")
    batch = bring("messages", path).last["batch"]
    assert Feedback.objects.get().text == "已劝导"
    assert bring("messages", "--undo", batch).last["gone"] == 1
    assert [model.objects.count() for model in (Incident, Feedback)] == [0, 0]


def test_petitions_become_disputes_with_the_clocks_still_owed(tmp_path):
    path = write(tmp_path / "p.csv", PETITIONS,
                 "XF1,2026-03-02,征地补偿未付,王秀兰,36070219820920985X,13900000127,某某公司,,,2019-05-01",
                 "XF2,2026-03-02,房屋漏水,李四,,,,2026-03-04,,",
                 "XF3,2026-01-05,已答复的,,,,,,2026-02-01,")  # fmt: skip
    told = bring("petitions", path)
    assert told.counts == (3, 0, 0), told
    first = Dispute.objects.get(title="征地补偿未付")
    assert (first.origin, first.started_on.isoformat()) == ("backlog", "2019-05-01")
    assert [(p.side, p.id_number_masked != "") for p in first.parties.all()] == [("a", True), ("b", False)]
    clocks = Clock.objects.order_by("dispute__title").values_list("dispute__title", "rule")
    assert sorted(clocks) == [("征地补偿未付", "petition_accept"), ("房屋漏水", "petition_answer")]
    told = bring("petitions", write(tmp_path / "q.csv", PETITIONS, "XF9,2026-03-02,甲,乙,360702198209209850,,,,,"))
    assert told.counts == (0, 1, 0)
    Dispute.objects.filter(title="房屋漏水").update(state="sorted")
    undone = bring("petitions", "--undo", Batch.objects.earliest("id").pk)
    assert (undone.last["gone"], undone.last["stayed"]) == (2, ["XF2"])
    assert [d.title for d in Dispute.objects.all()] == ["房屋漏水"]


def test_volunteers_get_accounts_and_teams_but_no_role(tmp_path):
    Team.objects.create(name="银发义警", kind="volunteer")
    path = write(tmp_path / "v.csv", "志愿者编号,姓名,联系电话,队伍", "V1,张三,13900000127,银发义警",
                 "V2,李四,,没有的队", "V3,王五,13,")  # fmt: skip
    told = bring("volunteers", path)
    assert told.counts == (1, 2, 0)
    assert told.reasons[0][::2] == (3, "没有“没有的队”这支志愿队，先在“队伍”里建好")
    account = Account.objects.get(username="V1")
    assert (account.kind, account.phone_tail, account.grants.count()) == ("volunteer", "0127", 0)
    assert account.memberships.get().team.name == "银发义警"
    batch = told.last["batch"]
    assert bring("volunteers", path).counts == (0, 2, 1)
    assert bring("volunteers", "--undo", batch).last["gone"] == 1
    account.refresh_from_db()
    assert not account.is_active
    assert bring("volunteers", path).counts == (1, 2, 0)
    account.refresh_from_db()
    assert account.is_active


def test_outside_figures(tmp_path):
    path = write(tmp_path / "f.csv", "指标,期间,分子,分母,来源", "八类案件,2025,14,,分局统计",
                 "安全感,2025Q4,990,1000,省调查",
                 "安全感,2025Q4,991,1000,省调查", "满意度,明年,1,,x", "满意度,2025,-1,0,x")  # fmt: skip
    told = bring("indicators", path)
    assert told.counts == (1, 4, 0)
    figure = OutsideFigure.objects.get()
    assert (figure.code, figure.first_on.isoformat(), figure.after_on.isoformat(), figure.numerator) == (
        "八类案件", "2025-01-01", "2026-01-01", 14,
    )  # fmt: skip
    assert bring("indicators", "--undo", told.last["batch"]).last["gone"] == 1
    assert not OutsideFigure.objects.exists()


BATCH = {"kind": "jjd", "names": "a.csv", "digest": "0", "at": NOW}
FIGURE = {"code": "x", "first_on": "2025-01-01", "after_on": "2026-01-01", "numerator": 1, "source": "s"}


@pytest.mark.parametrize(("model", "facts", "name"), [
    (Batch, [BATCH | {"state": "running"}, BATCH | {"state": "running"}], "batches_batch_one_running"),
    (Batch, [BATCH | {"state": "undone", "undone_at": NOW}], "batches_batch_undone_why"),
    (Batch, [BATCH | {"undone_at": NOW.replace(year=2020)}], "batches_batch_undone_after"),
    (OutsideFigure, [FIGURE, FIGURE], "batches_figure_once"),
    (OutsideFigure, [FIGURE | {"after_on": "2025-01-01"}], "batches_figure_period"),
    (OutsideFigure, [FIGURE | {"numerator": -1}], "batches_figure_numerator"),
    (OutsideFigure, [FIGURE | {"denominator": 0}], "batches_figure_denominator"),
    (OutsideFigure, [FIGURE | {"source": ""}], "batches_figure_source"),
])  # fmt: skip
def test_the_database_keeps_the_rules(model, facts, name):
    *before, last = facts
    for one in before:
        model.objects.create(**one)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.create(**last)


def test_nobody_deletes_a_case_that_no_file_brought(tmp_path):
    by_hand = world.incident(None)
    bring("jjd", write(tmp_path / "a.csv", CALL_HEAD, call("J1")))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_incident")
    assert list(Incident.objects.values_list("pk", flat=True)) == [by_hand.pk]
    bring("jjd", write(tmp_path / "b.csv", CALL_HEAD, call("J2")))
    dispatcher = world.district().scope("dispatcher")
    with see_as(dispatcher), connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_incident")
    assert Incident.objects.count() == 2


@pytest.mark.parametrize("role", world.ROLES)
def test_visible_batches_are_those_that_the_policy_shows(role):
    from twinloop.intake.batches.queries import visible_to

    scope = world.district().scope(role)
    for number, kind in enumerate(("jjd", "volunteers", "indicators", "messages")):
        Batch.objects.create(**BATCH | {"kind": kind, "digest": str(number)})
    with see_as(scope):
        assert {b.kind for b in visible_to(scope)} == {b.kind for b in Batch.objects.all()}


def test_no_identity_stands_in_clear(tmp_path):
    bring("jjd", write(tmp_path / "a.csv", CALL_HEAD, call("J1", name="欧阳修远", phone="13900000127")))
    with connection.cursor() as cursor:
        for table in ("cases_incident", "batches_batch", "batches_item", "batches_mapping", "ledger_event"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text ~ '13900000127|欧阳修远'")
            assert cursor.fetchone() == (0,), table
    assert json.dumps(Batch.objects.get().mapping, ensure_ascii=False)

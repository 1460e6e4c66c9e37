"""All history in bulk: the same as report by report where it matters, by one process or several; it changes nothing."""

from __future__ import annotations

import json
import os
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import duckdb
import pytest
from click.testing import CliRunner
from django.db import transaction
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from tests import world
from tests.world import NOW
from twinloop.cases import actions as cases
from twinloop.cases.actions import Caller
from twinloop.cases.models import Incident, IncidentLink
from twinloop.ledger.sight import SYSTEM, see_as
from twinloop.triage import commands, repeats_copied, repeats_relinking
from twinloop.triage.models import RepeatPair
from twinloop.triage.repeats_by_hand import Group
from twinloop.triage.repeats_relinking import relink

QUARRELS = [
    ("赖春兰", "19900000101", "隔壁赖水根砌猪栏，粪水顺着墙脚流进我家厨房，臭得饭都吃不下"),
    ("钟国华", "19933370202", "楼上漏水，吊顶泡烂了，他不开门，物业协调三次没用"),
    ("温秀英", "19955510303", "他把电线杆斜拉线埋到我家菜园里，没经过我同意"),
]
AGAIN = [
    ("赖春兰", "19900000101", "赖水根的猪栏又把粪水流到我家厨房里来了"),
    ("钟国华", "19933370202", "楼上又漏水，吊顶又泡烂一块"),
]


def caller(name: str, phone: str, **more: bool) -> Caller:
    return Caller(world.person(name, phone=phone), **more)


OTHERS = """刘 电动车停在我家车位上，叫他挪也不挪
陈 门面到期押金不退，说要扣装修损失
李 广场舞的音响太吵，孩子没法写作业
王 树枝伸到我家阳台上来，虫子都爬进窗了
张 买的手机用三天就坏，店主不给换
黄 亲家借走三万块，到现在一分没还
周 田埂被人挖掉半边，水都放跑了
吴 邻桌喝多了骂人，推了我一把
徐 工地上干了两个月，工钱一直拖着
孙 狗咬了我家的鸡，主人不认
马 电梯坏了半个月，没有人来修
朱 丈夫打牌输了钱，回来摔东西
胡 理发店办的卡，换了老板就不认了
郭 快递放在门口被人拿走""".splitlines()


def told(place):
    """Fourteen quarrels of strangers, and three more, of which two are reported again."""
    for number, line in enumerate(OTHERS):
        surname, text = line.split()
        who = caller(
            f"{surname}{'建秀金桂福春'[number % 6]}{'平梅根芳'[number % 4]}", f"19{number * 791_932_713 % 10**9:09}"
        )
        world.incident(place, narrative=text, at=NOW + timedelta(days=number * 40), caller=who)
    end = NOW + timedelta(days=600)
    for days, lines in ((0, QUARRELS), (10, AGAIN)):
        for number, (name, phone, text) in enumerate(lines):
            world.incident(
                place, narrative=text, at=end + timedelta(days=days, hours=number), caller=caller(name, phone)
            )
    return end + timedelta(days=20)


@pytest.fixture
def place(db):
    with see_as(SYSTEM):
        yield world.district().near


def queued() -> set[tuple[int, int, str]]:
    return set(RepeatPair.objects.values_list("incident_id", "earlier_id", "kind"))


def expected() -> set[tuple[int, int, str]]:
    first = {text: pk for pk, text in Incident.objects.values_list("pk", "narrative")}
    return {(first[again[2]], first[one[2]], "join") for again, one in zip(AGAIN, QUARRELS, strict=False)}


def test_in_bulk_as_report_by_report(place):
    later = told(place)
    links = list(IncidentLink.objects.values_list())
    heard = []
    bulk = relink(at=later, few=0, hands=0, tell=lambda stage, count: heard.append((stage, count)))
    assert (bulk.joins, bulk.queued) == (2, 2)
    assert queued() == expected()
    assert 2 <= bulk.pairs < 19 * 18 / 2 / 2
    assert [stage for stage, _ in heard] == ["copied", "paired", "plausible"]
    plain = relink(at=later)
    assert plain == replace(bulk, queued=0, pairs=0)  # the same two, which wait already
    assert list(IncidentLink.objects.values_list()) == links


@pytest.mark.parametrize("few", [10_000, 0])
@pytest.mark.parametrize("quarrel", [QUARRELS[0], QUARRELS[2]])  # one that others are like, and one that meets nobody
def test_a_dispute_whose_reports_have_nothing_in_common_is_asked_about(place, few, quarrel):
    later = told(place)
    first = Incident.objects.get(narrative=quarrel[2])
    dispute = cases.open_dispute(title="猪栏粪水", by=None, at=later, incident=first, place=place)
    stray = world.incident(None, narrative="两个喝酒的在夜宵摊为买单打起来了", at=later + timedelta(days=400))
    cases.link(stray, dispute, by=None, at=later, why="x")
    assert relink(at=later, few=few, hands=0).parts == 1
    assert queued() == {*expected(), (stray.pk, first.pk, "part")}


@pytest.mark.parametrize("few", [10_000, 0])
def test_a_later_report_with_a_dispute_of_its_own_is_asked_about(place, few):
    later = told(place)
    again = Incident.objects.get(narrative=AGAIN[0][2])
    cases.open_dispute(title="猪栏粪水", by=None, at=later, incident=again, place=place)
    assert relink(at=later, few=few, hands=0).joins == 2
    assert queued() == expected()


def test_what_would_make_a_group_too_large_is_cut_the_least_likely_first(monkeypatch):
    monkeypatch.setattr(repeats_relinking, "LARGEST", 3)
    there = duckdb.connect()
    there.execute("CREATE TABLE unit (unit BIGINT, reports BIGINT)")
    there.execute("INSERT INTO unit VALUES (1, 1), (2, 1), (3, 1), (4, 1), (9, 2)")
    plausible = [(1, 2, 0.1), (2, 3, 0.9), (3, 4, 0.3)]
    groups, cut = repeats_relinking._groups(there, plausible, 0.65)
    assert groups == [Group((2, 3, 4), ((2, 3), (3, 4)), frozenset({(2, 3)})), Group((9,))]
    assert cut == 1
    assert repeats_relinking._groups(there, plausible, 0.95)[0] == [Group((9,))]
    untold = [replace(groups[0], likely=None), groups[1]]
    assert repeats_relinking._groups(there, plausible, None)[0] == untold


@pytest.mark.parametrize("joined", [0.65, 0.95])
def test_a_group_with_a_dispute_of_several_reports_is_weighed(joined):
    there = duckdb.connect()
    there.execute("CREATE TABLE unit AS SELECT * FROM (VALUES (1, 1), (2, 2), (3, 1), (4, 1)) AS t (unit, reports)")
    groups, _ = repeats_relinking._groups(there, [(1, 2, 0.1), (3, 4, 0.1)], joined)
    assert groups == [Group((1, 2), ((1, 2),), frozenset())]


def test_how_much_was_cut_is_told(place, monkeypatch):
    later = told(place)
    monkeypatch.setattr(repeats_relinking, "LARGEST", 1)
    outcome = relink(at=later, few=0, hands=0)
    assert outcome.cut >= 2
    assert (outcome.joins, outcome.incidents) == (0, 19)


def test_who_will_not_be_named_and_who_watches_brings_no_key(place):
    world.incident(place, caller=caller("赖春兰", "19900000101", is_confidential=True))
    world.incident(place, channel="patrol", caller=caller("钟国华", "19933370202"))
    seen = world.incident(place, caller=caller("温秀英", "19955510303"))
    with repeats_copied.copied() as there:
        assert there.execute("SELECT unit FROM party").fetchall() == [(-seen.pk,)]
        [(keys,)] = there.execute("SELECT keys FROM party").fetchall()
    assert "温" not in keys
    assert "19900000303" not in keys


def test_whatever_is_written_arrives_as_it_is(place):
    odd = '他说："你敢？"，\n然后\t"打"了\\N\r\n人,。' + "长" * 50_000
    world.incident(place, narrative=odd[:3000])
    Incident.objects.update(narrative=odd)
    with repeats_copied.copied() as there:
        assert there.execute("SELECT text FROM report").fetchall() == [(odd,)]


@pytest.mark.parametrize(
    ("asked", "error"), [("SELECT 1, 2", duckdb.Error), ("SELECT nothing FROM nowhere", ProgrammingError)]
)
def test_what_cannot_be_copied_ends_and_does_not_wait_for_ever(place, monkeypatch, asked, error):
    monkeypatch.setattr(repeats_copied, "_REPORTS", asked)
    world.incident(place)
    with pytest.raises(error), transaction.atomic():
        relink(at=NOW, few=0, hands=0)


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_two_processes_as_one(fresh_db, monkeypatch):
    app = conninfo_to_dict(json.loads(os.environ["PYTEST_TWINLOOP_URLS"])["app"])
    url = f"postgresql://{app['user']}:{app['password']}@/{fresh_db}?host={app['host']}&port={app['port']}"
    monkeypatch.setenv("TWINLOOP_DATABASE_URL", url)
    with see_as(SYSTEM):
        later = told(world.district().near)
        one = relink(at=later, few=0, hands=2)
        assert queued() == expected()
        assert relink(at=later, few=0, hands=0) == replace(one, queued=0)


@contextmanager
def _here():
    yield


@pytest.mark.parametrize("error", [duckdb.OutOfMemoryException("no room"), BrokenProcessPool("killed")])
def test_a_command_that_cannot_go_on_says_so_and_changes_nothing(place, monkeypatch, error):
    def fail(**_):
        raise error

    monkeypatch.setattr("twinloop.launch.started.database", _here)
    monkeypatch.setattr(repeats_relinking, "relink", fail)
    done = CliRunner().invoke(commands.relink, [])
    assert done.exit_code == 1
    assert "nothing was changed" in done.output
    assert "Traceback" not in done.output
    assert not RepeatPair.objects.exists()


def test_the_command_tells_its_counts(place, monkeypatch):
    told(place)
    monkeypatch.setattr("twinloop.launch.started.database", _here)
    done = CliRunner().invoke(commands.relink, ["--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["incidents"] == 19

"""接警单, 处警单, 反馈单: three forms, told apart, tied together, each once; what does not fit is set aside."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests import world
from tests.intake.batches.bringing import CALL_HEAD, bring, call, write
from twinloop.cases.models import Feedback, Incident, Order
from twinloop.intake.batches.models import Batch, Item, Mapping
from twinloop.ledger.models import Event
from twinloop.ledger.sight import SYSTEM, see_as

pytestmark = pytest.mark.django_db
ORDER_HEAD = "处警单编号,接警单编号,处警时间,派单接收(签收)时间,出警单位代码,处警意见"
BACK_HEAD = (
    "反馈单编号,接警单编号,处警单编号,反馈时间,到达现场时间,警情处理结果,出警情况,救助人数,受伤人数,是否解决纠纷"
)


@pytest.fixture(autouse=True)
def system(db):
    with see_as(SYSTEM):
        yield


def order(number="CJ1", of="J1", at="2026-03-05 08:02:00", signed="2026-03-05 08:03:00", unit="", text="到场核实"):
    return f"{number},{of},{at},{signed},{unit},{text}"


def back(number="FK1", of="J1", order="CJ1", at="2026-03-05 09:00:00", arrived="2026-03-05 08:20:00", result="已劝开"):
    return f"{number},{of},{order},{at},{arrived},{result},双方已分开,1,0,是"


def three(tmp_path, *, calls=(), orders=(), backs=()):
    return [
        write(tmp_path / "fkd.csv", BACK_HEAD, *(backs or [back()])),
        write(tmp_path / "cjd.csv", ORDER_HEAD, *(orders or [order()])),
        write(tmp_path / "jjd.csv", CALL_HEAD, *(calls or [call("J1")])),
    ]


def test_three_files_in_any_order_become_one_incident_with_its_order_and_feedback(tmp_path):
    there = world.district()
    told = bring("jjd", *three(tmp_path, orders=[order(unit="T1")]))
    assert (told.status, told.counts) == (0, (3, 0, 0)), told
    incident = Incident.objects.get()
    assert (incident.outside_number, incident.channel, incident.place) == ("J1", "call_110", there.near)
    assert incident.station == there.station
    assert incident.number == "JQ260305-0001", "numbered on the day of the call"
    assert (incident.caller_name_masked, incident.caller_phone_masked) == ("测*", "130****0301")
    sent, feedback = Order.objects.get(), Feedback.objects.get()
    assert (sent.incident, sent.state, sent.to_unit, sent.text) == (incident, "done", there.station, "到场核实")
    assert (feedback.order, feedback.incident, feedback.is_settled, feedback.helped) == (sent, incident, True, 1)
    assert feedback.text == "已劝开\n双方已分开"
    events = Event.objects.filter(stream=incident.stream).order_by("seq")
    assert [e.verb for e in events] == ["incident_registered", "order_brought", "feedback_brought"]
    assert all(e.data["batch"] == Batch.objects.get().pk for e in events)
    assert "13000000301" not in str([e.body for e in events])


def test_codes_as_heads_and_sheets_of_a_workbook_hidden_ones_left_out(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.title = "接警单"
    for row in (["JJDBH", "BJSJ", "BJNR"], ["J1", "2026-03-05 08:01:00", "争吵"]):
        sheet.append(row)
    for title, rows in {
        "处警": [["CJDBH", "JJDBH", "CJSJ"], ["C1", "J1", "2026-03-05 08:02:00"]],
        "旧": [["JJDBH", "BJSJ"], ["J0", "2020-01-01 00:00:00"]],
        "说明": [["填表说明"], ["按月导出"]],
    }.items():
        more = book.create_sheet(title)
        for row in rows:
            more.append(row)
    book["旧"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    told = bring("jjd", tmp_path / "a.xlsx")
    assert told.counts == (2, 0, 0), told
    assert "没有读隐藏的工作表“旧”" in told.said
    assert "工作表“说明”没有要的列，没有读" in told.said
    assert list(Incident.objects.values_list("outside_number", flat=True)) == ["J1"]


def test_all_forms_on_one_sheet_row_by_row(tmp_path):
    head = "接警单编号,报警时间,报警内容,处警单编号,处警时间,反馈单编号,反馈时间,警情处理结果"
    path = write(
        tmp_path / "one.csv", head,
        "J1,2026-03-05 08:01:00,争吵,,,,,",
        "J1,,,C1,2026-03-05 08:02:00,,,",
        "J1,,,C1,,F1,2026-03-05 09:00:00,已劝开",
        "J2,2026-03-05 08:01:00,漏水,C2,2026-03-05 08:02:00,F2,2026-03-05 09:00:00,已谈妥",
    )  # fmt: skip
    told = bring("jjd", path)
    assert told.counts == (4, 0, 0), told
    assert (Incident.objects.count(), Order.objects.count(), Feedback.objects.count()) == (2, 2, 2)
    assert Feedback.objects.filter(order__outside_number="C2", incident__outside_number="J2").exists()


def test_the_same_files_twice_and_a_row_twice_add_nothing(tmp_path):
    files = three(tmp_path, calls=[call("J1"), call("J1"), call("J2")])
    assert bring("jjd", *files).counts == (4, 0, 1)
    assert bring("jjd", *files).counts == (0, 0, 5)
    assert (Incident.objects.count(), Order.objects.count(), Feedback.objects.count()) == (2, 1, 1)
    assert Event.objects.filter(verb="incident_registered").count() == 2


def test_a_later_file_brings_what_belongs_to_a_known_call(tmp_path):
    calls, orders, backs = reversed(three(tmp_path))
    assert bring("jjd", calls).counts == (1, 0, 0)
    assert bring("jjd", orders, backs).counts == (2, 0, 0)
    assert Feedback.objects.get().incident.outside_number == "J1"


def test_one_number_for_two_calls_keeps_both_aside(tmp_path):
    told = bring("jjd", write(tmp_path / "a.csv", CALL_HEAD, call("J1"), call("J1", text="另一件事"), call("J2")))
    assert told.counts == (1, 2, 0)
    assert {r for _n, _c, r in told.reasons} == {"同一编号有几行，内容不同：一件事留一行"}


def test_a_known_number_with_other_content_is_kept_aside(tmp_path):
    bring("jjd", write(tmp_path / "a.csv", CALL_HEAD, call("J1")))
    told = bring("jjd", write(tmp_path / "b.csv", CALL_HEAD, call("J1", text="另一件事")))
    assert told.reasons == [(2, "接警单编号", "这个编号已经有了，内容和这一行不同")]
    assert Incident.objects.get().narrative == "两家为排水沟争吵"


def test_a_call_that_another_door_registered_is_not_written_again(tmp_path):
    world.incident(None, outside_number="J1")
    told = bring("jjd", write(tmp_path / "a.csv", CALL_HEAD, call("J1")))
    assert told.reasons == [(2, "接警单编号", "这个编号已经由别的途径登记")]


def test_orphans_are_kept_aside_also_those_of_a_bad_call(tmp_path):
    files = three(
        tmp_path, calls=[call("J1", at="2026-04-31 10:00:00")], backs=[back(), back("FK2", of="J9", order="")]
    )
    told = bring("jjd", *files)
    assert (told.status, told.counts) == (1, (0, 4, 0))
    orphan = "找不到它的接警单：和接警单一起导入，或先导入接警单"
    assert [(c, r) for _n, c, r in told.reasons] == [
        ("接警单编号", orphan), ("接警单编号", orphan), ("接警单编号", orphan), ("报警时间", "没有这一天"),
        ("接警时间", "没有这一天"),
    ]  # fmt: skip


def test_feedback_before_its_call_and_with_another_calls_order(tmp_path):
    backs = [back(at="2026-03-05 07:00:00"), back("FK2", of="J2")]
    told = bring("jjd", *three(tmp_path, calls=[call("J1"), call("J2")], backs=backs))
    assert told.counts == (3, 2, 0)
    assert told.reasons == [
        (2, "反馈时间", "早于接警单上的报警时间"), (3, "处警单编号", "处警单属于另一张接警单"),
    ]  # fmt: skip


@pytest.mark.parametrize(("moment", "reason"), [
    ("2026-03-05 24:61:00", "没有这个时刻"), ("46086.334", "是表格的日期序号，不是日期：把这一列设为“日期”再导出"),
    ("民国115年3月5日", "年份不是公历：要写成 2026-03-05"), ("115-03-05 08:00", "年份不是公历：要写成 2026-03-05"),
    ("2026-02-29 08:00:00", "没有这一天"), ("2026-03-05", "只有日期，没有钟点"),
    ("昨天", "不是日期时间：要写成 2026-03-05 08:11:00"),
    ("2999-01-01 00:00:00", "在将来"),
])  # fmt: skip
def test_no_date_is_repaired_by_guess(tmp_path, moment, reason):
    told = bring("jjd", write(tmp_path / "a.csv", "接警单编号,报警时间", f"J1,{moment}", "J2,2026-03-05 08:00:00"))
    assert told.reasons == [(2, "报警时间", reason)]
    assert told.counts == (1, 1, 0)


SPELLINGS = (
    "2026/3/5 8:01", "２０２６－03－05 08:01:00", "20260305080100", "2026年3月5日 8时1分", "2026-03-05T00:01:00Z",
    "2026-03-05T08:01:00+08:00",
)  # fmt: skip


@pytest.mark.parametrize("moment", SPELLINGS)
def test_moments_as_systems_write_them(tmp_path, moment):
    assert bring("jjd", write(tmp_path / "a.csv", "JJDBH,BJSJ,BJNR", f"J1,{moment},争吵")).status == 0
    assert Incident.objects.get().reported_at.isoformat() == "2026-03-05T00:01:00+00:00"


def test_a_bad_row_says_everything_that_is_wrong_with_it(tmp_path):
    bad = call("J 1!", at="昨天", phone="123456789", name="<b>")
    told = bring("jjd", write(tmp_path / "a.csv", CALL_HEAD, bad))
    assert [c for _n, c, _r in told.reasons] == ["接警单编号", "报警时间", "接警时间", "报警电话", "报警人姓名"]


def test_rejects_can_be_mended_and_sent_again(tmp_path):
    files = three(tmp_path, calls=[call("J1", at="2026-04-31 10:00:00", text="=1+1"), call("J2")])
    told = bring("jjd", *files)
    assert told.counts == (1, 3, 0)
    assert len(told.last["rejects"]) == 3, "one file a form: no column is lost"
    mended = []
    for number, path in enumerate(told.last["rejects"]):
        with Path(path).open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream))
        assert rows[0][-1] == "原因"
        target = tmp_path / f"mended{number}.csv"
        text = "\n".join(",".join(row) for row in rows).replace("2026-04-31 10:00:00", "2026-03-05 08:00:00")
        mended.append(write(target, text, encoding="utf-8-sig"))
    again = bring("jjd", *mended)
    assert again.counts == (3, 0, 0), again
    assert Incident.objects.get(outside_number="J1").narrative == "=1+1"


def test_dry_run_writes_nothing_and_says_the_same(tmp_path):
    files = three(tmp_path, calls=[call("J1"), call("J2", at="x")])
    told = bring("jjd", *files, "--dry-run")
    assert (told.counts, told.last["batch"]) == ((3, 1, 0), None)
    assert not Incident.objects.exists()
    assert not Batch.objects.exists()
    assert bring("jjd", *files).counts == (3, 1, 0)


def test_a_mapping_is_used_saved_and_used_again(tmp_path):
    mapping = write(tmp_path / "m.json", '{"报警时间": "几点", "BJNR": "说了什么"}')
    told = bring("jjd", write(tmp_path / "a.csv", "接警单编号,几点,说了什么", "J1,2026-03-05 08:00:00,争吵"),
                 "--mapping", mapping)  # fmt: skip
    assert told.counts == (1, 0, 0), told
    assert Mapping.objects.get().columns["reported_at"] == "几点"
    again = bring("jjd", write(tmp_path / "b.csv", "接警单编号,几点,说了什么", "J2,2026-03-05 08:00:00,漏水"))
    assert again.counts == (1, 0, 0)
    assert Incident.objects.get(outside_number="J2").narrative == "漏水"


@pytest.mark.parametrize(("mapping", "said"), [
    ('{"报警时间": "没有的列"}', "对应表里的“没有的列”不在文件里"),
    ('{"天气": "几点"}', "对应表里的“天气”不是这种文件的栏目"),
])  # fmt: skip
def test_a_wrong_mapping_is_refused(tmp_path, mapping, said):
    path = write(tmp_path / "a.csv", "接警单编号,几点,报警时间", "J1,x,2026-03-05 08:00:00")
    told = bring("jjd", path, "--mapping", write(tmp_path / "m.json", mapping))
    assert told.status == 1
    assert said in told.last["refused"][0]
    assert not Incident.objects.exists()


def test_missing_columns_are_named_with_those_that_are_there(tmp_path):
    told = bring("jjd", write(tmp_path / "a.csv", "编号甲,时间乙", "J1,x"))
    assert told.last["refused"] == ["a.csv：还差列：接警单编号、报警时间或接警时间。文件里有：编号甲、时间乙"]
    assert (told.status, Item.objects.count()) == (1, 0)


def test_a_broken_file_beside_a_good_one_is_refused_alone(tmp_path):
    good, bad = write(tmp_path / "a.csv", CALL_HEAD, call("J1")), write(tmp_path / "b.xlsx", "<html><table>")
    told = bring("jjd", bad, good)
    assert told.counts == (1, 0, 0)
    assert told.last["refused"] == ["b.xlsx：这是网页，不是 Excel 工作簿（改过后缀）：用 Excel 打开，另存为 .xlsx 再试"]
    assert told.status == 1

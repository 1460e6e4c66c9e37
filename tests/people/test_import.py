"""People from files: what comes in, what is set aside and why, and that nothing is written by halves."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from tests.people.acting import AT, acting, new, refused, station, verbs
from twinloop.edge.identity import check_digit
from twinloop.edge.tables import read
from twinloop.people import actions, importing, sealed
from twinloop.people.commands import import_people
from twinloop.people.models import Account, Unit

pytestmark = pytest.mark.django_db
HEAD = "警号,姓名,身份证号,联系电话,所属单位,岗位,人员类别"


def number(first: str = "36070219820920985") -> str:
    return first + check_digit(first)


def line(username="360031", name="王小兰", id_number="", phone="", unit="", post="", kind="民警"):
    return ",".join((username, name, id_number, phone, unit, post, kind))


@pytest.fixture
def file(tmp_path):
    def make(*lines, head=HEAD, name="people.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes("\n".join([head, *lines]).encode(encoding))
        return path

    return make


def plan(path, by=None, mapping=None):
    return importing.plan(read(path), by=by, on=AT.date(), mapping=mapping)


def sentences(found):
    return [f"{row.row.number} {'；'.join(row.sentences())}" for row in found.bad]


def run(*args):
    result = CliRunner().invoke(import_people, [str(arg) for arg in args])
    return result.exit_code, result.stdout.splitlines()


def test_good_rows_come_in_sealed_and_with_their_events(file):
    unit = station()
    path = file(line(id_number=number(), phone="13000000031", unit=unit.name, post="社区民警"), encoding="gb18030")
    assert importing.carry_out(plan(path), by=None, at=AT) == (1, 0)
    account = Account.objects.get(username="360031")
    assert (account.name, account.kind, account.unit, account.post) == ("王小兰", "sworn", unit, "社区民警")
    assert (sealed.opened(account, "id_number"), sealed.masked(account, "phone")) == (number(), "130****0031")
    assert not account.has_usable_password()
    assert verbs(account) == ["account_created"]
    assert not account.grants.exists(), "a file grants nothing"


def test_the_same_file_twice_adds_nothing(file):
    path = file(line(phone="13000000031", id_number=number()))
    importing.carry_out(plan(path), by=None, at=AT)
    assert importing.carry_out(plan(path), by=None, at=AT) == (0, 0)
    assert verbs(Account.objects.get(username="360031")) == ["account_created"]


def test_a_later_file_brings_facts_up_to_date_and_leaves_what_it_does_not_say(file):
    unit = station()
    importing.carry_out(plan(file(line(phone="13000000031"))), by=None, at=AT)
    assert importing.carry_out(plan(file(line(unit=unit.code, post="内勤"))), by=None, at=AT) == (0, 1)
    account = Account.objects.get(username="360031")
    assert (account.unit, account.post, account.phone_tail) == (unit, "内勤", "0031")


@pytest.mark.parametrize(
    ("bad", "column", "said"),
    [
        (line(username=""), "警号", "还差警号（账号）"),
        (line(username="36 0031"), "警号", "警号（账号）只含数字、字母、点和横线，最多 40 位"),
        (line(name=""), "姓名", "还差姓名"),
        (line(name="<b>"), "姓名", "姓名里要有文字，不能有尖括号、斜杠或看不见的字符"),
        (line(kind=""), "人员类别", "还差人员类别"),
        (line(kind="警察"), "人员类别", "没有“警察”这种人员类别"),
        (line(id_number="360702198209209850"), "身份证号", "号码与末位校验码不符，多半有一位输错"),
        (line(phone="12345678901"), "联系电话", "没有这样开头的 11 位号码：手机以 13 至 19 开头，固定电话以 0 开头"),
        (line(unit="示例派出"), "所属单位", "没有单位“示例派出”，最接近的是“示例派出所”"),
        (line(unit="xyz"), "所属单位", "没有单位“xyz”"),
        (line(post="驻村辅警"), "岗位", "民警不能任驻村辅警"),
        (line(post="字" * 41), "岗位", "岗位最多 40 个字"),
    ],
)
def test_a_bad_row_names_row_column_and_reason(file, bad, column, said):
    station()
    found = plan(file(line(username="1", name="好人"), bad))
    assert sentences(found) == [f"3 {column}：{said}"]
    assert len(found.good) == 1


def test_full_width_digits_and_english_codes_are_taken(file):
    path = file(line(username="３６００３１", phone="１３０００００００３１", kind="auxiliary", post="auxiliary"))
    (person,) = plan(path).good
    assert (person.facts["username"], person.facts["phone"], person.facts["kind"], person.facts["post"]) == (
        "360031", "13000000031", "auxiliary", "驻村辅警",
    )  # fmt: skip


def test_rows_that_share_a_number_and_differ_are_all_set_aside(file):
    found = plan(file(line(), line(name="李平"), line(username="2", name="赵云")))
    assert sentences(found) == [f"{n} 警号：同一警号的几行内容不同：第 2、3 行，留一行" for n in (2, 3)]
    assert [person.facts["name"] for person in found.good] == ["赵云"]


def test_identical_rows_count_once(file):
    found = plan(file(line(), line(), line()))
    assert (len(found.good), found.bad) == (1, [])


def test_one_identity_number_is_one_person(file):
    found = plan(file(line(id_number=number()), line(username="2", name="李平", id_number=number())))
    assert sentences(found) == ["3 身份证号：这个身份证号已在另一个账号名下"]
    actions.create_account("9", name="赵云", kind="sworn", id_number=number(), by=None, at=AT)
    assert len(plan(file(line(id_number=number()))).bad) == 1


def test_a_known_number_with_another_name_is_set_aside(file):
    importing.carry_out(plan(file(line())), by=None, at=AT)
    said = "警号 360031 已是另一个人（姓名、类别或身份证号不同）"
    assert sentences(plan(file(line(name="李平")))) == [f"2 警号：{said}"]
    assert sentences(plan(file(line(kind="辅警")))) == [f"2 警号：{said}"]


def test_a_closed_account_is_not_opened_by_a_file(file):
    importing.carry_out(plan(file(line())), by=None, at=AT)
    Account.objects.filter(username="360031").update(is_active=False)
    assert sentences(plan(file(line()))) == ["2 警号：王小兰 的账号已停用"]


def test_bad_rows_keep_all_out_unless_asked(file):
    found = plan(file(line(), line(username="2", kind="?")))
    with refused("import_rows"):
        importing.carry_out(found, by=None, at=AT)
    assert not Account.objects.filter(username="360031").exists()
    assert importing.carry_out(found, by=None, at=AT, good_rows=True) == (1, 0)


def test_a_missing_column_is_named(file):
    with pytest.raises(importing.MissingColumns, match="人员类别"):
        plan(file("1,王", head="警号,姓名"))


def test_a_mapping_helps_where_the_guess_would_not(file):
    path = file("1,王小兰,民警", head="工牌,姓名,人员类别")
    assert len(plan(path, mapping={"警号": "工牌"}).good) == 1
    with pytest.raises(importing.MissingColumns):
        plan(path, mapping={"警号": "没有"})
    with pytest.raises(importing.MissingColumns):
        plan(path, mapping={"没有": "工牌"})


def test_only_a_system_administrator_imports_and_never_over_oneself(file):
    with refused("needs_system_admin"):
        plan(file(line()), by=acting("security_admin", kind="staff"))
    admin = acting("system_admin", kind="staff")
    me = Account.objects.get(pk=admin.account or 0)
    found = plan(file(line(username=me.username, name=me.name, kind="文职", post="别的")), by=admin)
    assert sentences(found) == ["2 警号：自己的账号由另一位管理员来改"]


def test_a_sheet_is_named_with_its_row(tmp_path):
    book = Workbook()
    book.active.title = "一"
    book["一"].append(["警号", "姓名", "人员类别"])
    book["一"].append([360031, "王小兰", "军人"])
    book.save(tmp_path / "t.xlsx")
    (bad,) = plan(tmp_path / "t.xlsx").bad
    assert (bad.row.sheet, bad.row.number) == ("一", 2)


# --- the command -------------------------------------------------------------------------------------------


def test_the_command_counts_and_ends_with_one_json_line(file):
    code, out = run(file(line(), line(username="2", kind="?")), "--json", "--whole")
    assert code == 1
    assert json.loads(out[-1]) == {"accepted": 1, "rejected": 1, "refused": [], "added": 0, "changed": 0}
    assert json.loads(out[0]) == {"row": 3, "sheet": "", "column": "人员类别", "reason": "没有“?”这种人员类别"}
    assert not Account.objects.filter(username="360031").exists()


def test_the_command_imports_good_rows_and_the_rejects_can_be_mended(file, settings):
    path = file(line(), line(username="2", name="李平", kind="军人"), name="mend.csv")
    code, out = run(path, "--json")
    assert (code, json.loads(out[-1])["added"]) == (1, 1)
    (rejects,) = (settings.ENV.data / "rejects").glob("people-mend-*.csv")
    mended = rejects.read_text("utf-8-sig").replace("军人", "民警")
    rejects.write_text(mended.replace("人员类别：没有“民警”这种人员类别", ""), "utf-8-sig")
    code, out = run(rejects, "--json")
    assert (code, json.loads(out[-1])["added"]) == (0, 1)
    rejects.unlink()


def test_a_dry_run_writes_nothing(file):
    code, out = run(file(line()), "--dry-run")
    assert (code, out) == (0, ["试运行：新增 1，更新 0，不变 0"])
    assert not Account.objects.filter(username="360031").exists()


def test_wrong_use_is_status_2(file, tmp_path):
    (tmp_path / "m.json").write_text("[]")
    assert run()[0] == 2
    assert run(file(line()), "--mapping", tmp_path / "m.json")[0] == 2


def test_a_refused_file_is_named_and_the_others_go_on(file, tmp_path):
    html = tmp_path / "html.xlsx"
    html.write_text("<html><table></table></html>")
    code, out = run(html, file(line()), "--json")
    last = json.loads(out[-1])
    assert (code, last["accepted"], last["added"], len(last["refused"])) == (1, 1, 1, 1)


def test_the_bad_inputs_of_the_design_are_met(shared, tmp_path):
    folder = shared / "data" / "rules" / "bad_inputs"
    if not folder.is_dir():
        pytest.skip("no bad inputs in the folder 'shared'")
    if not Unit.objects.filter(name="潭口派出所").exists():  # the demo has it
        station("TK", "潭口派出所")
    cases = [json.loads(text) for text in (folder / "expect.jsonl").read_text().splitlines()]
    for case in (case for case in cases if case["kind"] == "people"):
        _code, out = run(folder / case["file"], "--json")
        last = json.loads(out[-1])
        assert (last["accepted"], last["rejected"]) == (case["good_rows"], case["bad_rows"]), case["why"]


def test_a_row_costs_few_queries(file, django_assert_max_num_queries):
    new()
    path = file(*(line(username=str(n), name="王小兰") for n in range(30)))
    with django_assert_max_num_queries(100):
        plan(path)

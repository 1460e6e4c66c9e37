"""`twinloop import places` as a person or a script calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.conf import settings

from tests.places.conftest import TEST_LIST, place
from tests.places.test_npm import DIST, kept, pack
from twinloop.places import npm
from twinloop.places.commands import import_places
from twinloop.places.models import Place

pytestmark = pytest.mark.django_db
HEAD = "代码,名称,上级\n"
GOOD = HEAD + "".join(f"{row.code},{row.name},\n" for row in TEST_LIST)
BAD = GOOD + "990101100299,,\n"


def run(*args: object) -> Result:
    return CliRunner().invoke(import_places, [str(arg) for arg in args])


def counts(result: Result) -> dict[str, object]:
    found = json.loads(result.stdout.splitlines()[-1])
    assert isinstance(found, dict)
    return found


@pytest.fixture
def write(tmp_path: Path):
    def written(text: str, name: str = "list.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding=encoding)
        return path

    return written


def here() -> int:
    return Place.objects.filter(code__startswith="990101").count()


def test_a_good_file_is_imported_and_twice_adds_nothing(write):
    path = write(GOOD, encoding="gb18030")
    first, second = run(path), run(path)
    assert (first.exit_code, here()) == (0, 7)
    assert first.stdout == "新增 7，改名 0，恢复 0，撤销 0，不变 0\n"
    assert second.stdout == "新增 0，改名 0，恢复 0，撤销 0，不变 7\n"


def test_a_dry_run_changes_nothing(write):
    result = run(write(GOOD), "--dry-run", "--serve")
    assert (result.exit_code, here()) == (0, 0)
    assert result.stdout.startswith("试运行：新增 7")


def test_one_bad_row_keeps_the_whole_file_out(write):
    result = run(write(BAD), "--json")
    assert (result.exit_code, here()) == (1, 0)
    assert json.loads(result.stdout.splitlines()[0]) == {
        "row": 9, "column": "name", "code": "name_missing", "reason": "没有名称",
    }  # fmt: skip
    assert counts(result)["accepted"] == 0
    assert counts(result)["rejected"] == 1
    assert len(counts(result)["refused"]) == 1


def test_good_rows_are_imported_when_asked_and_the_bad_ones_kept(write):
    result = run(write(BAD), "--json", "--good-rows", "--county", "990101")
    assert (result.exit_code, here()) == (1, 7)
    assert counts(result) == {"accepted": 7, "rejected": 1, "refused": []}
    rejects = next((settings.ENV.data / "rejects").glob("places-*.csv"))
    assert rejects.read_text("utf-8-sig").splitlines() == ["代码,名称,上级,原因", "990101100299,,,没有名称"]


def test_a_list_with_holes_retires_nothing(write):
    run(write(GOOD))
    run(write(HEAD + "990101000000,试验县,\n990101100000,东岭镇,\n坏,行,\n"), "--good-rows", "--county", "990101")
    assert Place.objects.filter(code__startswith="990101", retired_on__isnull=False).count() == 0


def test_a_place_that_vanished_from_the_whole_list_is_retired(write):
    run(write(GOOD), "--serve")
    shorter = "".join(line for line in GOOD.splitlines(keepends=True) if "正兴" not in line)
    result = run(write(shorter, "later.csv"), "--county", "试验县")
    assert result.exit_code == 0
    assert "撤销 1" in result.stdout
    assert "正兴村" in result.stderr
    assert place("990101100201").retired_on is not None


def test_serve_takes_the_communities_and_what_stands_above_them(write):
    assert run(write(GOOD), "--serve").exit_code == 0
    assert Place.objects.served().filter(code__startswith="990101").count() == 7


def test_an_unknown_parent_refuses_the_row(write):
    result = run(write(HEAD + "990101100200,江坝村委会,\n"), "--json")
    assert json.loads(result.stdout.splitlines()[0])["code"] == "parent_unknown"


@pytest.mark.parametrize(
    ("args", "sentence"), [(["--county", "无此县"], "没有这个县"), (["--county", "99"], "没有这个县")]
)
def test_an_unknown_county_refuses_the_file(write, args, sentence):
    result = run(write(GOOD), *args)
    assert (result.exit_code, here()) == (1, 0)
    assert sentence in result.stderr


def test_the_same_name_in_two_counties_lists_both(write):
    for code in ("990101", "990201"):
        Place.objects.create(code=f"{code}000000", name="鼓楼区", short="鼓楼区", kind="county")
    result = run(write(GOOD), "--county", "鼓楼区")
    assert "990101 鼓楼区，990201 鼓楼区" in result.stderr


def test_one_unreadable_file_does_not_keep_out_another(write):
    result = run(write("", "empty.csv"), write(GOOD), "--json")
    assert (result.exit_code, here()) == (1, 7)
    assert counts(result)["accepted"] == 7
    assert "empty.csv：文件是空的" in str(counts(result)["refused"])


@pytest.mark.parametrize("args", [[], ["/no/such/file.csv"], ["--nonsense"]])
def test_wrong_use_exits_with_2(args):
    assert run(*args).exit_code == 2


def test_without_a_file_the_county_comes_from_npm(tmp_path, monkeypatch):
    texts = {name: text.replace("360702", "990102").replace("36,", "99,") for name, text in DIST.items()}
    path = pack(kept(tmp_path), texts)
    monkeypatch.setattr(npm, "fetched", lambda folder: path)
    assert run("--county", "990102").stdout == "新增 3，改名 0，恢复 0，撤销 0，不变 0\n"
    many = run("--county", "市中区", "--json")
    assert many.exit_code == 1
    assert "370103 山东省济南市市中区，370199 山东省济南市市中区" in str(counts(many)["refused"])
    assert place("990102191204").short == "江坝村"

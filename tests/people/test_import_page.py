"""The import page: look first, then bring in; nothing lies in clear meanwhile."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from twinloop.people.models import Account

pytestmark = pytest.mark.django_db


def upload(client, text, name="people.csv"):
    return client.post("/settings/people/import/", {"file": SimpleUploadedFile(name, text.encode())}, follow=True)


def test_a_file_is_looked_at_then_brought_in(enter, settings):
    client = enter("system_admin")
    page = upload(
        client, "警号,姓名,人员类别,身份证号\n360079,王小兰,民警,\n360080,李平,军人,36070219820920985X\n"
    ).content.decode()
    assert "没有“军人”这种人员类别" in page
    assert not Account.objects.filter(username="360079").exists()
    parked = [path.read_bytes() for path in (settings.ENV.data / "parked").iterdir()]
    assert not any(b"36070219820920985X" in content for content in parked)
    rejects = client.get("/settings/people/import/rejects.csv").content.decode("utf-8-sig")
    assert rejects.splitlines()[1] == "360080,李平,军人,36070219820920985X,人员类别：没有“军人”这种人员类别"
    assert (
        "一行也没有导入" in client.post("/settings/people/import/do/", {"which": "whole"}, follow=True).content.decode()
    )
    client.post("/settings/people/import/do/", {"which": "good"})
    assert Account.objects.filter(username="360079").exists()


def test_a_whole_file_comes_in_and_is_forgotten(enter):
    client = enter("system_admin")
    upload(client, "工牌,姓名,人员类别\n360081,王小兰,民警\n")
    client.post("/settings/people/import/columns/", {"username": "工牌", "name": "姓名", "kind": "人员类别"})
    response = client.post("/settings/people/import/do/", {"which": "whole"}, follow=True)
    assert "新增 1 人，更新 0 人" in response.content.decode()
    assert client.get("/settings/people/import/look/").status_code == 404


def test_what_is_no_table_is_said(enter):
    client = enter("system_admin")
    assert "这是网页" in upload(client, "<html><table></table>", "people.xlsx").content.decode()
    assert "还差列" in upload(client, "a,b\n1,2\n").content.decode()


def test_a_file_whose_hour_is_over_is_asked_for_again(enter, settings):
    client = enter("system_admin")
    upload(client, "警号,姓名,人员类别\n360082,王小兰,民警\n")
    for path in (settings.ENV.data / "parked").iterdir():
        path.unlink()
    assert "再选一次" in client.get("/settings/people/import/look/").content.decode()
    assert client.get("/settings/people/import/rejects.csv").status_code == 302

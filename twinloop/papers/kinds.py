"""Which papers there are. A room says in its `papers.py` what of a dispute fills which: `PAPERS = {code: subjects}`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from twinloop.cases.models import Dispute, Incident
from twinloop.decide.dossier import Part


@dataclass(frozen=True)
class Kind:
    """A kind of paper. `part`: where it goes in the dossier; `series`: how its number reads where no room gave one.

    `of_incident`: made of one report, with or without a dispute.
    """

    code: str
    name: object  # translated lazily
    part: Part | None
    series: str
    law: object = ""
    of_incident: bool = False
    is_general: bool = False  # of no single dispute: drawn by its room with `actions.draw`


@dataclass(frozen=True)
class Subject:
    """One thing that a paper can be made of. `values` opens identities: it is called when the paper is taken.

    `number`: given by the room (an agreement's); `is_done`: on file in its own right, printed or not;
    `incident`: of which report, where its kind is made of reports.
    """

    pk: int
    label: str
    values: Callable[[], Mapping[str, Any]]
    number: str = ""
    is_done: bool = False
    incident: int | None = None


Subjects = Callable[[Dispute], Iterable[Subject]]
OfIncidents = Callable[["QuerySet[Incident]"], Iterable[Subject]]

KINDS = {
    kind.code: kind
    for kind in (
        Kind("call_record", _("接处警登记表"), None, "接处警", of_incident=True),
        Kind("case_receipt", _("受案回执"), None, "受案", _("程序规定第 61 条"), of_incident=True),
        Kind("not_accepted", _("不予受理告知书"), None, "不受", _("程序规定第 61 条"), of_incident=True),
        Kind("dispatch_order", _("分流指令单"), None, "分流"),
        Kind("push", _("推送函与签收回执"), None, "推送"),
        Kind("application", _("调解申请书"), Part.APPLICATION, "调申", _("人民调解法第 17 条")),
        Kind("registration", _("受理登记表"), Part.REGISTRATION, "调登", _("人民调解法第 27 条")),
        Kind("rights_notice", _("权利义务告知书"), Part.RIGHTS, "调告", _("人民调解法第 23、24 条")),
        Kind("inquiry", _("调查笔录"), Part.INQUIRY, "调查"),
        Kind("minutes", _("调解笔录"), Part.MINUTES, "调录", _("人民调解法第 27 条")),
        Kind("agreement_people", _("人民调解协议书"), Part.AGREEMENT, "人调", _("人民调解法第 29 条")),
        Kind("agreement_oral", _("口头协议登记表"), Part.AGREEMENT, "人调", _("人民调解法第 28、30 条")),
        Kind("agreement_police", _("治安调解协议书"), Part.AGREEMENT, "治调", _("程序规定第 184 条")),
        Kind("confirmation", _("司法确认申请书"), Part.CONFIRMATION, "确认", _("人民调解法第 33 条")),
        Kind("warning_letter", _("家庭暴力告诫书"), None, "告诫", _("反家庭暴力法第 16、17 条")),
        Kind("whistle", _("吹哨单"), None, "吹哨"),
        Kind("joint_minutes", _("会诊纪要"), Part.MINUTES, "会诊", _("人民调解法第 27 条")),
        Kind("visit", _("回访记录"), Part.VISITS, "回访"),
        Kind("petition_accepted", _("信访受理告知书"), None, "信受", _("信访工作条例第 23 条")),
        Kind("petition_declined", _("信访不予受理告知书"), None, "信不", _("信访工作条例第 23 条")),
        Kind("petition_longer", _("信访延期告知书"), None, "信延", _("信访工作条例第 34 条")),
        Kind("petition_opinion", _("信访处理意见书"), None, "信意", _("信访工作条例第 32 条")),
        Kind("nomination", _("评优推荐表"), None, "推荐", is_general=True),
        Kind("nomination_list", _("评优推荐名单"), None, "推单", is_general=True),
        Kind("daily_report", _("日清日结日报"), None, "日清", is_general=True),
        Kind("report", _("研判报告"), None, "研判", is_general=True),
    )
}


@cache
def fillers() -> dict[str, Any]:
    """Code of a kind → who finds what fills it: `Subjects`, or `OfIncidents` where the kind is of reports.

    Only these kinds are offered, in the order of `KINDS`.
    """
    found: dict[str, Any] = {}
    for room in (config.name for config in apps.get_app_configs() if config.name.startswith("twinloop.")):
        module = "twinloop.papers.own" if room == "twinloop.papers" else f"{room}.papers"
        if find_spec(module) is None:
            continue
        own: dict[str, Any] = import_module(module).PAPERS
        wrong = [code for code in own if code in found or code not in KINDS]
        assert not wrong, f"{module}: unknown, or filled elsewhere too: {wrong}"
        found |= own
    return {code: found[code] for code in KINDS if code in found}

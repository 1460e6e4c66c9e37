"""Words of the daily clear (日清日结) and the progress table. The reasons and refusals of the core stand in decide."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from twinloop.cases.telling import language
from twinloop.decide.daily import CarryReason, DayKind, DayVerdict
from twinloop.decide.words import say

# the groups of the handover list: (title, kinds); what is near or past due is told by its clock
HANDOVER = (
    (_("没有分流、没有派人"), ("unsorted", "unsent", "lead")),
    (_("没有签收"), ("unsigned",)),
    (_("没有到场"), ("not_arrived",)),
    (_("没有反馈"), ("no_feedback",)),
    (_("回访到期"), ("callback", "visit")),
    (_("其他到期的"), ()),
)
REFUSALS = {
    "day_not_yours": _("不能动这一件：它在 {name} 名下，由本人、代理人、指挥室或所长来办"),
    "day_taker_unknown": _("没有转交：没有这个人，或不在你的范围内"),
    "day_not_chief": _("只有所长和分局领导能确认、核查"),
    "day_confirmed": _("这一天已经由 {name} 确认"),
    "day_not_your_station": _("这个所不归你确认"),
    "day_nothing": _("这一件今天没有说过什么，不用撤回"),
    "hours_editor": _("日清时间只能由系统管理员或局领导设定"),
    "hours_too_soon": _("没有保存：新的时间最早从明天起用"),
    "hours_order": _("没有保存：交班清单要早于日清"),
    "hours_why": _("没有保存：还差一样，写明为什么改"),
    "hours_twice": _("没有保存：从这一天起的时间已经设过"),
    "owner_nobody": _("没有移交：没有选中纠纷"),
    "owner_taker": _("没有移交：还没有选接手的人，或这个人不能当责任民警"),
    "owner_same": _("没有移交：本来就是 {name} 负责"),
    "owner_why": _("没有移交：还差一样，写明原因"),
    "owner_not_leader": _("只有所长和分局领导能改责任民警"),
    "cover_taker": _("没有安排：还没有选代管的人，或这个人不在你的范围内"),
    "cover_days": _("没有安排：从今天起选日期，先后要对，最长 {most} 天"),
    "cover_nobody": _("没有安排：{number} 还没有责任民警，先移交"),
    "cover_same": _("没有安排：{number} 本来就是 {name} 负责"),
    "cover_twice": _("没有安排：{number} 已经有人代管，先收回"),
    "cover_none": _("没有收回：选中的纠纷没有人代管"),
    "charge_leader": _("没有保存：还没有选包案领导"),
    "charge_level": _("没有保存：{number} 不是一、二级，不用包案"),
    "charge_role": _("没有保存：{number} 是 {level} 级，一级由分局领导包案，二级由本所所长或分局领导包案"),
    "owner_foreign": _("没有移交：有的纠纷不在你的范围内，或已经不归这个人"),
}

# what the timeline of a dispute says of these events: (icon, sentence)
EVENTS = {
    "day_carried": ("calendar-plus", _("结转到 {until}（{kind}）：{reason}")),
    "day_unexplained": ("alert-circle", _("到日清没有说明，结转到 {until}（{kind}，{holder}）")),
    "day_handed": ("arrow-right", _("转交给 {to}（{kind}）")),
    "day_taken_back": ("arrow-back-up", _("收回结转或转交（{kind}）")),
    "day_checked": ("eye-check", _("核查结转：{verdict}")),
    "cover_set": ("calendar-user", _("安排 {name} 代管：{since} 到 {until}")),
    "cover_begun": ("user-share", _("{name} 开始代管")),
    "cover_ended": ("user-check", _("代管结束（{name}）")),
    "leader_set": ("flag", _("包案领导：{new}")),
    "owner_changed": ("users", _("责任民警由 {old} 改为 {new}")),
}


def _in_language(code: StrEnum) -> str:
    return say(code, language())


_said = lazy(_in_language, str)


def _coded(codes: Iterable[StrEnum]) -> dict[str, object]:
    """Code → its sentence of decide, in the language of the reader."""
    return {code.value: _said(code) for code in codes}


def choices(codes: Iterable[StrEnum]) -> list[tuple[str, object]]:
    """For a column: its codes, said in the reader's language when they are shown."""
    return list(_coded(codes).items())


# codes in events, said in the reader's language
_KINDS, _REASONS = _coded(DayKind), _coded(CarryReason)
CODES = {
    "day_carried": {"kind": _KINDS, "reason": _REASONS},
    "day_unexplained": {"kind": _KINDS},
    "day_handed": {"kind": _KINDS},
    "day_taken_back": {"kind": _KINDS},
    "day_checked": {"verdict": _coded(DayVerdict)},
}

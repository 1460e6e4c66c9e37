"""What each of the thirteen roles will find on 今日: a sentence, three kinds of rows, a first step that exists."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

# a person with several roles reads the words of the first of these
ORDER = (
    "dispatcher", "community_officer", "officer", "auxiliary", "mediator", "agency", "chief", "bureau",
    "grid_worker", "volunteer", "security_admin", "system_admin", "auditor",
)  # fmt: skip


@dataclass(frozen=True)
class Lesson:
    """`rows`: icon, verb, when it comes. `steps`: (label, URL name, why), of which the first that exists is offered."""

    says: StrPromise
    rows: tuple[tuple[str, StrPromise, StrPromise], ...]
    steps: tuple[tuple[StrPromise, str, StrPromise], ...] = ()


TWO_STEPS = (_("开两步登录"), "mfa_index", _("手机上装一个验证器，两分钟"))
PEOPLE = (_("看人员"), "people", _("值班、专长、请假都从这里来"))
PLACES = (_("看辖区"), "places", _("乡镇、村、社区"))

LESSONS = {
    "dispatcher": Lesson(
        _("来电和上报一进来，就排在这里，最急的在最上面。"),
        (
            ("list-check", _("确认"), _("类别和等级由系统建议，附依据；认不认由你定")),
            ("send", _("派单"), _("按专长、值班、在手量排出人选，附理由；没人签收会再提醒")),
            ("message-check", _("审核反馈"), _("没有平息的转二次处置，一键发给社区")),
        ),
        ((_("登记一起"), "intake", _("键盘就能登完")), PEOPLE, TWO_STEPS),
    ),
    "officer": Lesson(
        _("派给你的单会到这里，手机也能办。"),
        (
            ("circle-check", _("签收"), _("派出后开始计时，先签收")),
            ("map-pin", _("到场"), _("到了点一下；到场前要知道的写在单上")),
            ("message", _("反馈"), _("平息没有、双方怎么说；没平息会转社区民警")),
        ),
        ((_("我的派单"), "orders", _("看在手的单")), TWO_STEPS),
    ),
    "community_officer": Lesson(
        _("你片区的纠纷、二次处置和回访，按到期先后排在这里。"),
        (
            ("rotate-clockwise", _("签收二次处置"), _("一次没平息、反复报警、疑难的，会转到你这里")),
            ("phone-call", _("回访"), _("化解后按等级排好日子，三次平静才算完")),
            ("checks", _("见底销号"), _("协议履行、回访满意，只差你确认")),
        ),
        ((_("片区纠纷"), "disputes", _("看在手的")), PLACES, TWO_STEPS),
    ),
    "auxiliary": Lesson(
        _("驻村的日子、走访和你报的线索都在这里。"),
        (
            ("walk", _("签到"), _("每周驻村不少于两天，到村点一下")),
            ("alert-circle", _("报线索"), _("看到的矛盾，一句话加一个地点")),
            ("users", _("联合走访"), _("和治保主任、网格员一起去的，记上人和事")),
        ),
        ((_("报线索"), "lead", _("一分钟内报完")), PLACES, TWO_STEPS),
    ),
    "mediator": Lesson(
        _("请你调解的纠纷会到这里，先看清双方和经过再定时间。"),
        (
            ("calendar-event", _("约时间"), _("和双方定好时间地点，到警务室调")),
            ("heart-handshake", _("调解"), _("谈成的写协议，谈不成的写明卡在哪里")),
            ("file-check", _("看履行"), _("分期的、要拆要修的，到日子提醒你看一眼")),
        ),
        ((_("调解"), "mediation", _("看约好的")), TWO_STEPS),
    ),
    "volunteer": Lesson(
        _("你参加的活动和要你核对的事会到这里。"),
        (
            ("alert-circle", _("报线索"), _("看到的争执，三下加一句话")),
            ("calendar-event", _("参加活动"), _("走访、普法、帮扶，报名后在这里签到")),
            ("heart", _("记帮扶"), _("帮了谁、做了什么，次数会自己加起来")),
        ),
        ((_("报线索"), "lead", _("一分钟内报完")), PLACES, TWO_STEPS),
    ),
    "grid_worker": Lesson(
        _("你网格里的线索、隐患和要你一起去的走访会到这里。"),
        (
            ("alert-circle", _("报线索"), _("邻里争执、欠薪、家暴苗头，一句话加一个地点")),
            ("tool", _("看整改"), _("隐患报上去后谁在改、改完没有")),
            ("users", _("联合走访"), _("社区民警约你一起上门")),
        ),
        ((_("报线索"), "lead", _("一分钟内报完")), PLACES, TWO_STEPS),
    ),
    "agency": Lesson(
        _("公安吹哨和推送给你们单位的事会到这里，带着要回的时间。"),
        (
            ("speakerphone", _("应哨"), _("到、不到、换人到，在时限内答一句")),
            ("inbox", _("签收推送"), _("收到点签收，办完写答复；不归你们的写明归谁")),
            ("users-group", _("进会诊"), _("同一份材料，谁牵头谁协办写在上面")),
        ),
        ((_("吹哨"), "whistles", _("看等你们答的")), TWO_STEPS),
    ),
    "chief": Lesson(
        _("全所今天没清完的、超时的和要你定的会到这里。"),
        (
            ("list-check", _("日清"), _("20:00 前，每件要么办结、要么移交、要么写明为何结转")),
            ("gavel", _("要你批的"), _("一级纠纷的处置方案、结转、重开")),
            ("chart-bar", _("看进度"), _("每个责任民警手里几件、化解几件、反复几件")),
        ),
        ((_("日清日结"), "clear", _("看今天")), PEOPLE, TWO_STEPS),
    ),
    "bureau": Lesson(
        _("各所化解、反复、超时的情况和一级纠纷会到这里。"),
        (
            ("flame", _("盯一级"), _("有没有包案领导，下一步哪天")),
            ("chart-bar", _("看指标"), _("每个数点下去能看到是哪些案件")),
            ("award", _("看考核"), _("按人、按队、按社区；月底封存，改不了")),
        ),
        ((_("看指标"), "indicators", _("从总数点到案件")), PEOPLE, TWO_STEPS),
    ),
    "auditor": Lesson(
        _("谁看过什么、谁改过什么，异常的会到这里。你看得到记录，看不到案情。"),
        (
            ("eye", _("查看身份信息"), _("每次点开都写明是谁、为什么、看了多久")),
            ("download", _("查导出"), _("谁导出过、多少行、去了哪里")),
            ("link", _("验链"), _("每条记录连着上一条，改一个字就会断")),
        ),
        ((_("看审计"), "audit", _("按人、按案、按时间")), TWO_STEPS),
    ),
    "security_admin": Lesson(
        _("账号、岗位和登录的异常会到这里。你管谁能做什么，看不到案情。"),
        (
            ("user-plus", _("发账号"), _("新来的人要账号和岗位，调走的要收回")),
            ("lock", _("解锁"), _("错太多被暂停的，核实本人再重设密码")),
            ("calendar-off", _("到期的岗位"), _("借调、代班到期前提醒你")),
        ),
        (PEOPLE, TWO_STEPS),
    ),
    "system_admin": Lesson(
        _("导入、备份和运行的异常会到这里。你管系统，看不到案情。"),
        (
            ("file-import", _("导入"), _("坏行会退回一个文件，改好再导")),
            ("database", _("备份"), _("多久没备份、上次恢复演练是哪天")),
            ("calendar", _("设置"), _("类别、时限、节假日、模板")),
        ),
        (PLACES, PEOPLE, TWO_STEPS),
    ),
}


def main_role(roles: frozenset[str]) -> str | None:
    return next((role for role in ORDER if role in roles), None)


def first_step(lesson: Lesson) -> dict[str, str] | None:
    for label, name, why in lesson.steps:
        try:
            return {"label": str(label), "url": reverse(name), "why": str(why)}
        except NoReverseMatch:
            continue  # that room is not built in
    return None

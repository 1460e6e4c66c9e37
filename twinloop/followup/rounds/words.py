"""Words of second handling, the penalty procedure and the escalation watch."""

from django.utils.translation import gettext_lazy as _

TABS = {
    "review": _("待研判"),
    "send": _("待派社区"),
    "going": _("处置中"),
    "penalty": _("处罚"),
    "over": _("已了结"),
}
STATES = {"owed": _("待立案"), "open": _("办理中"), "decided": _("已作决定"), "ended": _("已结束")}
CAUSES = {"failed": _("调解不成"), "refused": _("一方不愿调解"), "broken": _("协议没有履行"), "other": _("直接立案")}
DECISIONS = {  # 治安管理处罚法: kinds of decision, and the two that are none
    "warning": _("警告"),
    "fine": _("罚款"),
    "detention": _("行政拘留"),
    "detention_fine": _("行政拘留并处罚款"),
    "none": _("不予处罚"),
    "ended": _("终止调查"),
}
ENDS = {
    "running": _("进行中"),
    "settled": _("已化解"),
    "unsettled": _("未化解"),
    "penalty": _("转处罚"),
    "gone": _("移送或并入"),
}
FINDINGS = {
    "escalated": _("是民转刑：同一纠纷升级成刑案"),
    "other_matter": _("不是：另一件事"),
    "not_grave": _("不是：核实后不属刑案"),
}
# the four headings of mission.md O2; they are kept as one text of the review
HEADINGS = {
    "focus": _("争议焦点"),
    "source": _("源头"),
    "duration": _("持续和反复"),
    "conduct": _("当事人言行（只写这件纠纷里记录到的）"),
    "plan": _("怎么办"),
}
WRITTEN = {"focus": "争议焦点", "source": "源头", "duration": "持续和反复", "conduct": "当事人言行", "plan": "处置意见"}
NEEDED = {
    "what": _("鉴定什么"),
    "office": _("哪里鉴定"),
    "result": _("鉴定意见"),
    "by_whom": _("谁批准的"),
    "decision": _("哪一种决定"),
    "number": _("文号"),
}
REFUSALS = {
    "round_not_review": _("没有保存：这件纠纷现在是“{state}”，不在研判"),
    "round_plan_missing": _("没有保存：还差一样，写明怎么办"),
    "round_focus_missing": _("没有保存：还差一样，写明争议焦点"),
    "round_long": _("没有保存：“{what}”最多 {most} 字"),
    "round_taker": _("没有派出：选的人不在这个地方的社区。二次处置派给纠纷所在社区的人"),
    "round_no_place": _("没有派出：纠纷还没有登记社区，先补上地方"),
    "penalty_none": _("没有保存：这件纠纷没有在办的处罚程序"),
    "penalty_stands": _("没有保存：正在鉴定，期限已经停着。收到鉴定意见后先记“鉴定回来了”"),
    "penalty_runs": _("没有保存：没有在鉴定"),
    "penalty_day": _("没有保存：日期还没有到，或早于立案"),
    "penalty_what": _("没有保存：还差一样，{what}"),
    "penalty_extended": _("没有保存：已经延长过一次，最多延长一次（程序规定 165）"),
    "penalty_over": _("没有保存：期限已过，过期后不能再延长（程序规定 165）"),
    "penalty_role": _("没有保存：延长和决定由所长或分局领导记"),
    "penalty_decided": _("没有保存：已经作出决定"),
    "escalation_role": _("没有保存：由所长或分局领导复盘"),
    "escalation_over": _("没有保存：{who} 已经在 {when} 复盘过"),
    "escalation_what": _("没有保存：还差一样，是不是民转刑，为什么"),
}
EVENTS = {
    "round_handed": ("user-share", _("历史随案交给 {to}")),
    "penalty_owed": ("gavel", _("当天应转处罚：{cause}")),
    "penalty_late": ("alert-triangle", _("当天没有转处罚，已报所长")),
    "penalty_unowed": ("circle-check", _("不再需要转处罚")),
    "penalty_appraisal": ("microscope", _("送鉴定：{what}，期限停止")),
    "penalty_appraised": ("microscope", _("鉴定回来：{what}，期限接着算")),
    "penalty_longer": ("calendar-plus", _("经批准延长办案期限：{by_whom}")),
    "penalty_decision": ("gavel", _("处理决定 {number}：{decision}")),
    "escalation_marked": ("alert-octagon", _("疑似民转刑：警情 {incident} 关联到这件纠纷")),
    "escalation_reviewed": ("report-search", _("民转刑复盘：{finding}")),
}
CODES = {
    "penalty_owed": {"cause": CAUSES},
    "penalty_decision": {"decision": DECISIONS},
    "escalation_reviewed": {"finding": FINDINGS},
}

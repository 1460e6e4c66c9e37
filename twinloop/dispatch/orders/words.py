"""Words of orders: what a dispatcher and an officer read. Codes stay inside."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# the tabs of the board
TABS = {
    "waiting": _("待派"),
    "sent": _("待签收"),
    "signed": _("在途"),
    "arrived": _("处置中"),
    "unsettled": _("待研判"),
    "returned": pgettext_lazy("tab", "退单"),
}
# why somebody else than the first: one tap sends
OTHER_WHYS = {
    "knows": _("更熟悉双方"),
    "busy": _("{name} 另有安排"),
    "fair": _("均衡派单"),
    "near": _("离得最近"),
    "other": _("其他"),
}
RETURN_WHYS = {
    "related": _("与当事人有关系，回避"),
    "busy": _("手头的事走不开"),
    "elsewhere": _("不在我的辖区"),
    "not_police": _("不归公安管"),
    "unable": _("要别的专长或民警带队"),
    "other": _("其他（写明）"),
}
DISMISS_WHYS = {
    "phone": _("电话里已经说清，不用去人"),
    "repeat": _("同一件事，已有人在处置"),
    "elsewhere": _("转给别的单位"),
    "mistake": _("误报、试机"),
    "other": _("其他（写明）"),
}
OUTCOMES = {
    "calmed": _("当场平息"),
    "unsettled": _("没有平息"),
    "agreed": _("达成协议"),
    "nobody": _("无法找到人"),
    "progress": _("还在处置"),
}
SETTLED = {"calmed": True, "agreed": True, "unsettled": False, "nobody": False, "progress": None}
UNSETTLED_WHYS = {
    "unwilling": _("一方不同意"),
    "unclear": _("责任说不清"),
    "survey": _("要等丈量、鉴定"),
    "other": _("其他"),
}
FOUND = {
    "fight": _("动手"),
    "injury": _("受伤"),
    "weapon": _("持械"),
    "threat": _("扬言打人"),
    "crowd": _("多人聚集"),
    "minor": _("未成年人"),
}
STEPS = (pgettext_lazy("order step", "签收"), pgettext_lazy("order step", "到场"), pgettext_lazy("order step", "反馈"))
SHIFTS = {"day": _("白班"), "night": _("夜班")}
REFUSALS = {
    "order_nobody": _("还差一样：派给谁"),
    "order_unknown_taker": _("没有这个人，或不在岗"),
    "order_barred": _("不能派 {name}：{why}"),
    "order_why_missing": _("还差一样：不派第 1 位的理由"),
    "order_unit_why_missing": _("没有派：派给整队要写理由"),
    "order_unit_text_missing": _("没有派：派给整队要写指令，好让他们定谁去"),
    "order_unit_nobody": _("没有派：{unit}现在没有能去的人"),
    "order_unit_off_duty": _("没有签收：你不在岗。请在岗的同事签收"),
    "order_open_already": _("已派给 {name}，在等签收：先收回再派"),
    "order_taken_up": _("{name} 已经签收，不能再派"),
    "order_nothing_waits": _("这条警情不用再派：{why}"),
    "order_not_sendable": _("只有指挥室和所长能派单"),
    "order_not_yours": _("这一单派给了 {name}，不是你"),
    "order_signed_first": _("{name} 已经签收，这一单归他办"),
    "order_not_sent": _("这一单{state}，不用签收"),
    "order_not_signed": _("这一单{state}，不能登记到场"),
    "order_not_arrived": _("先登记到场，再反馈结果"),
    "order_over": _("这一单{state}，不能再反馈"),
    "order_final_given": _("已经有终结反馈，不能再写"),
    "order_outcome_missing": _("没有保存：反馈要选“结果”"),
    "order_text_missing": _("没有保存：反馈要写“处理结果”"),
    "order_terms_missing": _("没有保存：达成了什么协议，写一句"),
    "order_unsettled_why_missing": _("没有保存：还差一样，为什么没有平息"),
    "order_level_missing": _("还差一样：等级"),
    "order_text_long": _("没有保存：最多写 {most} 个字"),
    "order_count_wrong": _("没有保存：人数要是 0 到 999 的数"),
    "order_return_why_missing": _("没有退：还差一样，退单的原因"),
    "order_return_late": _("已经到场，不能退单：反馈“没有平息”并写明原因"),
    "order_recall_late": _("过了 {seconds} 秒或已签收，不能收回"),
    "order_dismiss_why_missing": _("没有保存：还差一样，为什么不派"),
    "order_position_wrong": _("位置不对：纬度在 −90 到 90，经度在 −180 到 180"),
    "handover_open": _("上一班的交接还没有接：先接下来"),
    "handover_taken": _("{name} 已经接班"),
    "handover_no_unit": _("你不在任何单位里，不能交班：请管理员补上单位"),
    "handover_own": _("不能接自己交的班"),
    "handover_none": _("没有等着接的班"),
    "handover_note_long": _("没有保存：交班说明最多 {most} 个字"),
}

# what the timeline of a dispute says of an order that belongs to no call: (icon, sentence)
EVENTS = {
    "order_sent": ("send", _("派单给{to}")),
    "order_signed": ("writing-sign", _("签收指令")),
    "order_arrived": ("map-pin", _("到场")),
    "order_fed_back": ("message", _("反馈")),
    "order_returned": ("arrow-back", _("退单")),
    "order_recalled": ("arrow-back-up", _("收回指令")),
    "order_silent": ("alarm", _("没有人签收")),
}

"""Words of pushes: a dispute of level one or two told to 综治, the township and other units (推送、签收)."""

from django.utils.translation import gettext_lazy as _

STATES = {
    "drafted": _("拟稿"),
    "sent": _("待签收"),
    "received": _("待回复"),
    "replied": _("已回复"),
    "returned": _("已退回"),
    "withdrawn": _("已撤回"),
}
STEPS = (_("拟稿"), _("发出"), _("签收"), _("回复"))
RESULTS = {
    "done": _("已经办了"),
    "under_way": _("正在办"),
    "not_ours": _("不属本单位职责"),
}
REFUSALS = {
    "push_level": _("不能推送：只有一级、二级纠纷要推送，这件还没有定到二级以上"),
    "push_over": _("不能推送：这件纠纷已经{state}"),
    "push_not_agency": _("不能推送：{unit} 不是外单位，或已停用"),
    "push_twice": _("没有发出：已经推送给 {unit}，还没有回复，推送号 {number}"),
    "push_no_unit": _("没有发出：还没有选推送给哪个单位"),
    "push_letter_empty": _("没有保存：函件还没有写"),
    "push_blank": _("没有发出：商请事项还空着，写明请对方做什么"),
    "push_letter_long": _("没有保存：函件最多 {most} 个字"),
    "push_moved": _("没有做成：这件推送已经是“{state}”，先看现在的内容"),
    "push_reply_empty": _("没有回复：还差一样，写明做了什么"),
    "push_result_missing": _("没有回复：还没有选办理结果"),
    "push_why_missing": _("没有做成：还差一样，写明原因"),
    "push_return_why": _("没有退回：还差一样，写明出现了什么新情况"),
    "push_taken": _("已经有人接着办了"),
}

# what the timeline of a dispute says of these events: (icon, sentence)
EVENTS = {
    "push_drafted": ("file-text", _("拟推送函：{unit}")),
    "push_rewritten": ("pencil", _("改推送函：{unit}")),
    "push_sent": ("share", _("推送给{unit}")),
    "push_received": ("writing-sign", _("{unit}签收")),
    "push_replied": ("message-reply", _("{unit}回复")),
    "push_returned": ("arrow-back", _("{unit}退回，建议研判")),
    "push_taken_back": ("user-check", _("接着办{unit}退回的")),
    "push_withdrawn": ("arrow-back-up", _("撤回给{unit}的推送")),
}

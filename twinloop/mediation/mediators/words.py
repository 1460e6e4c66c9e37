"""Words of the register: 调解员, 好邻舍调解队, 2+2 调解队, 社区警务室, 回避."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "party_member": _("老党员"),
    "cadre": _("老干部"),
    "model": _("老模范"),
    "teacher": _("老教师"),
    "soldier": _("老军人"),
    "officer": _("民警"),
    "auxiliary": _("辅警"),
    "sector": _("行业调解员"),
    "other": _("其他调解员"),
}
ELDERS = ("party_member", "cadre", "model", "teacher", "soldier")
LANGUAGES = {
    "putonghua": _("普通话"),
    "hakka": _("客家话"),
    "gan": _("赣语"),
    "cantonese": _("粤语"),
    "min": _("闽南话"),
    "sign": _("手语"),
    "english": _("英语"),
}
BARS = {"relative": _("亲属"), "party": _("本人是当事人"), "complaint": _("以前投诉过"), "interest": _("有利害关系")}
REFUSALS = {
    "mediator_name": _("没有保存：调解员姓名还没有写"),
    "mediator_kind": _("没有保存：是哪一类调解员还没有选"),
    "mediator_twice": _("没有保存：{name} 已经在册"),
    "mediator_left": _("没有做成：{name} 已经不再调解，换一位"),
    "mediator_bar_who": _("没有保存：要回避的人还没有写姓名"),
    "mediator_bar_over": _("没有做成：这条回避已经撤销"),
    "mediator_bar_why": _("没有撤销：还差一样，写明原因"),
    "mediator_room_name": _("没有保存：调解室名称还没有写"),
    "mediator_room_twice": _("没有保存：已经有叫“{name}”的调解室"),
}

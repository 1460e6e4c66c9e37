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
ROOMS = {
    "station": _("驻所调解室"),
    "community": _("社区警务室"),
    "village": _("村居调解室"),
    "centre": _("综治中心"),
}
WEEKDAYS = {1: _("周一"), 2: _("周二"), 3: _("周三"), 4: _("周四"), 5: _("周五"), 6: _("周六"), 7: _("周日")}
# what the list is cut by: everybody, five elders, police rooms, officers, people's, sector, gone
GROUPS = {
    "all": _("全部"),
    "elders": _("五老"),
    "room": _("驻所调解室"),
    "police": _("民警辅警"),
    "people": _("人民调解员"),
    "sector": _("行业调解员"),
    "left": _("已不再调解"),
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
NO_POST = _("其他身份")
REFUSALS = {
    "mediator_name": _("没有保存：调解员姓名还没有写"),
    "mediator_kind": _("没有保存：是哪一类调解员还没有选"),
    "mediator_post": _("没有保存：{name} 的账号是{post}，调解员类别也要选{post}"),
    "mediator_twice": _("没有保存：{name} 已经在册"),
    "mediator_left": _("没有做成：{name} 已经不再调解，换一位"),
    "mediator_busy": _("不能离册：{name} 还有 {count} 件在调解，先换人或办完"),
    "mediator_before": _("没有保存：离册不能早于入册那天（{on}）"),
    "mediator_own": _("没有做成：调解员只能改自己的日历和回避"),
    "mediator_away_days": _("没有保存：从哪天到哪天还没有写全，最长 {most} 天"),
    "mediator_away_past": _("没有保存：这几天已经过去"),
    "mediator_away_twice": _("没有保存：这几天已经记过不在"),
    "mediator_away_over": _("没有做成：这一段已经取消"),
    "mediator_bar_who": _("没有保存：要回避的人还没有写姓名"),
    "mediator_bar_kind": _("没有保存：为什么回避还没有选"),
    "mediator_bar_over": _("没有做成：这条回避已经撤销"),
    "mediator_bar_why": _("没有撤销：还差一样，写明原因"),
    "mediator_room_name": _("没有保存：调解室名称还没有写"),
    "mediator_room_twice": _("没有保存：已经有叫“{name}”的调解室"),
    "mediator_room_hours": _("没有保存：开门和关门时间要都写，关门晚于开门"),
    "mediator_room_seats": _("没有保存：座位 2 至 200 个"),
}
EVENTS = {
    "mediator_enrolled": ("user-plus", _("{name} 列入调解员名册")),
    "mediator_changed": ("user-edit", _("改 {name} 的名册")),
    "mediator_retired": ("user-minus", _("{name} 离册：{on}")),
    "mediator_away": ("calendar-off", _("{name} 不在：{since} 至 {until}")),
    "mediator_back": ("calendar-check", _("{name} 这几天又在")),
    "mediator_barred": ("user-off", _("{name} 要回避 {who}")),
    "mediator_unbarred": ("user-check", _("撤销 {name} 的一条回避")),
    "room_opened": ("door", _("新调解室：{name}")),
    "room_changed": ("door", _("改调解室：{name}")),
}

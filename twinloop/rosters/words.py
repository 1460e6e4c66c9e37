"""Words of the rotas."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

STATES = {
    "draft": pgettext_lazy("rota", "草稿"),
    "discussed": pgettext_lazy("rota", "征求意见"),
    "published": pgettext_lazy("rota", "已公布"),
    "dropped": pgettext_lazy("rota", "已作废"),
}
SORTS = {
    "plan": _("自动排班"),
    "hand": _("手工改"),
    "repair": _("补班"),
    "swap": _("换班"),
}
VERSIONS = {
    "open": pgettext_lazy("rota version", "可以改"),
    "kept": pgettext_lazy("rota version", "存档"),
    "proposed": pgettext_lazy("rota version", "等人确认"),
    "refused": pgettext_lazy("rota version", "没有采用"),
}
SWAPS = {
    "asked": pgettext_lazy("swap", "等对方答复"),
    "agreed": pgettext_lazy("swap", "等所长确认"),
    "confirmed": pgettext_lazy("swap", "已换"),
    "declined": pgettext_lazy("swap", "对方不换"),
    "refused": pgettext_lazy("swap", "所长没有同意"),
    "withdrawn": pgettext_lazy("swap", "已撤回"),
    "lapsed": pgettext_lazy("swap", "已过期"),
}
BARS = {
    "home": _("本人家在这个村"),
    "relatives": _("有亲属在这个村"),
    "complaint": _("以前被投诉过"),
    "other": _("别的原因"),
}
LINES = {"rotating": _("轮驻席位"), "night": _("夜间值守")}
HOLDS = {"duty": _("值班"), "session": _("调解"), "leave": _("请假"), "post": _("驻村")}
DISTRICT = _("全区")
PUBLISHED = _("按公布的排班表")
# what a person is told of, and its sign
EVENTS = {
    "rota_days_changed": ("calendar-event", _("你的驻村班有变动")),
    "swap_asked": ("arrows-exchange", _("有人想和你换班")),
    "swap_agreed": ("check", _("换班对方答应了，等所长确认")),
    "swap_declined": ("x", _("换班对方没有答应")),
    "swap_confirmed": ("checks", _("换班已确认")),
    "swap_refused": ("x", _("换班所长没有同意")),
    "swap_withdrawn": ("arrow-back-up", _("换班已撤回")),
    "swap_lapsed": ("clock-x", _("换班没有办完，已过期")),
}
REFUSALS = {
    "rota_span": _("没有建排班表：从周一开始，1 到 {most} 周"),
    "rota_past": _("没有建排班表：这几周已经过去"),
    "rota_scope": _("排班表由本所所长或分局领导做"),
    "rota_nobody": _("没有可排的驻村辅警"),
    "rota_no_village": _("没有要驻的村和社区"),
    "rota_running": _("正在排，排完再改"),
    "rota_state": _("排班表现在是“{state}”，不能这样做"),
    "rota_empty": _("还没有排出任何一天"),
    "rota_rule": _("{name} {day} {place}：{rule}"),
    "rota_rule_village": _("{place} {day}：{rule}"),
    "rota_short_why": _("有 {count} 个村不够天数：写明为什么先公布"),
    "rota_overlaps": _("没有公布：{first} 起的排班表已经公布，时间重叠"),
    "rota_held": _("没有排：{name} {day} 已有{what}"),
    "rota_why": _("还差一样：写明原因"),
    "rota_day": _("{day} 不在这张排班表里"),
    "rota_day_past": _("{day} 已经过去，不能再改"),
    "rota_person": _("{name} 不在这张排班表里"),
    "rota_place": _("{place}不在这张排班表里"),
    "rota_nothing": _("没有要改的地方"),
    "rota_kept": _("{name} {day} 已经签到，不能再改"),
    "repair_none": _("排班都站得住，不用补"),
    "repair_waiting": _("已有一份补班方案等人确认"),
    "repair_stale": _("排班表在这之后又改过：请重新生成补班方案"),
    "repair_decided": _("这份方案已经处理过"),
    "swap_self": _("不能和自己换"),
    "swap_no_shift": _("{name} {day} 没有驻村班"),
    "swap_state": _("这个换班现在是“{state}”，不能这样做"),
    "swap_twice": _("{day} 已经提出换班，等答复"),
    "swap_not_yours": _("这个换班不是向你提的"),
    "wish_past": _("只能写今天以后的日子"),
    "wish_twice": _("已经写过这个愿望"),
    "wish_most": _("最多写 {most} 个愿望"),
    "wish_place": _("没有这个村"),
    "seat_not_agency": _("没有记下：{unit}不是部门"),
    "seat_away": _("没有记下：不在的日子，结束不能早于开始"),
    "terms_days": _("每周天数写 0 到 7"),
    "bar_twice": _("{name} 已经不排{place}"),
    "bar_gone": _("这一条已经取消"),
}

"""Words of visits and callbacks (回访)."""

from django.utils.translation import gettext_lazy as _

STATES = {"planned": _("待回访"), "done": _("已回访"), "missed": _("没有接通"), "dropped": _("不用再访")}
WAYS = {"visit": _("上门"), "call": _("电话"), "link": _("当事人自己答")}
OUTCOMES = {"settled": _("没有再起"), "partly": _("还有点事"), "unsettled": _("又闹了")}
TERMS = {"none": _("没有约定"), "kept": _("都照办了"), "partly": _("办了一部分"), "broken": _("没有照办")}
MINDS = {"calm": _("平静"), "uneasy": _("不踏实"), "hostile": _("有火气")}
SATISFACTION = {1: _("很不满意"), 2: _("不满意"), 3: _("一般"), 4: _("满意"), 5: _("很满意")}
CAUSES = {  # decide.visits.VisitReason
    "visit_open": _("没有化解，定期走访"),
    "visit_asked": _("有人要求回访"),
    "visit_callback": _("化解后的回访"),
    "visit_rolling": _("滚动回访"),
    "visit_uneasy": _("上次不踏实，提前"),
    "visit_hostile": _("上次有火气，尽快"),
    "visit_festival": _("过节前走一走"),
    "visit_anniversary": _("化解满周年"),
}
TABS = {"late": _("过期"), "week": _("七天内"), "later": _("之后"), "done": _("做过的")}
REFUSALS = {
    "visit_over": _("没有保存：{who} 已经在 {when} 记过这次回访"),
    "visit_gone": _("没有保存：这次回访已经不用做，纠纷变了"),
    "visit_day": _("没有保存：日期、时间还没有到，或者早于纠纷登记"),
    "visit_what": _("没有保存：还差一样，见到人没有"),
    "visit_mind": _("没有保存：还差一样，当事人现在的情绪"),
    "visit_satisfied": _("没有保存：还差一样，满意不满意"),
    "visit_outcome": _("没有保存：还差一样，化解落实得怎样"),
    "visit_why": _("没有保存：不满意、又闹、没有照办时，写一句为什么"),
    "visit_none": _("没有保存：你七天内要做的回访里没有编号 {number}，或者已经记过；看一眼编号再交"),
    "visit_several": _("没有保存：编号 {number} 对上 {count} 件，多写几位再交"),
    "visit_where": _("没有保存：位置要本人同意才记"),
    "visit_same_hand": _("没有保存：要求换人回访，不能交给原来处置的人"),
    "visit_nobody": _("没有保存：选的人不能做回访"),
    "visit_not_asked": _("没有保存：写一句为什么要回访"),
    "link_state": _("没有生成：化解以后、销号以前才请当事人自己答"),
    "link_party": _("没有生成：选的人不在这件纠纷里"),
    "link_gone": _("这个链接用过了，或者过期了。要补充请打派出所电话"),
}
EVENTS = {
    "visit_planned": ("calendar-plus", _("排了回访：{due}，{reason}")),
    "visit_made": ("home-check", _("回访：{way}，{outcome}，{mind}")),
    "visit_missed": ("phone-off", _("回访没有接通：{way}")),
    "visit_late": ("alert-triangle", _("回访过期，已报所长：{due}")),
    "visit_given": ("user-share", _("回访交给 {to}")),
    "visit_asked": ("message-plus", _("要求回访")),
    "visit_dropped": ("calendar-off", _("这次回访不用做了：{due}")),
    "visits_over": ("circle-check", _("连续三次平静，滚动回访结束")),
    "answer_asked": ("qrcode", _("请当事人自己答：{who}")),
    "answer_given": ("message-check", _("当事人自己答了：{outcome}，{satisfaction}")),
}
CODES = {
    "visit_planned": {"reason": CAUSES},
    "visit_made": {"way": WAYS, "outcome": OUTCOMES, "mind": MINDS},
    "visit_missed": {"way": WAYS},
    "answer_given": {"outcome": OUTCOMES, "satisfaction": {str(n): word for n, word in SATISFACTION.items()}},
}

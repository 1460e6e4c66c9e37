"""Words of petitions (信访工作条例)."""

from django.utils.translation import gettext_lazy as _

STAGES = {
    "received": _("等受理"), "accepted": _("办理中"), "declined": _("不予受理"), "answered": _("已答复"),
    "closed": _("已办结"),
}  # fmt: skip
TABS = {**STAGES, "late": _("超期"), "all": _("全部")}
SOURCES = {"visit": _("来访"), "letter": _("来信"), "online": _("网上"), "transferred": _("转送、交办")}
# ground → (words, article)
GROUNDS = {
    "legal_route": (_("应当走诉讼、仲裁、行政复议等程序"), "信访工作条例 31"),
    "not_ours": (_("不属于本机关职权"), "信访工作条例 23"),
    "discipline": (_("检举控告，归纪检监察机关"), "信访工作条例 22"),
    "final": (_("复核后以同一事实和理由再提"), "信访工作条例 36"),
}
RESULTS = {
    "supported": _("支持"), "explained": _("合理但缺乏法律依据，作解释说明"), "rejected": _("不予支持"),
}  # fmt: skip
REVIEWS = {1: _("复查"), 2: _("复核")}
OUTCOMES = {"upheld": _("维持"), "changed": _("改变"), "again": _("要求重新办理")}
ENDS = {"agreed": _("信访人书面同意"), "rested": _("过了申请复查、复核的期限"), "declined": _("已告知不予受理")}
REFUSALS = {
    "petition_none": _("没有保存：这件纠纷没有登记信访"),
    "petition_twice": _("没有保存：信访件编号 {number} 已经登记在 {dispute}"),
    "petition_decided": _("没有保存：这件已经决定过是否受理"),
    "petition_future": _("没有保存：日期还没有到"),
    "petition_too_early": _("没有保存：日期早于 {day:%Y-%m-%d}"),
    "petition_why": _("没有保存：还差一样，写明理由"),
    "petition_where": _("没有保存：还差一样，写明该向哪里提出（信访工作条例第 23 条）"),
    "petition_not_final": _("没有保存：同一事项没有复核过，不能以“再提”为由不受理（信访工作条例第 36 条）"),
    "petition_not_accepted": _("没有保存：还没有受理"),
    "petition_over": _("没有保存：这件已经答复或办结"),
    "petition_extended_before": _("没有保存：已经延长过 {days} 天，只能延长一次（信访工作条例第 34 条）"),
    "petition_days": _("没有保存：延长 1 到 {most} 天（信访工作条例第 34 条）"),
    "petition_overdue": _("没有保存：办理期限 {due:%Y-%m-%d} 已过，到期后不能再延长"),
    "petition_parts": _("没有保存：意见书要写请求、事实和理由、处理意见、依据，还差一样（信访工作条例第 32 条）"),
    "petition_not_answered": _("没有保存：还没有答复"),
    "petition_reviewed_twice": _("没有保存：已经复查、复核过（信访工作条例第 36 条）"),
    "petition_review_late": _("没有保存：申请期限到 {until:%Y-%m-%d}（信访工作条例第 35、36 条）"),
    "petition_no_review": _("没有保存：没有正在办的复查、复核"),
    "petition_in_review": _("没有保存：复查、复核还没有结果"),
    "petition_may_still_ask": _("没有保存：信访人还可以申请复查，到 {rests:%Y-%m-%d} 才能办结；书面同意的可以现在办结"),
    "petition_leader": _("没有保存：延长由负责人批准（信访工作条例第 34 条）"),
    "petition_choice": _("没有保存：选的一项不认识"),
}
EVENTS = {
    "petition_registered": ("mail", _("登记信访：{source}，{received_on} 收到")),
    "petition_accepted": ("mail-opened", _("受理信访")),
    "petition_declined": ("mail-off", _("不予受理信访：{ground}")),
    "petition_extended": ("calendar-plus", _("信访办理延长 {days} 天，到 {due}")),
    "petition_answered": ("mail-forward", _("答复信访：{result}")),
    "petition_review": ("scale", _("信访人申请{review}")),
    "petition_reviewed": ("scale", _("{review}结果：{outcome}")),
    "petition_closed": ("mail-check", _("信访办结：{how}")),
}
CODES = {
    "petition_registered": {"source": SOURCES},
    "petition_declined": {"ground": {code: word for code, (word, _a) in GROUNDS.items()}},
    "petition_answered": {"result": RESULTS},
    "petition_review": {"review": {str(n): word for n, word in REVIEWS.items()}},
    "petition_reviewed": {"review": {str(n): word for n, word in REVIEWS.items()}, "outcome": OUTCOMES},
    "petition_closed": {"how": ENDS},
}

"""What the pages of figures say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

GROUPS = (
    (_("化解"), ("resolution", "on_the_spot", "settled_by_elders", "first_time")),
    (_("不再起"), ("durable_30", "durable_90", "durable_180", "repeat_rate")),
    (_("再处置和时限"), ("second_handling", "backlog_success", "clocks_met", "hazards_righted")),
    (_("回访"), ("callbacks_reached", "callbacks_satisfied")),
    (_("部门应哨"), ("agency_answered",)),
    (_("民转刑"), ("escalations",)),
)
SPANS = {
    "month": _("本月"),
    "last_month": _("上月"),
    "quarter": _("本季"),
    "year": _("今年"),
    "days_90": _("近 90 天"),
    "days_365": _("近一年"),
    "own": _("自选"),
}
BY = {"place": _("按村居"), "type": _("按类型"), "month": _("按月")}
METHOD, AGENCY = {"method": _("按调解方式")}, {"agency": _("按单位")}
HEADS = {
    "place": _("村居"), "type": _("类型"), "month": _("登记的月份"), "method": _("调解方式"), "agency": _("单位"),
}  # fmt: skip
# which ways of looking a figure has beside place, type and month
SIDES = {
    "agency_answered": AGENCY,
    **dict.fromkeys(("resolution", "durable_30", "durable_90", "durable_180", "repeat_rate"), METHOD),
}
# what is counted, out of what
FORMULAS = {
    "resolution": (_("期末已化解的"), _("期内登记的纠纷，家庭暴力除外")),
    "on_the_spot": (_("一次处置当场化解的"), _("期内登记的纠纷，家庭暴力除外")),
    "settled_by_elders": (_("寻诊化解的"), _("期内登记的纠纷，家庭暴力除外")),
    "first_time": (_("一次处置、一次化解的"), _("期内登记、期末已化解的纠纷")),
    "durable_30": (_("30 天内没有重开、没有再报警的"), _("期内的化解，满 30 天的")),
    "durable_90": (_("90 天内没有重开、没有再报警的"), _("期内的化解，满 90 天的")),
    "durable_180": (_("180 天内没有重开、没有再报警的"), _("期内的化解，满 180 天的")),
    "repeat_rate": (_("以前报过警的"), _("期内有警情的纠纷")),
    "second_handling": (_("期末已化解的"), _("期内进入二次处置的纠纷")),
    "backlog_success": (_("期末已化解的"), _("期内未化解的信访积案")),
    "clocks_met": (_("按时完成的"), _("期内到期的时限")),
    "callbacks_reached": (_("问到当事人的"), _("期内到期的化解回访，一次化解一次；没问到算没到位")),
    "callbacks_satisfied": (_("满意、没有再闹、约定没有违背的"), _("期内到期的化解回访；没问到算不满意")),
    "escalations": (_("期内报警、经回看认定由纠纷转成的刑事案件"), ""),
    "agency_answered": (_("1 小时内签收的"), _("期内吹给各单位的哨，撤回和改派的不算")),
    "hazards_righted": (_("期限内消除的"), _("期内到期的隐患")),
}
# which own figure stands beside another office's, by a word of its name
BESIDE = {"八大类": "escalations", "八类": "escalations", "满意": "callbacks_satisfied"}
OUTSIDE_READERS = ("dispatcher", "chief", "bureau")
# which rows of a figure are listed
PARTS = {"in": _("计入"), "of": _("未计入"), "out": _("不算")}
# the settlements behind a point of a curve
HELD = {"flared": _("再起的"), "held": _("看满而没再起的"), "young": _("还没看这么久的")}
UNKNOWN = {"place": _("地点不明"), "type": _("未分类"), "method": _("没有调解过")}

REFUSALS = {"figures_month_runs": _("{month} 还没有过完，月底过后才能冻结")}

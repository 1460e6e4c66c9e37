"""What reports are made of, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# code of `rows.ROWS` → (name, its unit)
TOTALS = {
    "calls": (_("警情"), _("起")),
    "dispute_calls": (_("矛盾纠纷警情"), _("起")),
    "new": (_("新登记纠纷"), _("件")),
    "grave": (_("其中一级、二级"), _("件")),
    "settled": (_("化解"), _("件")),
    "reopened": (_("化解后重开"), _("件")),
    "second": (_("进入二次处置"), _("件")),
    "open": (_("期末未了"), _("件")),
    "late": (_("期末超时的时限"), _("项")),
    "callbacks": (_("回访"), _("次")),
    "pushes": (_("推送单位"), _("件")),
    "whistles": (_("吹哨"), _("件次")),
    "leads": (_("排查报来的纠纷线索"), _("条")),
    "hazards": (_("查出隐患"), _("处")),
    "activities": (_("志愿服务"), _("次")),
    "helped_volunteers": (_("志愿服务帮助"), _("人次")),
    "helped_posts": (_("驻村救助"), _("人次")),
    "helped_patrols": (_("接处警、巡查救助"), _("人次")),
    "crimes": (_("已知纠纷里的刑案"), _("起")),
}
SIDES = {"types": _("类型"), "places": _("村居"), "slots": _("时段"), "weekdays": _("星期")}
SETTLED = {"types-settled": _("类型：期末化解"), "places-settled": _("村居：期末化解"),
           "slots-settled": _("时段：期末化解"), "weekdays-settled": _("星期：期末化解")}  # fmt: skip
CALLS = {"slots-calls": _("时段：警情"), "weekdays-calls": _("星期：警情")}
TABLES = {"totals": _("总体"), "indicators": _("指标"), **SIDES, **SETTLED, **CALLS, "agencies": _("部门")}
# which own figure stands beside another office's, by a word of its name: (table, code)
BESIDE = {"八大类": ("totals", "crimes"), "八类": ("totals", "crimes"), "满意": ("indicators", "callbacks_satisfied")}
WEEKDAYS = {
    "1": _("星期一"), "2": _("星期二"), "3": _("星期三"), "4": _("星期四"), "5": _("星期五"), "6": _("星期六"),
    "7": _("星期日"),
}  # fmt: skip
UNKNOWN = {"types": _("未分类"), "places": _("地点不明")}
DISTRICT = _("全区")
PARTS = {"in": _("计入"), "of": _("未计入"), "out": _("不算")}

EVENTS = {
    "report_made": ("report-analytics", _("做出报告，第 {version} 版")),
    "report_taken": ("download", _("取出报告（{format}）")),
}
REFUSALS = {
    "report_runs": _("没有做：这一期到 {last} 才过完，过完再做"),
    "report_area": _("没有做：只能做自己辖区的报告，请换一个范围"),
    "report_again": _("没有做：别人同时在做同一份，请再按一次"),
}

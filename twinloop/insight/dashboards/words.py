"""What each role answers for, and what the dashboards say of it."""

from __future__ import annotations

from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from twinloop.decide.figures import Indicator
from twinloop.decide.words import say
from twinloop.insight.figures.words import GROUPS

ALL_FIGURES = tuple(code for _name, inside in GROUPS for code in inside)
# by role: (sums of `reports.rows.ROWS`, indicators); the first role that one holds decides, in this order
SHOWN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "bureau": (("calls", "dispute_calls", "new", "grave", "settled", "reopened", "open", "late"), ALL_FIGURES),
    "chief": (("calls", "dispute_calls", "new", "grave", "settled", "reopened", "open", "late"), ALL_FIGURES),
    "dispatcher": (
        ("calls", "dispute_calls", "new", "grave", "late", "pushes", "whistles"),
        ("clocks_met", "on_the_spot", "repeat_rate", "second_handling", "agency_answered", "escalations"),
    ),
    "community_officer": (
        ("new", "second", "settled", "reopened", "open", "late", "callbacks", "leads"),
        ("resolution", "first_time", "durable_90", "repeat_rate", "second_handling", "backlog_success", "clocks_met",
         "callbacks_reached", "callbacks_satisfied", "hazards_righted", "escalations"),
    ),
    "officer": (
        ("calls", "new", "settled", "reopened", "open", "late"),
        ("on_the_spot", "first_time", "durable_30", "repeat_rate", "clocks_met"),
    ),
    "auxiliary": (
        ("new", "open", "late", "leads", "helped_posts"),
        ("resolution", "repeat_rate", "clocks_met", "hazards_righted"),
    ),
    "mediator": (("open", "settled", "reopened"), ("resolution", "durable_30", "durable_90", "repeat_rate")),
    "agency": (("whistles",), ("agency_answered", "clocks_met")),
}  # fmt: skip
READERS = tuple(SHOWN)
SETTERS = ("chief", "bureau")
FIGURES = ("dispatcher", "community_officer", "chief", "bureau")  # who opens the page of all figures
# the fewer the better; of every other figure the more
AT_MOST = frozenset({"repeat_rate", "escalations"})
CALL_READERS = ("dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau")
CALLS = {"": _("全部警情"), "dispute": _("矛盾纠纷")}
MINE, DISTRICT = _("我看得到的"), _("全区")
MONTHS = {"12": _("近 12 个月"), "24": _("近 24 个月"), "60": _("近 60 个月")}

EVENTS = {"plan_set": ("target-arrow", _("定计划：{indicator} {value}"))}
CODES = {
    "plan_set": {"indicator": {code: lazy(lambda c: say(c, get_language() or ""), str)(code) for code in Indicator}}
}
REFUSALS = {
    "plan_area": _("没有保存：所长定本所的计划，全区的由分局定"),
    "plan_past": _("没有保存：计划从今天或以后起，过去的不改"),
    "plan_value": _("没有保存：占比写 0 到 100，件数不小于 0"),
    "plan_why": _("没有保存：还差一样，为什么这样定"),
}

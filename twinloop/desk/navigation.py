"""The one list of pages that the rail and 更多 offer. A page whose URL is not built in does not appear.

To add a page: an `Entry` here, nothing else. The order here is the order in the rail; a person sees the first
ten entries of their roles there (five on a phone), all of them under 更多.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrPromise

from twinloop.desk import alarms, words

RAIL, PHONE = 10, 5

ADMINS = ("security_admin", "system_admin")
POLICE = ("dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau")
FIELD = ("mediator", "volunteer", "grid_worker", "agency")
EVERYBODY = (*POLICE, *FIELD, *ADMINS, "auditor")


@dataclass(frozen=True)
class Entry:
    """`label` is for the rail (two characters), `title` for everywhere else. `count` asks how many wait there."""

    code: str
    label: StrPromise
    title: StrPromise
    icon: str
    url_name: str
    roles: tuple[str, ...]
    group: str = "work"
    count: Callable[[HttpRequest], int] | None = None
    in_rail: bool = True

    def url(self) -> str | None:
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return None


@dataclass(frozen=True)
class Link:
    """An entry as one viewer meets it."""

    code: str
    label: str
    title: str
    icon: str
    url: str
    current: bool
    group: str
    wide: bool = False  # not on phones
    count: int = 0
    in_rail: bool = True


ENTRIES: tuple[Entry, ...] = (
    Entry("today", pgettext_lazy("rail", "今日"), _("今日"), "home", "today", EVERYBODY),
    Entry("dashboard", pgettext_lazy("rail", "看板"), _("我的看板"), "dashboard", "dashboard", ("chief", "bureau")),
    Entry("board", pgettext_lazy("rail", "指挥"), _("指挥室"), "broadcast", "board", ("dispatcher", "chief")),
    Entry("intake", pgettext_lazy("rail", "接警"), _("接警登记"), "headset", "intake", ("dispatcher", "chief")),
    Entry("walk_in", pgettext_lazy("rail", "上门"), _("上门报警"), "door-enter", "intake_walk_in",
          ("officer", "community_officer", "auxiliary")),
    Entry("orders", pgettext_lazy("rail", "派单"), _("我的派单"), "route", "orders",
          ("officer", "community_officer", "auxiliary")),
    Entry("disputes", pgettext_lazy("rail", "纠纷"), _("矛盾纠纷"), "clipboard-list", "disputes", (*POLICE, *FIELD)),
    Entry("incidents", pgettext_lazy("rail", "警情"), _("警情"), "phone-incoming", "incidents", POLICE),
    Entry("repeats", pgettext_lazy("rail", "重复"), _("重复待认"), "copy", "repeats",
          ("dispatcher", "community_officer", "chief")),
    Entry("second", pgettext_lazy("rail", "二次"), _("二次处置"), "rotate-clockwise", "second",
          ("dispatcher", "community_officer", "chief")),
    Entry("escalations", pgettext_lazy("rail", "升级"), _("民转刑"), "alert-octagon", "escalations",
          ("dispatcher", "community_officer", "chief", "bureau"), in_rail=False),
    Entry("mediation", pgettext_lazy("rail", "调解"), _("调解"), "heart-handshake", "mediation",
          ("community_officer", "mediator", "chief")),
    Entry("owed", pgettext_lazy("rail", "履行"), _("履行"), "writing-sign", "owed",
          ("community_officer", "officer", "auxiliary", "mediator", "chief", "dispatcher", "bureau")),
    Entry("mediators", pgettext_lazy("rail", "调解员"), _("调解员"), "users", "mediators", (*POLICE, "mediator"),
          in_rail=False),
    Entry("whistles", pgettext_lazy("rail", "吹哨"), _("吹哨"), "speakerphone", "whistles",
          ("dispatcher", "agency", "chief", "bureau", "community_officer", "officer"), count=alarms.count),
    Entry("pushes", pgettext_lazy("rail", "推送"), _("推送、签收"), "share", "pushes",
          ("dispatcher", "community_officer", "chief", "bureau", "agency")),
    Entry("visits", pgettext_lazy("rail", "回访"), _("回访"), "phone-call", "visits",
          ("dispatcher", "officer", "community_officer", "auxiliary", "chief", "bureau")),
    Entry("follow", pgettext_lazy("rail", "随诊"), _("随诊 2+2"), "users-group", "follow", POLICE, in_rail=False),
    Entry("petitions", pgettext_lazy("rail", "信访"), _("信访积案"), "mail", "petitions", POLICE, in_rail=False),
    Entry("lead", pgettext_lazy("rail", "报线索"), _("报线索"), "alert-circle", "lead",
          ("officer", "community_officer", "auxiliary", "mediator", "volunteer", "grid_worker")),
    Entry("leads", pgettext_lazy("rail", "线索"), _("线索"), "inbox", "leads",
          ("dispatcher", "community_officer", "chief", "bureau")),
    Entry("activities", pgettext_lazy("rail", "志愿"), _("志愿活动"), "heart", "activities",
          ("volunteer", "grid_worker", "auxiliary", "community_officer", "dispatcher", "chief", "bureau")),
    Entry("posts", pgettext_lazy("rail", "驻村"), _("驻村"), "walk", "posts",
          ("community_officer", "auxiliary", "dispatcher", "chief", "bureau")),
    Entry("rotas", pgettext_lazy("rail", "排班"), _("排班表"), "calendar-event", "rotas",
          ("dispatcher", "chief", "bureau"), in_rail=False),
    Entry("my_rota", pgettext_lazy("rail", "我的"), _("我的排班"), "calendar-event", "my_rota", ("auxiliary",),
          in_rail=False),
    Entry("patrols", pgettext_lazy("rail", "巡查"), _("巡查"), "shield-search", "patrols", POLICE),
    Entry("hazards", pgettext_lazy("rail", "隐患"), _("隐患"), "traffic-cone", "hazards", POLICE),
    Entry("help_services", pgettext_lazy("rail", "救助"), _("救助服务"), "user-heart", "help_services", POLICE,
          in_rail=False),
    Entry("clear", pgettext_lazy("rail", "日清"), _("日清日结"), "list-check", "clear",
          ("dispatcher", "community_officer", "chief", "bureau")),
    Entry("progress", pgettext_lazy("rail", "进度"), _("责任民警进度表"), "table", "progress",
          ("officer", "community_officer", "auxiliary", "dispatcher", "chief", "bureau"), in_rail=False),
    Entry("wall", pgettext_lazy("rail", "上墙"), _("上墙"), "device-desktop", "wall",
          ("dispatcher", "chief", "bureau"), "figures"),
    Entry("day_hours", pgettext_lazy("rail", "时间"), _("日清时间"), "clock-cog", "day_hours",
          ("system_admin", "bureau"), "settings", in_rail=False),
    Entry("walls", pgettext_lazy("rail", "挂屏"), _("挂屏"), "device-tv", "walls", ("chief", "bureau"), "settings",
          in_rail=False),
    Entry("map", pgettext_lazy("rail", "地图"), _("地图"), "map-search", "map", POLICE, "figures"),
    Entry("map_settings", pgettext_lazy("rail", "底图"), _("地图设置"), "map-cog", "map_settings",
          ("system_admin", "bureau"), "settings", in_rail=False),
    Entry("dashboard_own", pgettext_lazy("rail", "看板"), _("我的看板"), "dashboard", "dashboard",
          ("dispatcher", "community_officer", "officer", "auxiliary", "mediator", "agency"), "figures", in_rail=False),
    Entry("indicators", pgettext_lazy("rail", "指标"), _("指标"), "chart-bar", "indicators",
          ("dispatcher", "community_officer", "chief", "bureau"), "figures"),
    Entry("assessment", pgettext_lazy("rail", "考核"), _("考核"), "award", "assessment", ("chief", "bureau"), "figures",
          in_rail=False),
    Entry("assessment_mine", pgettext_lazy("rail", "考核"), _("我的考核"), "award", "assessment_mine",
          ("dispatcher", "officer", "community_officer", "auxiliary", "mediator", "volunteer", "grid_worker", "agency"),
          "figures", in_rail=False),
    Entry("nominations", pgettext_lazy("rail", "评优"), _("评优推荐"), "medal", "nominations", ("chief", "bureau"),
          "figures", in_rail=False),
    Entry("assessment_scheme", pgettext_lazy("rail", "办法"), _("考核办法"), "adjustments", "assessment_scheme",
          ("bureau",), "settings", in_rail=False),
    Entry("reports", pgettext_lazy("rail", "报告"), _("研判报告"), "report-analytics", "reports",
          ("dispatcher", "community_officer", "chief", "bureau"), "figures", in_rail=False),
    Entry("judgements", pgettext_lazy("rail", "改判"), _("建议和改判"), "git-compare", "judgements",
          ("dispatcher", "chief", "bureau"), "figures", in_rail=False),
    Entry("notices", pgettext_lazy("rail", "通知"), _("通知"), "bell", "notices", EVERYBODY, in_rail=False),
    Entry("outbox", pgettext_lazy("rail", "发件"), _("发件箱"), "mail-forward", "outbox", ("system_admin",), "settings",
          in_rail=False),
    Entry("audit", pgettext_lazy("rail", "审计"), _("审计"), "eye-check", "audit", ("auditor",)),
    Entry("people", pgettext_lazy("rail", "人员"), _("人员"), "users", "people",
          ("dispatcher", "chief", "bureau", *ADMINS), "settings"),
    Entry("units", pgettext_lazy("rail", "单位"), _("单位"), "building", "units",
          ("dispatcher", "chief", "bureau", *ADMINS), "settings"),
    Entry("stations", pgettext_lazy("rail", "一室"), _("一室两队"), "building-community", "stations",
          ("dispatcher", "chief", "bureau"), "figures", in_rail=False),
    Entry("trainings", pgettext_lazy("rail", "训练"), _("训练"), "school", "trainings",
          ("dispatcher", "chief", "bureau"), "figures", in_rail=False),
    Entry("teams", pgettext_lazy("rail", "队伍"), _("队伍"), "users-group", "teams",
          (*POLICE, *ADMINS), "settings"),
    Entry("duties", pgettext_lazy("rail", "值班"), _("值班"), "calendar-user", "duties", POLICE, "settings"),
    Entry("leaves", pgettext_lazy("rail", "请假"), _("请假和代理"), "calendar-off", "leaves", POLICE, "settings"),
    Entry("imports", pgettext_lazy("rail", "导入"), _("导入"), "table-import", "imports",
          ("dispatcher", "bureau", "system_admin"), "settings"),
    Entry("places", pgettext_lazy("rail", "辖区"), _("辖区"), "map-2", "places", ("system_admin",), "settings"),
    Entry("competences", pgettext_lazy("rail", "主管"), _("主管表"), "building-community", "competences",
          ("system_admin", "bureau"), "settings", in_rail=False),
    Entry("clock_rules", pgettext_lazy("rail", "时限"), _("时限规则"), "clock-cog", "clock_rules",
          ("system_admin",), "settings"),
    Entry("holidays", pgettext_lazy("rail", "假日"), _("节假日"), "calendar-event", "holidays",
          ("system_admin",), "settings"),
    Entry("scorecard", pgettext_lazy("rail", "评分"), _("等级评分表"), "scoreboard", "settings_scorecard",
          ("system_admin", "bureau"), "settings", in_rail=False),
    Entry("weights", pgettext_lazy("rail", "权重"), _("派人权重"), "scale", "settings_weights",
          ("system_admin", "bureau"), "settings", in_rail=False),
    Entry("thresholds", pgettext_lazy("rail", "门槛"), _("提示门槛"), "adjustments", "settings_thresholds",
          ("system_admin", "bureau"), "settings", in_rail=False),
    Entry("mediation_thresholds", pgettext_lazy("rail", "调解"), _("调解门槛"), "adjustments-alt", "settings_mediation",
          ("system_admin", "bureau"), "settings", in_rail=False),
    Entry("types", pgettext_lazy("rail", "类型"), _("纠纷类型"), "category", "settings_types",
          ("system_admin", "bureau"), "settings", in_rail=False),
    Entry("search", pgettext_lazy("rail", "搜索"), _("搜索"), "search", "search", EVERYBODY, "mine"),
    Entry("sessions", pgettext_lazy("rail", "会话"), _("登录的设备"), "devices", "usersessions_list",
          EVERYBODY, "mine"),
    Entry("password", pgettext_lazy("rail", "密码"), _("改密码"), "key", "account_change_password", EVERYBODY, "mine"),
    Entry("two_steps", pgettext_lazy("rail", "两步"), _("两步登录"), "shield-lock", "mfa_index", EVERYBODY, "mine"),
    Entry("paper_templates", pgettext_lazy("rail", "模板"), _("文书模板"), "file-text", "paper_templates",
          ("system_admin",), "settings", in_rail=False),
    Entry("kit", pgettext_lazy("rail", "部件"), _("界面部件"), "components", "kit", ("system_admin",), "settings",
          in_rail=False),
)  # fmt: skip


def links(request: HttpRequest, roles: Iterable[str]) -> list[Link]:
    """Every page that the holder of `roles` may open, in order. Somebody without a role finds only their own pages."""
    held = frozenset(roles)
    found: list[Link] = []
    for entry in ENTRIES:
        own = entry.group == "mine" or entry.code == "today"
        url = entry.url() if own or not held.isdisjoint(entry.roles) else None
        if url is None:
            continue
        place = sum(link.in_rail and link.group != "mine" for link in found)
        found.append(
            Link(
                entry.code, str(entry.label), str(entry.title), entry.icon, url, _is_current(request.path, url),
                entry.group, wide=place >= PHONE, count=entry.count(request) if entry.count else 0,
                in_rail=entry.in_rail,
            )
        )  # fmt: skip
    return found


def rail(found: list[Link]) -> list[Link]:
    """What stands in the rail: all but one's own pages, which the user menu holds."""
    return [link for link in found if link.in_rail and link.group != "mine"][:RAIL]


def grouped(found: list[Link]) -> list[tuple[str, list[Link]]]:
    """For 更多: (name of the group, its links), empty groups left out."""
    groups = ((code, [link for link in found if link.group == code]) for code in words.GROUPS)
    return [(str(words.GROUPS[code]), inside) for code, inside in groups if inside]


def _is_current(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)

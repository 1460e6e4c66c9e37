"""What the wall and its screens say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# the panels in the order in which they turn; the codes are part of the address (?show=today,owed)
PANELS = {
    "today": _("今日警情"),
    "open": _("未了纠纷"),
    "owed": _("责任到人"),
    "callbacks": _("回访"),
    "agencies": _("吹哨报到"),
    "settled": _("化解与不反复"),
    "villages": _("驻村两天"),
    "map": _("地图"),
}
OTHER_PLACES = _("其他 {count} 个村居")
NOWHERE = _("地点不明")
NOBODY = _("未定人")
VILLAGE_STATES = {
    "met": _("已达标"),
    "on_course": _("照计划能达标"),
    "short": _("还差"),
    "missed": _("来不及了"),
}
TICKS = {
    "signed": pgettext_lazy("wall tick", "签收"),
    "arrived": pgettext_lazy("wall tick", "到场"),
    "settled": pgettext_lazy("wall tick", "化解"),
}
EVENTS = {
    "wall_made": ("device-tv", _("开了一块屏")),
    "wall_bound": ("device-tv", _("屏挂上了")),
    "wall_revoked": ("device-tv-off", _("屏停用了")),
}
REFUSALS = {
    "wall_station": _("所长只能给自己的派出所开屏"),
    "wall_unit": _("屏只能看全区，或看一个派出所"),
    "wall_named": _("这里已有一块叫“{name}”的屏"),
    "wall_link_spent": _("这个链接用过了：一个链接只绑一台设备，要换设备就另开一块屏"),
    "wall_link_over": _("这个链接过期了：开屏后 {days} 天内要在设备上打开，再开一块屏即可"),
    "wall_link_unknown": _("没有这个链接，或这块屏已停用"),
    "wall_gone": _("这块屏已经停用了"),
}

"""Words of the front desk: states of components, errors of forms, what each role finds on its first page."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LEVELS = {1: _("一级"), 2: _("二级"), 3: _("三级")}
CLOCKS = {"ok": _("按时"), "warn": _("临期"), "late": _("超时"), "paused": _("暂停"), "met": _("已完成")}
CLOCK_ICONS = {
    "ok": "clock", "warn": "alarm", "late": "alert-triangle", "paused": "player-pause", "met": "check"
}  # fmt: skip
SIDES = {
    "left": pgettext_lazy("clock", "剩"),
    "over": pgettext_lazy("clock", "超"),
    "took": pgettext_lazy("clock", "用时"),
    "paused": pgettext_lazy("clock", "停：%(why)s"),
}
NOTE_ICONS = {"": "info-circle", "warn": "alarm", "late": "alert-triangle"}

# by the code of the ValidationError: Django's own words are long; those of sign-in stand in people/adapter.py
WRONG = {
    "required": _("还没有填"),
    "password_too_short": _("至少 %(min_length)d 个字符"),
    "password_too_common": _("这个密码太常见"),
    "password_entirely_numeric": _("不能全是数字"),
    "password_too_similar": _("和姓名或警号太像"),
}

ERRORS = {
    400: (_("这个请求看不懂"), _("网址或提交的内容不完整。退回上一页再试一次。")),
    403: (_("这一页不归你看"), _("你的岗位没有这一页。需要的话，让安全管理员给你岗位。")),
    404: (_("没有这一页"), _("网址不对，或者它不在你能看的范围里。")),
    429: (_("试得太密了"), _("没有做成，过几分钟再来。已经保存的都在；急事请打 110。")),
    500: (_("我们这边出了错"), _("刚才的操作可能没有保存，回去看一眼再做。把下面的编号告诉系统管理员，能查到原因。")),
    503: (_("正在维护"), _("过几分钟再来。已经保存的都在。")),
}
MET = (_("刚好有人在改同一件"), _("你的这一次什么也没有改。退回上一页，再提交一次就好。"))
CSRF = (_("这一页放得太久了"), _("没有保存。回到上一页刷新，再提交一次。浏览器要允许 Cookie。"))

GROUPS = {"work": _("办事"), "figures": _("看数"), "settings": _("设置"), "mine": _("我的")}

# sign-in of the demo: which roles stand together
DEMO_GROUPS = (
    (_("指挥和看数"), ("dispatcher", "chief", "bureau")),
    (_("处警和社区"), ("officer", "community_officer", "auxiliary")),
    (_("调解和群防"), ("mediator", "volunteer", "grid_worker", "agency")),
    (_("管理和审计"), ("security_admin", "system_admin", "auditor")),
)
ROLE_ICONS = {
    "dispatcher": "broadcast", "officer": "route", "community_officer": "home-heart", "auxiliary": "walk",
    "mediator": "heart-handshake", "volunteer": "heart", "grid_worker": "grid-pattern",
    "agency": "speakerphone",
    "chief": "list-check", "bureau": "chart-bar", "auditor": "eye-check", "security_admin": "shield-lock",
    "system_admin": "server-cog",
}  # fmt: skip
# first match wins: Edge calls itself Chrome, Chrome calls itself Safari
BROWSERS = (
    ("Edg/", "Edge"),
    ("MicroMessenger", "微信"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip

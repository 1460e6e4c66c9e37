"""Words of notices."""

from django.utils.translation import gettext_lazy as _

OUTSIDE_STATES = {"waiting": "waiting", "queued": "queued", "never": "never"}
OUTSIDE = {"all": _("全部"), "urgent": _("只要紧急的"), "nothing": _("不要")}
KINDS = {"notices": _("通知"), "digest": _("摘要")}
LETTER_STATES = {"waiting": _("待发"), "sent": _("已发"), "dead": _("发不出去")}
ERRORS = {
    "unreachable": _("连不上网关"),
    "forbidden": _("地址不在允许的名单里"),
    "too_slow": _("网关没有按时回答"),
    "no_secret": _("没有设签名密钥"),
}
DIGEST = {"morning": _("早间摘要"), "evening": _("晚间摘要")}
REFUSALS = {
    "letter_not_dead": _("这封信不是发不出去的，不用重发"),
    "quiet_half": _("安静时段的开始和结束要一起填，或都不填"),
}

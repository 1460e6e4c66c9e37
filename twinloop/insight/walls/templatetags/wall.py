"""What only the wall draws: a clock in whole minutes, without a running second hand."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from twinloop.insight.walls.panels import Owing

register = template.Library()
ICONS = {"ok": "clock", "warn": "alarm", "late": "alert-triangle"}


@register.simple_tag
def wall_clock(one: Owing, at: datetime) -> SafeString:
    """剩 2时29分, 超 22分, as of the last look."""
    state = "late" if at >= one.due else "warn" if at >= (one.warn or one.due) else "ok"
    side = _("超 {time}") if state == "late" else _("剩 {time}")
    return format_html(
        '<span class="wall-chip" data-state="{}"><i class="ti ti-{}" aria-hidden="true"></i>{}</span>',
        state, ICONS[state], side.format(time=whole_minutes(abs((one.due - at).total_seconds()))),
    )  # fmt: skip


def whole_minutes(seconds: float) -> str:
    minutes = int(seconds // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return _("{days}天{hours}时").format(days=days, hours=hours)
    return (
        _("{hours}时{minutes:02d}分").format(hours=hours, minutes=minutes)
        if hours
        else _("{minutes}分").format(minutes=minutes)
    )

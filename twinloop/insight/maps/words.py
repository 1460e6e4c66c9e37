"""What the map and its settings say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

OF = {"disputes": _("纠纷"), "incidents": _("警情")}
WEEKS = {4: _("近 4 周"), 12: _("近 12 周"), 26: _("近半年"), 52: _("近一年")}
LEVELS = {1: _("一级"), 2: _("二级"), 3: _("三级")}

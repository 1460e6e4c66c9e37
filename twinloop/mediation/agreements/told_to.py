"""Promises that fall due or are broken tell the responsible officer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from twinloop.cases.told_to import link, owner
from twinloop.notices.telling import Telling

TOLD_TO = {
    "agreement_signed": Telling(_("协议生效"), "writing-sign", owner, link),
    "due_today": Telling(_("约定今天到期"), "alarm", owner, link),
    "due_late": Telling(_("约定过期，等你确认"), "alert-triangle", owner, link),
    "due_broken": Telling(_("约定没有履行"), "alert-circle", owner, link, is_urgent=True),
}

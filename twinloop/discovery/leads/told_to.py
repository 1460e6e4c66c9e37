"""A lead's answer goes to whoever reported it; a new one to the community officers is 今日's, not a notice's."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twinloop.discovery.leads.models import Lead
from twinloop.ledger.models import Event
from twinloop.notices.telling import Telling, key_of


def _reporter(event: Event) -> Iterable[int | None]:
    return Lead.objects.filter(pk=key_of(event)).values_list("reporter", flat=True)


def _link(event: Event) -> tuple[str, str]:
    return Lead.objects.values_list("number", flat=True).get(pk=key_of(event)), reverse("lead_mine")


TOLD_TO = {
    "lead_accepted": Telling(_("你报的线索已受理"), "circle-check", _reporter, _link),
    "lead_joined": Telling(_("你报的线索已并入在办的纠纷"), "git-merge", _reporter, _link),
    "lead_declined": Telling(_("你报的线索没有受理，看答复"), "message", _reporter, _link),
}

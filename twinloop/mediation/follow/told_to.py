"""A nomination tells the chiefs; a campaign its officer when it begins, officer and chiefs when it ends."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twinloop.cases.told_to import chiefs, link, owner
from twinloop.ledger.models import Event
from twinloop.notices.telling import Telling


def _to_campaign(event: Event) -> tuple[str, str]:
    return link(event)[0], reverse("follow_campaign", args=[event.data["campaign"]])


def _to_nomination(event: Event) -> tuple[str, str]:
    """Where the chief decides; events from before the key was kept lead to the dispute, which shows the way."""
    number, address = link(event)
    made = event.data.get("nomination")
    return number, reverse("follow_nomination", args=[made]) if made else address


def _ended(event: Event) -> Iterable[int | None]:
    return [*owner(event), *chiefs(event)]


TOLD_TO = {
    "follow_nominated": Telling(_("一件纠纷提名 2+2，等你定"), "flag", chiefs, _to_nomination),
    "campaign_started": Telling(_("2+2 队接手了一件纠纷"), "users-group", owner, _to_campaign),
    "campaign_ended": Telling(_("2+2 攻坚结束"), "flag-check", _ended, _to_campaign),
}

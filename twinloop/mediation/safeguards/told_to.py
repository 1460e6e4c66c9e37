"""Violence at home tells the responsible officer and the chief, and what was decided on the letter."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twinloop.cases.told_to import chiefs, link, owner
from twinloop.ledger.models import Event
from twinloop.notices.telling import Telling


def _case(event: Event) -> tuple[str, str]:
    number = link(event)[0]
    return number, reverse("safeguard", args=[number])


def _both(event: Event) -> Iterable[int | None]:
    return [*owner(event), *chiefs(event)]


TOLD_TO = {
    "safeguard_opened": Telling(_("按家庭暴力办：一天内告知和决定"), "shield", _both, _case, is_urgent=True),
    "letter_issued": Telling(_("出具了告诫书，两天内送达"), "file-alert", _both, _case),
    "letter_refused": Telling(_("不出具告诫书"), "file-x", _both, _case),
}

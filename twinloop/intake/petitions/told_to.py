"""The officer and the chief hear of a petition; the chief of an answer that the body above did not leave standing."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twinloop.cases.told_to import chiefs, link, owner
from twinloop.ledger.models import Event
from twinloop.notices.telling import Telling


def _case(event: Event) -> tuple[str, str]:
    number = link(event)[0]
    return number, reverse("petition", args=[number])


def _both(event: Event) -> Iterable[int | None]:
    return [*owner(event), *chiefs(event)]


TOLD_TO = {
    "petition_registered": Telling(_("登记了信访，十五天内决定是否受理"), "mail", _both, _case),
    "petition_extended": Telling(_("信访办理期限延长了"), "calendar-plus", owner, _case),
    "petition_review": Telling(_("信访人不服，申请复查或复核"), "scale", _both, _case),
    "petition_reviewed": Telling(_("复查或复核有了结果"), "scale", _both, _case),
}

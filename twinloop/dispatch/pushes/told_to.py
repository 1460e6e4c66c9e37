"""Letters to other units tell their liaisons, and the answers whoever sent them."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twinloop.dispatch.pushes.models import Push
from twinloop.ledger.models import Event
from twinloop.notices.telling import Telling, holders


def _push(event: Event) -> Push:
    return Push.objects.get(number=event.data["push"])


def _liaisons(event: Event) -> Iterable[int | None]:
    return holders(event, "agency", unit=_push(event).to_unit_id)


def _sender(event: Event) -> Iterable[int | None]:
    push = _push(event)
    return [push.sent_by_id or push.drafted_by_id]


def _link(event: Event) -> tuple[str, str]:
    push = _push(event)
    return push.number, reverse("push", args=[push.pk])


TOLD_TO = {
    "push_sent": Telling(_("推送给本单位，请签收"), "share", _liaisons, _link, is_urgent=True),
    "push_withdrawn": Telling(_("推送已撤回"), "arrow-back-up", _liaisons, _link),
    "push_replied": Telling(_("推送有了回复"), "message-reply", _sender, _link),
    "push_returned": Telling(_("推送被退回"), "arrow-back", _sender, _link, is_urgent=True),
}

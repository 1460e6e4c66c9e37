"""A whistle tells the agencies that it calls; their answers whoever blew it; heat everybody who must act on it."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twinloop.cases.told_to import chiefs, owner
from twinloop.ledger.models import Event
from twinloop.mediation.joint.models import GONE, Answer, Whistle
from twinloop.notices.telling import Telling, holders


def _whistle(event: Event) -> Whistle:
    return Whistle.objects.get(number=event.data["number"])


def _link(event: Event) -> tuple[str, str]:
    whistle = _whistle(event)
    return whistle.number, reverse("whistle", args=[whistle.pk])


def _to_board(event: Event) -> tuple[str, str]:
    """Liaisons open their items on the board; the whistle's own page is the police's."""
    return str(event.data["number"]), reverse("whistles")


def _called(event: Event) -> Iterable[int | None]:
    """The liaisons of every agency that still has its item."""
    units = Answer.objects.filter(whistle=_whistle(event)).exclude(state__in=GONE).values_list("unit", flat=True)
    return [pk for unit in units for pk in holders(event, "agency", unit=unit)]


def _one_called(event: Event) -> Iterable[int | None]:
    """The liaisons of the unit that the event names; of its successor where it was passed on."""
    units = Answer.objects.filter(
        whistle=_whistle(event), unit__name__in=[event.data.get("unit"), event.data.get("to")]
    )
    return [pk for unit in units.values_list("unit", flat=True) for pk in holders(event, "agency", unit=unit)]


def _blower(event: Event) -> Iterable[int | None]:
    return [_whistle(event).blown_by_id]


def _hot(event: Event) -> Iterable[int | None]:
    return [*holders(event, "dispatcher"), *chiefs(event), *owner(event)]


TOLD_TO = {
    "whistle_blown": Telling(_("吹哨叫到本单位"), "speakerphone", _called, _to_board, is_urgent=True),
    "whistle_stays": Telling(_("吹哨异议已裁定"), "gavel", _one_called, _to_board),
    "whistle_passed": Telling(_("吹哨已改派"), "gavel", _one_called, _to_board, is_urgent=True),
    "whistle_lead": Telling(_("吹哨换了牵头单位"), "arrows-exchange", _called, _to_board),
    "whistle_recalled": Telling(_("吹哨已撤回"), "arrow-back-up", _one_called, _to_board),
    "whistle_feedback": Telling(_("吹哨有了反馈"), "message", _blower, _link),
    "whistle_done": Telling(_("吹哨已办结"), "message-check", _blower, _link),
    "whistle_objected": Telling(_("吹哨有异议，等裁定"), "arrow-back", _blower, _link),
    "whistle_heated": Telling(_("纠纷升温，请研判"), "flame", _hot, _link, is_urgent=True),
}

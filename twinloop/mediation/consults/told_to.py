"""A joint session tells the agencies that it calls, its minutes those with a task, a task whoever convened it."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twinloop.ledger.models import Event
from twinloop.mediation.consults.models import Body, Consult, Task
from twinloop.notices.telling import Telling, holders


def _consult(event: Event) -> Consult:
    return Consult.objects.get(number=event.data["number"])


def _to_own(event: Event) -> tuple[str, str]:
    return str(event.data["number"]), reverse("consult_mine")


def _link(event: Event) -> tuple[str, str]:
    found = _consult(event)
    return found.number, reverse("consult", args=[found.pk])


def _called(event: Event) -> Iterable[int | None]:
    units = Body.objects.filter(consult=_consult(event), kind="agency", gone_at=None).values_list("unit", flat=True)
    return [pk for unit in units for pk in holders(event, "agency", unit=unit)]


def _tasked(event: Event) -> Iterable[int | None]:
    units = Task.objects.filter(consult=_consult(event), body__kind="agency").values_list("unit", flat=True).distinct()
    return [pk for unit in units for pk in holders(event, "agency", unit=unit)]


def _convener(event: Event) -> Iterable[int | None]:
    return [_consult(event).convened_by_id]


TOLD_TO = {
    "consult_convened": Telling(_("请本单位参加会诊"), "users-group", _called, _to_own),
    "consult_moved": Telling(_("会诊改了时间"), "calendar-event", _called, _to_own),
    "consult_minutes": Telling(_("会诊分给本单位的事"), "file-text", _tasked, _to_own),
    "consult_task_done": Telling(_("会诊分工办好了一条"), "checkbox", _convener, _link),
    "consult_task_cannot": Telling(_("会诊分工有一条办不了"), "circle-x", _convener, _link),
}

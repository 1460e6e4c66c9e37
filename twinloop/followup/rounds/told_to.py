"""A round that opens and a penalty that is owed tell the officer and the chief; a crime in a known quarrel all."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twinloop.cases.told_to import chiefs, link, owner
from twinloop.decide.workflow import Action
from twinloop.ledger.models import Event
from twinloop.notices.telling import Telling, holders


def _case(event: Event) -> tuple[str, str]:
    number = link(event)[0]
    return number, reverse("round", args=[number])


def _both(event: Event) -> Iterable[int | None]:
    return [*owner(event), *chiefs(event)]


def _above(event: Event) -> Iterable[int | None]:
    return [*owner(event), *chiefs(event), *holders(event, "bureau")]


def _taker(event: Event) -> Iterable[int | None]:
    return [event.data.get("to_account")]


def _escalated(event: Event) -> tuple[str, str]:
    return link(event)[0], reverse("escalation", args=[event.data["escalation"]])


TOLD_TO = {
    Action.OPEN_REVIEW.value: Telling(_("进入二次处置，等研判"), "report-search", _both, _case),
    "round_handed": Telling(_("一件二次处置的纠纷归你负责"), "user-share", _taker, _case),
    "penalty_owed": Telling(_("当天应转处罚"), "gavel", _both, _case, is_urgent=True),
    "penalty_late": Telling(_("当天没有转处罚"), "alert-triangle", _both, _case, is_urgent=True),
    "penalty_decision": Telling(_("处罚决定已作出，纠纷还要跟"), "gavel", owner, _case),
    "escalation_marked": Telling(_("疑似民转刑"), "alert-octagon", _above, _escalated, is_urgent=True),
    "escalation_reviewed": Telling(_("民转刑已复盘"), "report-search", _above, _escalated),
}

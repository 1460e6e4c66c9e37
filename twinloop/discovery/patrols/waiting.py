"""What waits for the first page: the day's visits still to be made, hazards that are due or to be looked at again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from twinloop.cases.waiting import Waiting
from twinloop.decide.clocks import CHINA, day_end
from twinloop.discovery.patrols import queries
from twinloop.edge.masks import mask_text
from twinloop.ledger.sight import Scope


def waiting(scope: Scope, *, at: datetime, most: int) -> Iterator[Waiting]:
    """For the police alone: their own planned visits, and hazards of theirs (of the whole area for who keeps it)."""
    if not scope.has(*queries.POLICE):
        return
    today = at.astimezone(CHINA).date()
    for one in queries.due_on(today, scope, mine=True)[:most]:
        if one.visit is None and not scope.sees_all:
            url = reverse("patrol_visit", args=[one.spot.pk])
            yield Waiting(
                _("巡查"),
                one.spot.name,
                "",
                url,
                str(one.spot.place),
                day_end(today),
                kind=_("巡查"),
                clock=_("今天去"),
            )
    found = queries.hazards(scope).filter(Q(state="open", deadline__lte=today) | Q(state="rectified"))
    if not scope.has("chief", "community_officer"):
        found = found.filter(by__in=scope.accounts)
    for hazard in found.select_related("place").order_by("deadline", "pk")[:most]:
        verb = _("复查") if hazard.state == "rectified" else _("催改")
        yield Waiting(
            verb,
            mask_text(hazard.text)[:60],
            hazard.number,
            reverse("hazard", args=[hazard.pk]),
            str(hazard.place),
            day_end(hazard.deadline),
            kind=_("隐患"),
            clock=_("整改"),
        )

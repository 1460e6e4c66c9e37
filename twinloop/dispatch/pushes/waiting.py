"""What waits in pushes for the first page: letters that are due, answers that are owed, what came back."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from twinloop.cases.models import Dispute
from twinloop.cases.waiting import Waiting
from twinloop.decide.clocks import CHINA, day_end
from twinloop.dispatch.pushes import queries, showing
from twinloop.ledger.sight import Scope


def waiting(scope: Scope, *, most: int) -> Iterator[Waiting]:
    """For a liaison: sign and answer. For the police: send what is due, go on with what was sent back."""
    if queries.is_agency(scope):
        yield from _owed_by_unit(scope, most)
    elif scope.has(*queries.SENDERS):
        yield from _unsent(scope)
        yield from _returned(scope, most)


def _owed_by_unit(scope: Scope, most: int) -> Iterator[Waiting]:
    found = queries.visible(scope).filter(state__in=["sent", "received"]).select_related("to_unit")
    for row in showing.rows(list(found.order_by("pk")[:most]), scope):
        if row.clock and row.clock.due_at:
            push = row.push
            yield Waiting(
                row.verb,
                push.title,
                push.number,
                reverse("push", args=[push.pk]),
                "",
                row.clock.due_at,
                level=push.level,
                clock=row.clock_word,
                warn=row.clock.warn_at,
            )


def _unsent(scope: Scope) -> Iterator[Waiting]:
    mine = not scope.has("dispatcher", "chief")
    for one in queries.owed(scope, mine=mine):
        number = one.dispute.number
        yield Waiting(
            _("推送"),
            one.title,
            number,
            reverse("push_new", args=[number]),
            str(one.dispute.place or ""),
            one.due,
            level=one.dispute.level or 2,
            clock=_("推送"),
            warn=one.warn,
        )


def _returned(scope: Scope, most: int) -> Iterator[Waiting]:
    """What came back and nobody goes on with; everybody whose dispute it is, and the desks, until somebody does."""
    found = queries.visible(scope).filter(state="returned", taken_at__isnull=True).select_related("to_unit")
    if not scope.has("dispatcher", "chief"):
        own = Q(owner__in=scope.accounts) | Q(leader__in=scope.accounts)
        found = found.filter(Exists(Dispute.objects.filter(own, pk=OuterRef("dispute_id"))))
    for push in found.order_by("returned_at")[:most]:
        assert push.returned_at is not None
        day = push.returned_at.astimezone(CHINA).date()
        what = _("%(unit)s退回：%(why)s") % {"unit": push.to_unit, "why": push.returned_why[:60]}
        yield Waiting(
            _("接办"),
            what,
            push.number,
            reverse("push", args=[push.pk]),
            "",
            day_end(day),
            level=push.level,
            clock=_("当天研判"),
        )

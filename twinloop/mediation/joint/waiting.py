"""What waits in whistles for the first page: for an agency its items; for the police what heats up, what an arbiter
decides, what is late and has climbed to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.models import Clock
from twinloop.cases.waiting import Waiting
from twinloop.decide.clocks import CHINA, day_end
from twinloop.ledger.sight import Scope
from twinloop.mediation.joint import queries, showing
from twinloop.mediation.joint.models import OPEN, Heat

AT_ONCE = timedelta(minutes=10)  # as a chief is told of level 1 (domain.md §4)
# whom a late clock reached: the command room sees all of it, the others what climbed to them
CLIMBED = {"chief": ("rung_chief", "rung_bureau"), "bureau": ("rung_bureau",)}


def waiting(scope: Scope, *, at: datetime, most: int) -> Iterator[Waiting]:
    if queries.is_agency(scope):
        yield from _owed_by_unit(scope, at, most)
        return
    if scope.has(*queries.TAKERS):
        for heat in queries.hot(scope, most=most):
            yield _hot(heat)
    if scope.has(*queries.ARBITERS):
        yield from _objected(scope, most)
    if scope.has("dispatcher", *CLIMBED):
        yield from _late(scope, at, most)


def _owed_by_unit(scope: Scope, at: datetime, most: int) -> Iterator[Waiting]:
    found = queries.dressed(queries.answers(scope).filter(state__in=OPEN)).order_by("sent_at", "pk")
    for one in showing.cards(list(found[:most]), scope, at=at):
        if one.clock and one.clock.due_at:
            yield Waiting(
                one.verb,
                one.whistle.title,
                one.whistle.number,
                one.url,
                "",
                one.clock.due_at,
                level=one.whistle.level or 3,
                clock=one.clock_word,
                warn=one.clock.warn_at,
            )


def _hot(heat: Heat) -> Waiting:
    said = _("、").join(heat.get_signs()) or heat.text[:40]
    what = _("升温：%(said)s") % {"said": said}
    return Waiting(
        _("接办"),
        what,
        heat.whistle.number,
        reverse("whistle", args=[heat.whistle_id]),
        str(heat.dispute.place or ""),
        heat.at + AT_ONCE,
        level=1,
        clock=_("升温"),
        warn=heat.at,
    )


def _objected(scope: Scope, most: int) -> Iterator[Waiting]:
    """The same day: until it is decided the first agency goes on alone."""
    for one in queries.objections(scope).filter(decision="", answer__state__in=OPEN).order_by("at")[:most]:
        day = one.at.astimezone(CHINA).date()
        what = _("%(unit)s提异议：%(ground)s") % {"unit": one.answer.unit, "ground": one.get_ground_display()}
        yield Waiting(
            _("裁定"),
            what,
            one.answer.whistle.number,
            reverse("whistle_objection", args=[one.pk]),
            "",
            day_end(day),
            level=one.answer.whistle.level or 3,
            clock=_("当天裁定"),
        )


def _late(scope: Scope, at: datetime, most: int) -> Iterator[Waiting]:
    late = Clock.objects.filter(RUNNING, due_at__lte=at, subject__startswith="answer:")
    if not scope.has("dispatcher"):
        late = late.filter(rung__in={rung for role in scope.roles for rung in CLIMBED.get(role, ())})
    keys = [int(subject.removeprefix("answer:")) for subject in late.values_list("subject", flat=True)[:most]]
    if not keys:
        return
    found = queries.dressed(queries.answers(scope).filter(pk__in=keys, state__in=OPEN))
    for one in showing.cards(list(found), scope, at=at):
        if one.clock and one.clock.due_at:
            what = f"{one.answer.unit} · {one.whistle.title}"
            yield Waiting(
                one.verb,
                what,
                one.whistle.number,
                reverse("whistle", args=[one.answer.whistle_id]),
                "",
                one.clock.due_at,
                level=one.whistle.level or 3,
                clock=one.clock_word,
                warn=one.clock.warn_at,
            )

"""What waits for a person: running clocks of their disputes, orders and incidents, for the first page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from twinloop.cases import finding
from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.listing import NEXT
from twinloop.cases.models import Clock
from twinloop.cases.queries import shown_type_names
from twinloop.cases.telling import language
from twinloop.decide.clocks import RuleCode
from twinloop.decide.words import say
from twinloop.edge.masks import headline, mask_text
from twinloop.ledger.sight import Scope

OF_AN_ORDER = 4  # limits at most: signed, on the spot, first and final feedback


@dataclass(frozen=True)
class Waiting:
    """One row of 今日, as every room tells it. `kind`, `clock`, `act`: "" is the room's usual word.

    `warn`: due soon from then on; None is not before it is due. `level`: None where nothing has been graded yet.
    """

    verb: str
    what: str
    number: str
    url: str
    place: str
    due: datetime
    level: int | None = None
    kind: str = ""
    clock: str = ""
    warn: datetime | None = None
    act: str = ""


def waiting(scope: Scope, *, most: int) -> Iterator[Waiting]:
    """The soonest `most` clocks of the holder of `scope` and of those whom they stand in for. Two queries.

    An order is one thing to do, however many limits it has: the soonest stands for it.
    """
    mine = Q(owner__in=scope.accounts) | Q(owner__isnull=True, dispute__owner__in=scope.accounts)
    found = Clock.objects.filter(RUNNING, mine, due_at__isnull=False).order_by("due_at", "pk")
    clocks = list(found.select_related("dispute__place", "incident__place")[: most * OF_AN_ORDER])
    first: dict[int | None, int] = {clock.order_id: clock.pk for clock in reversed(clocks) if clock.order_id}
    clocks = [clock for clock in clocks if first.get(clock.order_id, clock.pk) == clock.pk][:most]
    names, lang = shown_type_names() if clocks else {}, language()
    for clock in clocks:
        yield _row(clock, names, lang, to_order=scope.has("officer", "auxiliary", "community_officer"))


def _row(clock: Clock, names: dict[str, str], lang: str, *, to_order: bool) -> Waiting:
    dispute, word = clock.dispute, say(RuleCode(clock.rule), lang)
    thing = dispute or clock.incident
    assert thing is not None and clock.due_at is not None  # noqa: PT018 (the table's own CHECK; filtered above)
    case = finding.url("dispute" if dispute else "incident", thing.number)
    return Waiting(
        verb=str(NEXT.get(dispute.state, "")) if dispute else pgettext("next", "处理"),
        what=mask_text(dispute.title) if dispute else headline(clock.incident.narrative),  # type: ignore[union-attr]
        number=thing.number,
        url=(finding.url("order", clock.order_id) if to_order and clock.order_id and clock.owner_id else "") or case,
        place=str(thing.place or ""),
        kind=names.get(dispute.type_code, "") if dispute else _("警情"),
        clock=word,
        due=clock.due_at,
        warn=clock.warn_at,
        act=_("去办"),
        level=dispute.level if dispute else None,
    )

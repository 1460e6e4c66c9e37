"""One call on the board: its text, what was said of it, who could go or who has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from twinloop.cases import visibility
from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.models import Clock, Dispute, Feedback, Incident, IncidentLink, Order
from twinloop.cases.queries import shown_type_names
from twinloop.cases.words import CHANNELS
from twinloop.dispatch.orders.queries import board, suggesting
from twinloop.dispatch.orders.queries.suggesting import Suggested
from twinloop.edge.masks import mask_address, mask_text
from twinloop.ledger.sight import Scope
from twinloop.triage import repeats_queue, spoken
from twinloop.triage.models import Judgement
from twinloop.triage.repeats_queue import Row as RepeatRow

UNDO = timedelta(seconds=10)
ALIKE, EARLIER = 2, 4  # shown of each


@dataclass(frozen=True)
class Said:
    """One judgement as a row: what it says, how sure, why, and who confirmed it ("" = nobody yet)."""

    code: str
    what: str
    headline: str
    sure: float | None
    reasons: Sequence[str]
    points: Sequence[tuple[int, str, str]]
    by: str


@dataclass(frozen=True)
class Earlier:
    """Another call of the same quarrel, and what became of it."""

    number: str
    at: datetime
    text: str
    ended: str


@dataclass(frozen=True)
class Called:
    """`suggested` where the call waits; `order` where somebody has it, with the clock that runs out first."""

    incident: Incident
    title: str
    text: str
    address: str
    place: str
    channel: str
    caller: str
    level: int
    guess: bool
    kind: str
    flags: Sequence[str]
    dispute: Dispute | None
    said: Sequence[Said]
    alike: Sequence[RepeatRow]
    earlier: Sequence[Earlier]
    before: Sequence[tuple[datetime, str, str]]
    suggested: Suggested | None = None
    order: Order | None = None
    clock: Clock | None = None
    feedbacks: Sequence[Feedback] = field(default_factory=tuple)
    redo: str = ""
    dismissed: str = ""


def called(scope: Scope, number: str, *, at: datetime) -> Called | None:
    """The call, or None where the viewer may not see it."""
    incident = board.one(scope, number, at=at)
    if incident is None:
        return None
    orders: list[Order] = incident.sent_orders  # type: ignore[attr-defined]
    last = orders[0] if orders else None
    waits = board.waiting(scope, at=at).filter(pk=incident.pk).exists()
    without = [o.to_account_id for o in orders if o.to_account_id and (o.state == "returned" or hasattr(o, "silence"))]
    suggested = suggesting.for_incident(incident, at=at, without=without)[0] if waits else None
    level, guess = board.level_of(incident)
    dispute = board.dispute_of(incident)
    dismissal = getattr(incident, "dismissal", None)
    return Called(
        incident=incident,
        title=mask_text(dispute.title)
        if dispute
        else f"{incident.place or ''} {board.kind_of(incident, shown_type_names())}",
        text=mask_text(incident.narrative),
        address=mask_address(incident.address),
        place=board.place_of(incident),
        channel=str(CHANNELS[incident.channel]),
        caller="" if incident.caller_is_confidential and not scope.sees_all else incident.caller_name_masked,
        level=level,
        guess=guess,
        kind=board.kind_of(incident, shown_type_names()),
        flags=board.flags_of(incident),
        dispute=dispute,
        said=_said(incident),
        alike=_alike(scope, incident),
        earlier=_earlier(scope, incident, dispute),
        before=_before(orders),
        suggested=suggested,
        order=None if waits else last,
        clock=_clock(last) if last and not waits else None,
        feedbacks=_feedbacks(incident),
        redo=board.redo_of(last) if waits else "",
        dismissed=dismissal.get_reason_display() if dismissal else "",
    )


def _clock(order: Order) -> Clock | None:
    return Clock.objects.filter(RUNNING, order=order, due_at__isnull=False).order_by("due_at").first()


def _feedbacks(incident: Incident) -> list[Feedback]:
    found = list(Feedback.objects.filter(incident=incident).select_related("by").order_by("at"))
    for one in found:
        one.text = mask_text(one.text)
    return found


def _said(incident: Incident) -> list[Said]:
    """The newest suggestion of each kind, with the person who spoke after it."""
    newest: dict[str, Judgement] = {}
    people: dict[str, Judgement] = {}
    for row in (
        Judgement.objects.filter(incident=incident, what__in=["sorting", "level"]).select_related("by").order_by("id")
    ):
        (people if row.by_id else newest)[row.what] = row
    found = []
    for what, row in sorted(newest.items(), reverse=True):
        person = people.get(what)
        found.append(_row(row, incident, str(person.by) if person else ""))
    return found


def _alike(scope: Scope, incident: Incident) -> list[RepeatRow]:
    """Earlier calls that may be of the same quarrel, the likeliest first, until a person has said so or not."""
    found = list(repeats_queue.listed(scope, "open").filter(incident=incident)[:ALIKE])
    return repeats_queue.rows(found, scope) if found else []


def _earlier(scope: Scope, incident: Incident, dispute: Dispute | None) -> list[Earlier]:
    """Other calls of its quarrel, the newest first."""
    if dispute is None:
        return []
    final = Feedback.objects.filter(incident=OuterRef("pk"), is_final=True).order_by("-at").values("text")[:1]
    links = IncidentLink.objects.filter(dispute=dispute, unlinked_at__isnull=True).values("incident")
    rows = visibility.incidents(scope).filter(pk__in=links).exclude(pk=incident.pk).annotate(ended=Subquery(final))
    return [
        Earlier(row.number, row.received_at, mask_text(row.narrative)[:60], mask_text(row.ended or ""))
        for row in rows.order_by("-received_at")[:EARLIER]
    ]


def _row(row: Judgement, incident: Incident, by: str) -> Said:
    answer: dict[str, Any] = row.answer
    word = str(row.get_what_display())
    if row.what == "level":
        points = [(int(p), spoken.said(fact), "") for p, fact in answer.get("lines", [])]
        headline = _("%(points)s 分") % {"points": answer.get("points", 0)}
        return Said(row.what, word, headline, None, (), points, by)
    code = answer.get("type", "")
    headline = f"{code} {shown_type_names().get(code, '')}".strip() or str(answer.get("kind", ""))
    if incident.reported_type and incident.reported_type != code:  # the desk has said another
        who = by or str(incident.registered_by or "")
        return Said(row.what, word, board.kind_of(incident, shown_type_names()), None, [_("登记时定的")], (), who)
    if not by and incident.reported_type:  # the desk took what was suggested
        by = str(incident.registered_by or "")
    if answer.get("abstained"):
        return Said(row.what, word, _("分不清，要人来定"), None, [spoken.said(answer.get("doubt", ""))], (), by)
    return Said(row.what, word, headline, answer.get("confidence"), spoken.all_said(row.reasons[:3]), (), by)


def _before(orders: Sequence[Order]) -> list[tuple[datetime, str, str]]:
    """Earlier orders of this call, oldest first: when, what became of them, who."""
    return [(o.sent_at, o.get_state_display(), str(o.to_account or o.to_unit or "")) for o in reversed(orders)]


def just_sent(by: int, *, at: datetime) -> Order | None:
    """What the dispatcher sent a moment ago and can still call back."""
    found = Order.objects.filter(sent_by=by, state="sent", sent_at__gt=at - UNDO, sent_at__lte=at)
    return found.select_related("to_account", "to_unit", "incident").order_by("-id").first()

"""Who reads a joint session, its bodies and tasks; what stands on the same file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from twinloop.cases import visibility
from twinloop.cases.models import Dispute
from twinloop.ledger.sight import Scope
from twinloop.mediation.agreements.models import Agreement
from twinloop.mediation.consults.models import Body, Consult, Task
from twinloop.mediation.joint import competence
from twinloop.mediation.joint.models import GONE, Answer
from twinloop.mediation.joint.queries import BLOWERS, POLICE
from twinloop.mediation.sessions.models import Mediation
from twinloop.people.models import Account, Unit

READERS = (*POLICE, "mediator")
CONVENERS = BLOWERS  # whoever may whistle
WRITERS = (*BLOWERS, "mediator")  # the lead mediator writes minutes too


def _own(scope: Scope) -> Q:
    """Of the viewer's agency."""
    return Q(unit__in=Account.objects.filter(pk__in=scope.accounts).values("unit"))


def visible(scope: Scope) -> QuerySet[Consult]:
    """Police and mediators who see the dispute."""
    if scope.sees_all:
        return Consult.objects.all()
    if not scope.has(*READERS):
        return Consult.objects.none()
    return Consult.objects.filter(Exists(visibility.disputes(scope).filter(pk=OuterRef("dispute_id"))))


def own_bodies(scope: Scope) -> QuerySet[Body]:
    """An agency's seats at joint sessions: its own, nothing of the others."""
    if not scope.has("agency"):
        return Body.objects.none()
    return Body.objects.filter(_own(scope), kind="agency", gone_at=None).select_related("consult", "answer")


def tasks(scope: Scope) -> QuerySet[Task]:
    """What may be ended by whoever looks: the police those of disputes that they see, an agency its own."""
    if scope.sees_all:
        return Task.objects.all()
    seen = Q(pk__in=[])
    if scope.has(*WRITERS):
        seen |= Q(Exists(visibility.disputes(scope).filter(pk=OuterRef("dispute_id"))))
    if scope.has("agency"):
        seen |= _own(scope)
    return Task.objects.filter(seen).select_related("consult", "body")


def of(dispute: Dispute, scope: Scope) -> list[Consult]:
    """Newest first."""
    return list(visible(scope).filter(dispute=dispute).select_related("session").order_by("-starts_at", "-pk"))


def on_table(consult: Consult) -> list[Body]:
    """The bodies that sit there, the lead first, each with its item as it stands now."""
    found = consult.bodies.filter(gone_at=None).select_related("answer__whistle", "unit")
    return sorted(found, key=lambda body: (body.part != "lead", body.pk))


def invited(dispute: Dispute, at: datetime) -> list[competence.Offer]:
    """Agencies for the form: those called already first, then as the table suggests."""
    return sorted(competence.offers(dispute, at=at), key=lambda one: one.unit.pk not in called(dispute))


def called(dispute: Dispute) -> dict[int, Answer]:
    """Agencies with an item of this dispute, by key."""
    found = Answer.objects.filter(dispute=dispute).exclude(state__in=GONE).select_related("unit", "whistle")
    return {one.unit_id: one for one in found.order_by("pk")}


def lead_of(dispute: Dispute) -> Unit | None:
    """Who leads the newest whistle."""
    leads = sorted((one.pk, one.unit) for one in called(dispute).values() if one.part == "lead")
    return leads[-1][1] if leads else None


@dataclass(frozen=True)
class Track:
    """One mediation of the dispute, whichever track; and the agreement that came of it."""

    mediation: Mediation
    paper: Agreement | None


def tracks(dispute: Dispute) -> Sequence[Track]:
    """Police, people's, judicial and sector mediation on one file, oldest first. Two queries."""
    papers = {one.track: one for one in dispute.agreements.exclude(state="void").order_by("pk")}
    found = dispute.mediations.select_related("lead").order_by("opened_at", "pk")
    return [Track(one, papers.get(one.track)) for one in found]


def owed(scope: Scope, *, today: date, most: int) -> list[Task]:
    """For the first page: an agency's tasks that are open; for whoever convened, those whose day is over."""
    found = tasks(scope).filter(state="open")
    if not scope.has("agency"):
        found = found.filter(due_on__lt=today, consult__convened_by__in=scope.accounts)
    return list(found.order_by("due_on", "pk")[:most])


def unwritten(scope: Scope, *, at: datetime, most: int) -> list[Consult]:
    """Convened by the viewer, over, and without minutes."""
    found = visible(scope).filter(minutes_at=None, ends_at__lte=at, convened_by__in=scope.accounts)
    return list(found.order_by("ends_at")[:most])

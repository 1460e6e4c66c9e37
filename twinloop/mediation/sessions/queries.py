"""Which mediations and sessions a viewer may read, and what was held before."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from twinloop.cases import visibility
from twinloop.cases.models import Dispute
from twinloop.decide.clocks import CHINA
from twinloop.ledger.sight import Scope
from twinloop.mediation.sessions.models import Mediation, Seat, Session

READERS = ("dispatcher", "officer", "community_officer", "auxiliary", "mediator", "chief", "bureau")
WRITERS = ("officer", "community_officer", "auxiliary", "mediator", "chief")  # arrange, invite, record
LIVE = ("open", "agreed")
HELD = ("agreed", "again", "failed")  # outcomes of sessions at which people sat together


def visible(scope: Scope) -> QuerySet[Mediation]:
    """Mediations of the disputes that the viewer sees; nobody outside police and mediators."""
    if scope.sees_all:
        return Mediation.objects.all()
    if not scope.has(*READERS):
        return Mediation.objects.none()
    return Mediation.objects.filter(Exists(visibility.disputes(scope).filter(pk=OuterRef("dispute_id"))))


def sessions(scope: Scope) -> QuerySet[Session]:
    return Session.objects.filter(mediation__in=visible(scope))


def live(dispute: Dispute | int) -> Mediation | None:
    """The one that is going on; the database allows no second."""
    pk = dispute if isinstance(dispute, int) else dispute.pk
    return Mediation.objects.filter(dispute=pk, state__in=LIVE).select_related("lead__account", "dispute").first()


def seats(session: Session) -> list[Seat]:
    return list(session.mediators.select_related("mediator__account__unit"))


def held_before(session: Session) -> list[date]:
    """Days of the sessions of the same mediation at which people sat together, oldest first."""
    before = Session.objects.filter(mediation=session.mediation_id, outcome__in=HELD).exclude(pk=session.pk)
    return sorted(one.period.lower.astimezone(CHINA).date() for one in before)

"""A mediation tells who leads it; a session all mediators who sit there."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from twinloop.cases.told_to import link
from twinloop.ledger.models import Event
from twinloop.mediation.sessions.models import Mediation, Session
from twinloop.notices.telling import Telling


def _lead(event: Event) -> Iterable[int | None]:
    return Mediation.objects.filter(pk=event.data["mediation"]).values_list("lead__account", flat=True)


def _to_mediation(event: Event) -> tuple[str, str]:
    return link(event)[0], reverse("mediation_one", args=[event.data["mediation"]])


def _sitting(event: Event) -> Iterable[int | None]:
    session = Session.objects.select_related("mediation__lead").get(pk=event.data["session"])
    return [session.mediation.lead.account_id, *session.mediators.values_list("mediator__account", flat=True)]


def _to_session(event: Event) -> tuple[str, str]:
    session = Session.objects.get(pk=event.data["session"])
    return link(event)[0], reverse("mediation_one", args=[session.mediation_id])


TOLD_TO = {
    "mediation_chosen": Telling(_("请你主持调解"), "heart-handshake", _lead, _to_mediation),
    "session_planned": Telling(_("约了调解会，请按时到"), "calendar-event", _sitting, _to_session),
}

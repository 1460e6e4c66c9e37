"""A report gets its dispute: a new one, or one that a person chose. Who was named becomes a party there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from twinloop.cases import actions as cases
from twinloop.cases import sealing
from twinloop.cases.actions.clocking import RUNNING
from twinloop.cases.models import Clock, Dispute, Incident, IncidentLink, Party
from twinloop.cases.queries import type_names
from twinloop.decide import Refused
from twinloop.decide.clocks import CHINA, RuleCode
from twinloop.intake.doors.models import Named, Report
from twinloop.intake.petitions import actions as petitions
from twinloop.ledger.whole import whole

TITLE = 80
# kind of note → what is written there when one of the flags was marked
CIRCUMSTANCES: dict[str, dict[str, set[str]]] = {
    "circumstances": {"group_event": {"group_event"}, "minors": {"minors"}},
    "offence": {"violence": {"violence", "injury"}},
    "safeguard": {"domestic_violence": {"domestic_violence"}},
}


def title_of(incident: Incident) -> str:
    """近村邻里相邻纠纷: what a new dispute is called until somebody finds better words. No name stands in it."""
    kind = type_names().get(incident.confirmed_type or incident.reported_type, "")
    place = incident.place.short if incident.place else ""
    return _("{place}{kind}纠纷").format(place=place, kind=kind)[:TITLE] or _("纠纷")


@contextmanager
def _linking() -> Iterator[None]:
    """A link to a dispute that the person may not see is met by the table's own constraint only."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "cases_link_one_dispute" not in str(error):
            raise
        raise Refused("door_linked_unseen") from error


@whole()
def open_from(incident: Incident, *, title: str = "", by: int | None, at: datetime) -> Dispute:
    """A new dispute of this incident. Raises `Refused`: door_already_linked, door_dispute_kind, door_title_long."""
    Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    _check_free(incident)
    petition = incident.channel == "petition"
    if not petition and (incident.confirmed_kind or incident.reported_kind) != "dispute":
        raise Refused("door_dispute_kind")
    title = " ".join(title.split()) or title_of(incident)
    if len(title) > TITLE:
        raise Refused("door_title_long", field="title", limit=TITLE, length=len(title))
    origin = "backlog" if petition else "call"
    with _linking():
        dispute = cases.open_dispute(title=title, incident=incident, origin=origin, by=by, at=at)
    _bring(incident, dispute, by=by, at=at)
    return dispute


@whole()
def join(incident: Incident, dispute: Dispute, *, by: int | None, at: datetime, why: str = "") -> Dispute:
    """The incident is about `dispute`; where that was settled or closed, it reopens (rule 5). Merges are followed."""
    with _linking():
        link = cases.link(incident, dispute, by=by, at=at, why=why)
    dispute = link.dispute
    _bring(incident, dispute, by=by, at=at)
    return dispute


def _check_free(incident: Incident) -> None:
    standing = IncidentLink.objects.filter(incident=incident, unlinked_at__isnull=True).first()
    if standing is not None:
        raise Refused("door_already_linked", number=standing.dispute.number)


def _bring(incident: Incident, dispute: Dispute, *, by: int | None, at: datetime) -> None:
    """People, circumstances and clocks go along."""
    report = Report.objects.filter(incident=incident).first()
    _people(incident, dispute, by=by, at=at)
    if report is not None:
        _circumstances(report, dispute, by=by, at=at)
    if incident.channel == "petition":
        petitions.register(dispute, petitions.Given(received_on=at.astimezone(CHINA).date()), by=by, at=at)
    for clock in Clock.objects.filter(RUNNING, incident=incident, rule=RuleCode.TRANSFER):
        cases.stop_clock(clock, by=by, at=at)


def _people(incident: Incident, dispute: Dispute, *, by: int | None, at: datetime) -> None:
    """Who is a party already (same number, same phone, or same name on that side) is not added again."""
    parties = list(Party.objects.filter(dispute=dispute, removed_at__isnull=True))
    for named in Named.objects.filter(incident=incident, party__isnull=True):
        who = opened(named)
        if any(_is_same(who, named.side, party) for party in parties):
            continue
        party = cases.add_party(dispute, who, side=named.side, is_minor=named.is_minor, by=by, at=at)
        parties.append(party)
        Named.objects.filter(pk=named.pk).update(party=party)


def opened(named: Named) -> sealing.Identity:
    columns = ("name", "phone", "id_number")
    return sealing.Identity(
        **{c: sealing.open_(getattr(named, f"{c}_sealed"), f"named:{named.pk}:{c}") for c in columns}
    )


def _is_same(who: sealing.Identity, side: str, party: Party) -> bool:
    known = set(party.search_keys)
    if who.id_number:
        return sealing.key("id_number", who.id_number) in known
    if who.phone and sealing.key("phone", who.phone) in known:
        return True
    names = sealing.keys(sealing.Identity(name=who.name))
    return side == party.side and set(names) <= known


def _circumstances(report: Report, dispute: Dispute, *, by: int | None, at: datetime) -> None:
    """What the desk marked stands on the record of the dispute; a later report adds and never takes away."""
    for kind, columns in CIRCUMSTANCES.items():
        marked: dict[str, Any] = {name: True for name, flags in columns.items() if flags & set(report.flags)}
        if marked:
            cases.note(dispute, kind, by=by, roles=frozenset(), at=at, **marked)


def accept_petition_of(incident: Incident, *, by: int | None, at: datetime) -> None:
    """受理: the dispute behind this report is a petition that is taken on."""
    link = IncidentLink.objects.select_related("dispute").filter(incident=incident, unlinked_at__isnull=True).first()
    if link is None:
        raise Refused("petition_not_waiting")
    petitions.accept(link.dispute, by=by, at=at)
